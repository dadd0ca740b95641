// Help: a call back, for everybody, also from an unknown number; complaints and feedback, with her name or without.
#include <fmt/format.h>

#include <cstring>

#include "handlers/subjects.hpp"

namespace mlango::handlers {

namespace {

// About somebody's conduct or her safety: not for her household's eyes, and no SMS tells of it.
bool is_sensitive(std::string_view topic) {
    return topic == "staff" || topic == "safety" || topic == "protection";
}

// What she typed. By SMS it may be more than a session keeps; there nothing stands between typing and this step.
std::string_view words_in(const hop_context& hop) {
    return hop.by_sms ? std::string_view(hop.asked.input) : hop.field("words");
}

task<answer> complained(hop_context& hop, std::string_view words) {
    registry::ticket_wish wish;
    wish.category = "complaint";
    wish.channel = hop.channel();
    wish.topic = hop.asked.subject;
    wish.person = hop.person();
    wish.group = hop.group();
    wish.e164 = hop.from;
    wish.language = hop.language();
    wish.words = words;
    wish.sensitive = is_sensitive(wish.topic);
    const std::string_view sms = wish.sensitive ? "" : hop.notice_of("sms.problem");
    co_return reference_of(co_await hop.rooms.registry.tickets.open(wish, hop.hop, sms));
}

// Nothing of who and where is handed on. The code comes from the hop, so that another delivery of it shows the same.
task<answer> complained_unnamed(hop_context& hop, std::string_view words) {
    const blind_key drawn = hop.rooms.blind.blind("ticket code of hop", to_hex(hop.hop));
    std::uint32_t number = 0;
    std::memcpy(&number, drawn.data(), sizeof number);
    registry::ticket_wish wish;
    wish.category = "complaint";
    wish.channel = hop.channel();
    wish.topic = hop.asked.subject;
    wish.words = words;
    wish.code = fmt::format("{:04}", number % 10'000);
    wish.sensitive = true;
    answer given = reference_of(co_await hop.rooms.registry.tickets.open(wish, hop.hop, {}));
    given.values.set("code", wish.code);
    co_return given;
}

}  // namespace

answer reference_of(const registry::opened_ticket& opened) {
    answer given{.outcome = "done", .values = {}, .rows = {}};
    given.values = {{"reference", opened.reference}, {"due_on", opened.due_on}};
    return given;
}

// load: the reference just given, with the day by which it is answered.
task<answer> reference_given(hop_context& hop) {
    answer given;
    given.values = {{"due", day_of(hop.field("due_on"))}};
    co_return given;
}

task<answer> ask_call(hop_context& hop) {
    registry::ticket_wish wish;
    wish.category = "call_back";
    wish.channel = hop.channel();
    wish.topic = hop.asked.subject;
    if (hop.session.person != 0) {
        wish.person = hop.person();
        wish.group = hop.group();
    }
    wish.e164 = hop.from;
    wish.language = hop.language();
    wish.sensitive = is_sensitive(wish.topic);
    co_return reference_of(co_await hop.rooms.registry.tickets.open(wish, hop.hop, hop.notice_of("sms.call")));
}

// do, all four: the subject is what it is about.
task<answer> complain(hop_context& hop) {
    return complained(hop, {});
}

task<answer> complain_in_words(hop_context& hop) {
    return complained(hop, words_in(hop));
}

task<answer> complain_unnamed(hop_context& hop) {
    return complained_unnamed(hop, {});
}

task<answer> complain_unnamed_in_words(hop_context& hop) {
    return complained_unnamed(hop, words_in(hop));
}

}  // namespace mlango::handlers
