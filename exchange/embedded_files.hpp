// The files of exchange/web and exchange/openapi, which the build puts into the program. Caller: the room's doors.
#pragma once

#include <span>
#include <string_view>

#include "base/http/embedded_file.hpp"

namespace mlango::exchange {

[[nodiscard]] std::span<const embedded_file> page_files();
[[nodiscard]] std::span<const embedded_file> description_files();
// Changes when any file of the page does.
[[nodiscard]] std::string_view page_version();

}  // namespace mlango::exchange
