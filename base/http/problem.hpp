// application/problem+json (RFC 9457) as the doors of partners and staff answer it; which kinds there are is each
// door's own. Pure. Not here: what the server says by itself (response_text.hpp).
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/http/message.hpp"

namespace mlango {

// `type` is the address where the kind is explained; an empty `detail` is left out; `more` becomes members of the
// document. Never stored by a cache.
[[nodiscard]] http_response problem_answer(std::string_view type, unsigned status, std::string_view title,
                                           std::string_view detail, boost::json::object more = {});
// With Retry-After, at least 1.
[[nodiscard]] http_response with_retry_after(http_response response, std::int64_t seconds);

}  // namespace mlango
