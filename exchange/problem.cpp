#include "exchange/problem.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/http/problem.hpp"

namespace mlango::exchange {

namespace {

constexpr fault_kind kinds[] = {
    {fault::malformed, 400, "malformed", "The request is not of the form it should have",
     "A field is missing, is of another type, or is longer than it may be. The detail names it."},
    {fault::wrong_media_type, 415, "wrong-media-type", "The request's body is of another type",
     "Send the content type that the description of this address names."},
    {fault::not_signed_in, 401, "not-signed-in", "Nobody is signed in",
     "The access token or the page's session is missing, has ended, or is not one of ours."},
    {fault::not_this_page, 403, "not-this-page", "The request did not come from the page",
     "Requests of the page carry the header X-Mlango-Verify, which no other site can send."},
    {fault::suspended, 403, "suspended", "This verifier may not come in now",
     "The verifier is suspended, its time is over, or this program is not its own any more. Ask the office that "
     "registered it."},
    {fault::not_redeemable, 404, "not-redeemable", "This code can not be redeemed",
     "It is mistyped, unknown, used, over, or meant for another verifier: which of these is never said. Ask for a new "
     "one."},
    {fault::no_such_receipt, 404, "no-such-receipt", "There is no such receipt",
     "No receipt of this verifier has this number."},
    {fault::no_such_request, 404, "no-such-request", "There is no such request",
     "No request of this verifier has this number."},
    {fault::no_such_document, 404, "no-such-document", "There is no such document", "Nothing is published here."},
    {fault::not_allowed, 403, "not-allowed", "This verifier may not ask for this",
     "What a verifier may ask for is agreed when it is registered."},
    {fault::too_many, 429, "too-many", "Too many requests", "Wait as long as Retry-After says."},
    {fault::unavailable, 503, "unavailable", "The service can not answer now",
     "Nothing was changed. Try again a little later."},
};

}  // namespace

std::span<const fault_kind> fault_kinds() {
    return kinds;
}

http_response problem(fault what, std::string_view detail) {
    const fault_kind& kind = *std::ranges::find(kinds, what, &fault_kind::what);
    return problem_answer(fmt::format("{}{}", problem_types, kind.name), kind.status, kind.title, detail);
}

http_response wait_problem(std::int64_t seconds) {
    return with_retry_after(problem(fault::too_many), seconds);
}

}  // namespace mlango::exchange
