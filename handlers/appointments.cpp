// Appointments: hers and her household's, whether she comes, and asking for one.
#include "handlers/subjects.hpp"

namespace mlango::handlers {

namespace {

constexpr int longest_list = 20;

answer outcome(std::string_view name) {
    return {.outcome = name, .values = {}, .rows = {}};
}

templates::values summary(const registry::appointment& one) {
    return {{"visit", one.kind},  {"place", one.place},   {"day", day_of(one.day)},
            {"opens", one.opens}, {"closes", one.closes}, {"attends", one.state}};
}

registry::appointment_id appointment_in(std::string_view subject) {
    return {hop_context::number_in(subject)};
}

task<answer> answered(hop_context& hop, registry::coming what) {
    const auto sms = registry::make_notice(hop.rooms.record, hop.from, hop.language(), "sms.noted", {});
    const bool found = co_await hop.rooms.registry.appointments.answer(appointment_in(hop.asked.subject), hop.person(),
                                                                       hop.group(), what, hop.hop, sms);
    co_return outcome(found ? "done" : "gone");
}

task<answer> ask(hop_context& hop, std::string topic) {
    registry::ticket_wish wish;
    wish.category = "appointment";
    wish.channel = hop.channel();
    wish.topic = std::move(topic);
    wish.person = hop.person();
    wish.group = hop.group();
    wish.e164 = hop.from;
    wish.language = hop.language();
    co_return reference_of(co_await hop.rooms.registry.tickets.open(wish, hop.hop, hop.notice_of("sms.problem")));
}

}  // namespace

task<answer> appointments(hop_context& hop) {
    answer given;
    for (const auto& one :
         co_await hop.rooms.registry.appointments.of(hop.person(), hop.group(), hop.language(), longest_list))
        given.rows.push_back({.id = std::to_string(one.id.value), .values = summary(one)});
    co_return given;
}

task<answer> appointment(hop_context& hop) {
    const auto one = co_await hop.rooms.registry.appointments.find(appointment_in(hop.asked.subject), hop.person(),
                                                                   hop.group(), hop.language());
    if (!one) co_return outcome("gone");
    answer given;
    given.values = summary(*one);
    given.values.set("can_confirm", one->state != "confirmed");
    given.values.set("can_refuse", one->state != "cannot_come");
    co_return given;
}

task<answer> confirm_appointment(hop_context& hop) {
    return answered(hop, registry::coming::confirmed);
}

task<answer> refuse_appointment(hop_context& hop) {
    return answered(hop, registry::coming::cannot_come);
}

task<answer> ask_another_day(hop_context& hop) {
    return ask(hop, "another_day");
}

// do: the subject is the topic.
task<answer> ask_appointment(hop_context& hop) {
    return ask(hop, hop.asked.subject);
}

}  // namespace mlango::handlers
