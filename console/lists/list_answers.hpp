// What the lists' doors answer in common. Pure. Callers: lists_door, uploads_door.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/http/message.hpp"
#include "registry/staff/lists.hpp"

namespace mlango::console {

// JSON that the registry made.
[[nodiscard]] http_response json_text(std::string text, unsigned status = 200);
[[nodiscard]] http_response page_answer(const registry::list_page& page);
// Of a verdict that is not ok. `current`: JSON of what is there now, for stale and wrong_state.
[[nodiscard]] http_response refusal(const registry::list_verdict& verdict, const std::optional<std::string>& current);

}  // namespace mlango::console
