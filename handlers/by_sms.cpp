// What only SMS has: words for staff, the state of a reference, answers about the next appointment without showing it,
// and the word that something goes by dialling only.
#include "handlers/subjects.hpp"
#include "handlers/wishes.hpp"

namespace mlango::handlers {

namespace {

// References hold capital letters; she may have typed small ones.
std::string as_reference(std::string_view typed) {
    std::string out(typed);
    for (char& c : out)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return out;
}

task<std::optional<registry::reference_state>> state_of_hers(hop_context& hop) {
    std::optional<registry::person_id> person;
    if (hop.session.person != 0) person = hop.person();
    co_return co_await hop.rooms.registry.tickets.state_of(as_reference(hop.field("own_reference")), hop.from, person);
}

// Which one she means can not be told without showing it, so there must be one only.
task<answer> answer_next(hop_context& hop, registry::coming what) {
    auto& appointments = hop.rooms.registry.appointments;
    const auto next = co_await appointments.of(hop.person(), hop.group(), hop.language(), 2);
    if (next.empty()) co_return outcome("none");
    if (next.size() > 1) co_return outcome("several");
    const auto sms = registry::make_notice(hop.rooms.record, hop.from, hop.language(), "sms.noted", {});
    const bool found = co_await appointments.answer(next.front().id, hop.person(), hop.group(), what, hop.hop, sms);
    co_return outcome(found ? "done" : "none");
}

}  // namespace

// load: the code that she dials.
task<answer> how_to_dial(hop_context& hop) {
    answer given;
    given.values = {{"code", std::string(hop.rooms.operation.code_for(hop.from))}};
    co_return given;
}

blind_key words_key(blinder& blind, registry::inbox_id message) {
    return blind.blind("words of sms", std::to_string(message.value));
}

// do: the subject is the message that holds the words; they go to staff as she wrote them.
task<answer> send_words(hop_context& hop) {
    const registry::inbox_id message{hop_context::number_in(hop.asked.subject)};
    // By the message they came in, so that they are sent once however often she says yes.
    const blind_key key = words_key(hop.rooms.blind, message);
    if (const auto before = co_await hop.rooms.registry.tickets.opened_by(key)) co_return reference_of(*before);
    const auto words = co_await hop.rooms.registry.waiting.asked_text(message, hop.from);
    if (!words) co_return outcome("gone");
    registry::ticket_wish wish;
    wish.category = "message";
    wish.channel = hop.channel();
    if (hop.session.person != 0) {
        wish.person = hop.person();
        wish.group = hop.group();
    }
    wish.e164 = hop.from;
    wish.language = hop.language();
    wish.words = *words;
    wish.sensitive = true;  // nobody knows what they are about
    answer given = reference_of(co_await hop.rooms.registry.tickets.open(wish, key, {}));
    co_await hop.rooms.registry.waiting.finish(message, registry::sms_end::done);
    co_return given;
}

task<answer> forget_words(hop_context& hop) {
    co_await hop.rooms.registry.waiting.finish({hop_context::number_in(hop.asked.subject)}, registry::sms_end::done);
    co_return outcome("done");
}

// do and load: the state of what she asked, by its reference.
task<answer> find_reference(hop_context& hop) {
    const auto found = co_await state_of_hers(hop);
    co_return outcome(found ? "found" : "none");
}

task<answer> reference_found(hop_context& hop) {
    const auto found = co_await state_of_hers(hop);
    if (!found) co_return outcome("none");
    answer given;
    const bool has_due = found->stage != "closed" && !found->due_on.empty();
    given.values = {
        {"reference", as_reference(hop.field("own_reference"))}, {"stage", found->stage}, {"has_due", has_due}};
    if (has_due) given.values.set("due", day_of(found->due_on));
    co_return given;
}

task<answer> confirm_next(hop_context& hop) {
    return answer_next(hop, registry::coming::confirmed);
}

task<answer> refuse_next(hop_context& hop) {
    return answer_next(hop, registry::coming::cannot_come);
}

}  // namespace mlango::handlers
