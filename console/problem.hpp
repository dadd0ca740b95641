// What the staff API answers when it does not do as asked: application/problem+json (RFC 9457). The type is an address
// here, where the kind is explained. Pure. Callers: the room's doors.
#pragma once

#include <boost/json.hpp>
#include <span>
#include <string_view>

#include "base/http/message.hpp"

namespace mlango::console {

enum class fault {
    malformed,         // 400: a field is missing or out of bounds; the detail names it
    not_signed_in,     // 401
    not_this_page,     // 403: a change without the page's header
    not_allowed,       // 403: no such permission, or not there
    training_over,     // 403: data-protection training
    own_request,       // 403: her own work is another person's to approve
    not_found,         // 404: also what she may not know of
    stale,             // 409: somebody else changed it; `current` shows what is there now
    wrong_state,       // 409: it is over, or not that far
    conflict,          // 409: what the change would replace is not what it was asked against
    too_large,         // 413
    wrong_media_type,  // 415
    invalid,           // 422: well-formed, but it can not be so; `faults` lists what is wrong
    too_many,          // 429
    failed,            // 500: a fault of ours
    unavailable,       // 503
};

struct fault_kind {
    fault what;
    unsigned status;
    std::string_view name;  // the last segment of its type
    std::string_view title;
    std::string_view explained;
};
[[nodiscard]] std::span<const fault_kind> fault_kinds();

inline constexpr std::string_view problem_types = "/api/staff/v1/problems/";

// `detail` names fields and bounds, never what they held; `more` becomes members of the document. Never stored.
[[nodiscard]] http_response problem(fault what, std::string_view detail = {}, boost::json::object more = {});
[[nodiscard]] http_response wait_problem(std::int64_t seconds);

}  // namespace mlango::console
