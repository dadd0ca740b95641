// The staff of the demonstration and of the tests: known passwords, known secrets of authenticator apps. Nothing makes
// them but `mlango demo-staff --add`. Pure. Caller: staff_commands.cpp.
#pragma once

#include <string>
#include <vector>

namespace mlango::commands {

struct demo_member {
    std::string name, shown_name, language, password, totp;
    std::vector<std::string> roles;
    std::string operation, trained_until;
};
[[nodiscard]] std::vector<demo_member> demo_staff();

}  // namespace mlango::commands
