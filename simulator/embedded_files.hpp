// The files of simulator/web, which the build puts into the program. Caller: web_phone.
#pragma once

#include <span>
#include <string_view>

#include "base/http/embedded_file.hpp"

namespace mlango::simulator {

[[nodiscard]] std::span<const embedded_file> page_files();
// Changes when any of them does; part of their addresses, so that they may be cached for good.
[[nodiscard]] std::string_view page_version();

}  // namespace mlango::simulator
