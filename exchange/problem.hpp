// What the doors answer when they do not do as asked: application/problem+json (RFC 9457). The type is an address here,
// where the kind is explained. Pure. Callers: the room's doors. Not here: OAuth2's own errors (RFC 6749 §5.2).
#pragma once

#include <span>
#include <string_view>

#include "base/http/message.hpp"

namespace mlango::exchange {

enum class fault {
    malformed,
    wrong_media_type,
    not_signed_in,
    not_this_page,
    suspended,
    not_redeemable,
    no_such_receipt,
    no_such_request,
    no_such_document,
    not_allowed,
    too_many,
    unavailable,
};

struct fault_kind {
    fault what;
    unsigned status;
    std::string_view name;  // the last segment of its type
    std::string_view title;
    std::string_view explained;
};
[[nodiscard]] std::span<const fault_kind> fault_kinds();

inline constexpr std::string_view problem_types = "/api/partner/v1/problems/";

// `detail` names fields and bounds, never what they held. Never stored by a cache.
[[nodiscard]] http_response problem(fault what, std::string_view detail = {});
// With Retry-After, at least 1.
[[nodiscard]] http_response wait_problem(std::int64_t seconds);

}  // namespace mlango::exchange
