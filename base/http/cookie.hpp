// Cookies as requests carry them (RFC 6265 §4.2). Pure. Callers: the doors of partners and staff.
#pragma once

#include <string_view>

#include "base/http/message.hpp"

namespace mlango {

// Empty: there is none of that name.
[[nodiscard]] std::string_view read_cookie(const http_request& request, std::string_view name);

}  // namespace mlango
