#include "console/problem.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/http/problem.hpp"

namespace mlango::console {

namespace {

constexpr fault_kind kinds[] = {
    {fault::malformed, 400, "malformed", "The request is not of the form it should have",
     "A field is missing, is of another type, or is longer than it may be. The detail names it."},
    {fault::not_signed_in, 401, "not-signed-in", "Nobody is signed in",
     "There is no session, it ended, or the sign-in is not finished. Wrong names, passwords and codes, and accounts "
     "that "
     "wait after too many of them, all get this answer."},
    {fault::not_this_page, 403, "not-this-page", "The request did not come from the console",
     "Changes carry the header X-Mlango-Console: 1, which no other site can send."},
    {fault::not_allowed, 403, "not-allowed", "This is not among what you may do",
     "No role that you hold now has this permission, or none where this record belongs."},
    {fault::training_over, 403, "training-over", "Your data-protection training is not in date",
     "Records of people open only to those whose training is in date. Ask who keeps your account."},
    {fault::own_request, 403, "own-request", "Your own work is another person's to approve",
     "Nobody approves, releases or confirms what she began herself."},
    {fault::not_found, 404, "not-found", "There is no such record",
     "It does not exist, or it is none that you may know of: which of these is never said."},
    {fault::stale, 409, "stale", "Somebody else changed it meanwhile",
     "The revision that you looked at is not the current one. `current` shows what is there now."},
    {fault::wrong_state, 409, "wrong-state", "It is not in a state for this",
     "It is over already, or not that far yet. `current` shows its state where it helps."},
    {fault::conflict, 409, "conflict", "It would replace something else than was meant",
     "What is recorded now is not what the change was asked against. Nothing was overwritten."},
    {fault::too_large, 413, "too-large", "The request's body is too large", "Send it in smaller pieces."},
    {fault::wrong_media_type, 415, "wrong-media-type", "The request's body is of another type",
     "Send the content type that the description of this address names."},
    {fault::invalid, 422, "invalid", "It can not be so", "`faults` lists what is wrong, each with a code."},
    {fault::too_many, 429, "too-many", "Too many requests", "Wait as long as Retry-After says."},
    {fault::failed, 500, "failed", "Something is wrong here", "It is a fault of the server, and was noted."},
    {fault::unavailable, 503, "unavailable", "The service can not answer now",
     "Nothing was changed. Try again a little later."},
};

}  // namespace

std::span<const fault_kind> fault_kinds() {
    return kinds;
}

http_response problem(fault what, std::string_view detail, boost::json::object more) {
    const fault_kind& kind = *std::ranges::find(kinds, what, &fault_kind::what);
    http_response response =
        problem_answer(fmt::format("{}{}", problem_types, kind.name), kind.status, kind.title, detail, std::move(more));
    response.headers.push_back({"X-Content-Type-Options", "nosniff"});
    return response;
}

http_response wait_problem(std::int64_t seconds) {
    return with_retry_after(problem(fault::too_many), seconds);
}

}  // namespace mlango::console
