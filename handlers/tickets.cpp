// My messages: her tickets with their state, due day and answer; adding words, closing, saying whether she is content.
// A sensitive one is listed only when she asks for all of them, and says no more than that it was received.
#include "handlers/subjects.hpp"

namespace mlango::handlers {

namespace {

constexpr int longest_list = 20;

answer outcome(std::string_view name) {
    return {.outcome = name, .values = {}, .rows = {}};
}

registry::ticket_id ticket_in(std::string_view subject) {
    return {hop_context::number_in(subject)};
}

templates::values summary(const registry::ticket_summary& one) {
    const bool closed = one.state == "closed" && !one.sensitive;
    templates::values values{{"reference", one.reference},
                             {"category", one.sensitive ? std::string("message") : one.category},
                             {"stage", one.sensitive ? std::string("new") : one.state},
                             {"has_due", !closed && !one.due_on.empty()}};
    if (!one.due_on.empty()) values.set("due", day_of(one.due_on));
    return values;
}

templates::values details(const registry::ticket_detail& one) {
    const bool closed = one.state == "closed";
    auto values = summary(one);
    values.set("reply", one.answer);
    values.set("can_read", !one.answer.empty());
    values.set("can_add", !closed && one.words < registry::most_words);
    values.set("can_close", !closed);
    values.set("can_rate", closed && !one.rated);
    return values;
}

task<answer> listed(hop_context& hop, bool with_sensitive) {
    answer given;
    for (const auto& one : co_await hop.rooms.registry.tickets.of(hop.person(), with_sensitive, longest_list))
        given.rows.push_back({.id = std::to_string(one.id.value), .values = summary(one)});
    co_return given;
}

// References hold capital letters; she may have typed small ones.
std::string as_reference(std::string_view typed) {
    std::string out(typed);
    for (char& c : out)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return out;
}

task<std::optional<registry::ticket_detail>> looked_up(hop_context& hop) {
    const std::string reference = as_reference(hop.field("asked_reference"));
    const std::string code(hop.field("asked_code"));
    co_return co_await hop.rooms.registry.tickets.look_up(reference, code, hop.hop);
}

}  // namespace

task<answer> my_tickets(hop_context& hop) {
    return listed(hop, false);
}

task<answer> all_tickets(hop_context& hop) {
    return listed(hop, true);
}

task<answer> ticket(hop_context& hop) {
    const auto one = co_await hop.rooms.registry.tickets.find(ticket_in(hop.asked.subject), hop.person());
    if (!one) co_return outcome("gone");
    answer given;
    given.values = details(*one);
    co_return given;
}

task<answer> add_ticket_words(hop_context& hop) {
    const std::string words(hop.field("words"));
    const bool added =
        co_await hop.rooms.registry.tickets.add_words(ticket_in(hop.asked.subject), hop.person(), words, hop.hop);
    co_return outcome(added ? "done" : "gone");
}

task<answer> close_ticket(hop_context& hop) {
    const bool closed = co_await hop.rooms.registry.tickets.close(ticket_in(hop.asked.subject), hop.person());
    co_return outcome(closed ? "done" : "gone");
}

// do: the subject is yes or no, the screen before it says which ticket.
task<answer> rate_ticket(hop_context& hop) {
    const bool rated = co_await hop.rooms.registry.tickets.rate(ticket_in(hop.asked.parent_subject), hop.person(),
                                                                hop.asked.subject == "yes");
    co_return outcome(rated ? "done" : "gone");
}

// do and load: of one that she opened without her name. A wrong code and an unknown reference look the same.
task<answer> look_up_ticket(hop_context& hop) {
    const auto found = co_await looked_up(hop);
    co_return outcome(found ? "found" : "wrong");
}

task<answer> found_ticket(hop_context& hop) {
    const auto found = co_await looked_up(hop);
    if (!found) co_return outcome("wrong");
    answer given;
    given.values = details(*found);
    // It is hers alone: nobody else can open it, so nothing of its state is kept back.
    given.values.set("stage", found->state);
    co_return given;
}

}  // namespace mlango::handlers
