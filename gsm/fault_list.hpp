// Faults of settings, worded for the operator: each begins with whose settings they are. For the settings of this room.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mlango::gsm {

class fault_list {
public:
    // `whose`: "gateway \"x\"", and so on.
    explicit fault_list(std::string whose) : prefix_(std::move(whose) + ": ") {}
    void check(bool right, std::string_view fault) {
        if (!right) faults_.push_back(prefix_ + std::string(fault));
    }
    [[nodiscard]] std::vector<std::string> take() { return std::move(faults_); }

private:
    std::string prefix_;
    std::vector<std::string> faults_;
};

// Of a gateway or an account: it is part of paths and of metrics.
[[nodiscard]] inline bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= 32 && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
}

}  // namespace mlango::gsm
