// What the schema's word about a change of access (registry/staff/access.hpp) is to the caller. Pure. Callers: the
// doors of this folder.
#pragma once

#include <string>

#include "base/http/message.hpp"
#include "registry/staff/access.hpp"

namespace mlango::console::access {

// `current`: JSON of what is there now, for `stale` and `over`; may be empty.
[[nodiscard]] http_response refusal(const registry::access_outcome& outcome, const std::string& current = {});
// JSON that the registry put together.
[[nodiscard]] http_response json_text(std::string text, unsigned status = 200);

}  // namespace mlango::console::access
