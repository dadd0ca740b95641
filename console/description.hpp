// The API's description (OpenAPI 3.1), which the build puts together from console/openapi. Caller: the page's door.
#pragma once

#include <string_view>

namespace mlango::console {

[[nodiscard]] std::string_view api_description();

}  // namespace mlango::console
