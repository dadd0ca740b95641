// My requests: what she and her household asked, in which state it is, what was decided; taking one back.
#include <algorithm>

#include "handlers/my_requests.hpp"
#include "handlers/subjects.hpp"
#include "handlers/wishes.hpp"

namespace mlango::handlers {

namespace {

constexpr int longest_list = 27;  // three pages of nine

// "c12" is a change request, "t12" a ticket.
std::string id_of(const registry::my_request& one) {
    return (one.ticket ? "t" : "c") + std::to_string(one.id);
}

templates::values summary(const registry::my_request& one) {
    // A ticket's kind reads "ticket.call_back"; the text knows the word after the dot.
    const std::size_t dot = one.kind.find('.');
    std::string kind = dot == std::string::npos ? one.kind : one.kind.substr(dot + 1);
    return {
        {"reference", one.reference}, {"kind", std::move(kind)}, {"state", one.state}, {"day", day_of(one.asked_on)}};
}

task<std::optional<registry::my_request>> request_of(hop_context& hop, const std::string& id) {
    for (auto& one : co_await hop.rooms.registry.requests.of(hop.person(), hop.group(), 0, longest_list))
        if (id_of(one) == id) co_return std::move(one);
    co_return std::nullopt;
}

task<std::optional<registry::my_request>> chosen_request(hop_context& hop) {
    co_return co_await request_of(hop, hop.asked.subject);
}

}  // namespace

task<answer> my_requests(hop_context& hop) {
    answer given;
    for (const auto& one : co_await hop.rooms.registry.requests.of(hop.person(), hop.group(), 0, longest_list))
        given.rows.push_back({.id = id_of(one), .values = summary(one)});
    co_return given;
}

task<answer> my_request(hop_context& hop) {
    const auto one = co_await chosen_request(hop);
    if (!one) co_return outcome("gone");
    answer given;
    given.values = summary(*one);
    given.values.set("has_decided", !one->decided_on.empty());
    given.values.set("decided", day_of(one->decided_on));
    given.values.set("reason", one->reason);
    given.values.set("may_cancel", one->may_cancel);
    given.values.set("question", one->question.empty() ? "none" : one->question);
    given.values.set("has_question", !one->question.empty());
    co_return given;
}

// do: a second delivery finds it cancelled and says the same.
task<answer> cancel_request(hop_context& hop) {
    const auto one = co_await chosen_request(hop);
    if (!one || one->ticket) co_return outcome("gone");
    const bool cancelled = co_await hop.rooms.registry.requests.cancel({one->id}, hop.person(), one->reference,
                                                                       hop.from, hop.language(), "sms.cancelled");
    co_return referenced(one->reference, cancelled ? "done" : "begun");
}

// A second delivery says the same: the answer is kept by its hop.
task<answer> answer_request(hop_context& hop) {
    const auto one = co_await request_of(hop, hop.asked.parent_subject);
    const std::string& said = hop.asked.subject;
    if (!one || one->ticket || (said != "yes" && said != "no")) co_return outcome("gone");
    const bool heard = co_await hop.rooms.registry.requests.answer({one->id}, hop.person(), said, hop.channel(),
                                                                   hop.hop, hop.rooms.time.now());
    co_return referenced(one->reference, heard ? "done" : "gone");
}

}  // namespace mlango::handlers
