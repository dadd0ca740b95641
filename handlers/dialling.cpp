// Dialling in: who may be holding the phone, in which language.
#include <algorithm>
#include <map>

#include "base/unix_seconds.hpp"
#include "handlers/subjects.hpp"

namespace mlango::handlers {

// The number's language if one was chosen on it, else the one that everybody behind it shares.
std::string_view language_of(const registry::callers& found) {
    if (found.people.size() == 1 && !found.people.front().language.empty()) return found.people.front().language;
    if (!found.number_language.empty()) return found.number_language;
    if (found.people.empty()) return {};
    const std::string& first = found.people.front().language;
    const bool shared = std::ranges::all_of(found.people, [&](const auto& one) { return one.language == first; });
    return shared ? std::string_view(first) : std::string_view();
}

void forget_person(sessions::session& session) {
    session.person = session.group = session.phone = 0;
    session.authenticated_at = 0;
    // What is left tells about the number, not about a person.
    session.flags &= flag_several | flag_latin | flag_resumable;
}

// What a session may do depends on how sure it is that the phone is hers. A number is trusted from 1 on, while no SIM
// change was reported since staff or a code of hers confirmed it, not within 72 hours after it came to her by a change,
// and not after 60 days without her PIN: numbers are given to others.
void remember(sessions::session& session, const registry::caller& person) {
    using namespace std::chrono;
    session.person = person.person.value;
    session.group = person.group.value;
    session.phone = person.phone.value;
    session.flags &=
        static_cast<std::uint16_t>(~(flag_no_pin | flag_sim_changed | flag_duress | flag_cooling | flag_partner));
    if (!person.has_pin) session.flags |= flag_no_pin;
    const wall_time now{seconds(session.began_at)};
    const bool new_number = person.linked_at && now < *person.linked_at + registry::cooling_time;
    const bool silent = person.last_seen && now >= *person.last_seen + days(60);
    if (person.sim_changed || person.trust == 0 || new_number || silent) session.flags |= flag_sim_changed;
    if (person.recovered_at && now < *person.recovered_at + registry::cooling_time) session.flags |= flag_cooling;
}

void look_again(sessions::session& session, const registry::callers& found, wall_time now) {
    session.began_at = unix_seconds(now);
    const auto form = static_cast<std::uint16_t>(session.flags & flag_resumable);
    session.flags = found.latin_letters ? flag_latin : 0;
    session.person = session.group = session.phone = 0;
    session.authenticated_at = 0;
    if (found.people.size() > 1) session.flags |= flag_several;
    if (found.people.size() == 1) {
        const auto& one = found.people.front();
        remember(session, one);
        const bool locked = one.locked_until && now < *one.locked_until;
        if ((session.flags & flag_sim_changed) == 0 && !locked) session.flags |= flag_may_ask;
    }
    session.flags |= form;
}

std::string_view first_screen(const sessions::session& session) {
    if ((session.flags & flag_partner) != 0) return "partner";
    if ((session.flags & flag_several) != 0) return "several";
    return session.person != 0 ? "home" : "stranger";
}

// do: sets language and, where only one person uses the number, the person.
task<answer> identify(hop_context& hop) {
    const registry::callers found = co_await hop.rooms.registry.people.behind(hop.from);
    auto& session = hop.session;
    if (hop.by_sms) {  // the language is chosen before, from more than the registry knows
        look_again(session, found, hop.rooms.time.now());
        co_return answer{.outcome = first_screen(session), .values = {}, .rows = {}};
    }
    session.person = session.group = session.phone = 0;
    session.authenticated_at = 0;
    session.flags = found.latin_letters ? flag_latin : 0;
    if (found.people.size() == 1) remember(session, found.people.front());
    if (found.people.size() > 1) session.flags |= flag_several;
    if (found.people.empty() && co_await is_partner_phone(hop)) session.flags |= flag_partner;
    const auto language = hop.words().find_language(language_of(found));
    if (!language) co_return answer{.outcome = "language", .values = {}, .rows = {}};
    session.language = *language;
    co_return answer{.outcome = first_screen(session), .values = {}, .rows = {}};
}

// load: every language in its own words.
task<answer> languages(hop_context& hop) {
    answer given;
    for (const auto& language : hop.words().languages())
        given.rows.push_back({.id = language.code, .values = {{"name", language.own_name}}});
    co_return given;
}

task<answer> choose_language(hop_context& hop) {
    const auto language = hop.words().find_language(hop.asked.subject);
    if (!language) co_return answer{.outcome = first_screen(hop.session), .values = {}, .rows = {}};
    hop.session.language = *language;
    std::optional<registry::person_id> person;
    if (hop.session.person != 0) person = hop.person();
    co_await hop.rooms.registry.people.choose_language(hop.from, person, hop.asked.subject);
    // Whoever was chosen on a shared phone stays chosen when she changes the language in Settings.
    co_return answer{.outcome = person ? "home" : first_screen(hop.session), .values = {}, .rows = {}};
}

// load: the persons behind a shared number, by the nickname each chose. Here nobody is chosen any more, and nothing is
// open.
task<answer> persons(hop_context& hop) {
    forget_person(hop.session);
    const registry::callers found = co_await hop.rooms.registry.people.behind(hop.from);
    if (found.people.empty()) co_return answer{.outcome = "nobody", .values = {}, .rows = {}};
    const auto unnamed = hop.words().find("who.person"), again = hop.words().find("who.person_again");
    std::map<std::string_view, std::int64_t> alike;
    answer given;
    std::int64_t number = 0;
    for (const auto& one : found.people) {
        ++number;
        std::string name = one.nickname;
        const std::int64_t same = name.empty() ? 1 : ++alike[one.nickname];
        const auto language = hop.session.language;
        if (name.empty() && unnamed) name = hop.words().format(*unnamed, language, {{"number", number}});
        if (same > 1 && again) name = hop.words().format(*again, language, {{"name", name}, {"number", same}});
        given.rows.push_back({.id = std::to_string(one.person.value), .values = {{"name", std::move(name)}}});
    }
    co_return given;
}

// do: the phone went to somebody else in the middle of a session.
task<answer> other_person(hop_context& hop) {
    forget_person(hop.session);
    co_return answer{.outcome = first_screen(hop.session), .values = {}, .rows = {}};
}

task<answer> choose_person(hop_context& hop) {
    const std::int64_t wanted_person = hop_context::number_in(hop.asked.subject);
    const registry::callers found = co_await hop.rooms.registry.people.behind(hop.from);
    const auto one = std::ranges::find_if(found.people, [&](const auto& c) { return c.person.value == wanted_person; });
    hop.session.authenticated_at = 0;
    if (one == found.people.end()) co_return answer{.outcome = "gone", .values = {}, .rows = {}};
    remember(hop.session, *one);
    if (const auto language = hop.words().find_language(one->language)) hop.session.language = *language;
    co_return answer{.outcome = "chosen", .values = {}, .rows = {}};
}

task<answer> enter_home(hop_context&) {
    co_return answer{.outcome = "home", .values = {}, .rows = {}};
}

// do: an unknown number asks to be linked to a card; staff check it at the desk.
task<answer> ask_link(hop_context& hop) {
    registry::change_wish wish;
    wish.kind = "link_number";
    wish.channel = hop.channel();
    wish.after = {{"registration_number", std::string(hop.field("registration"))}, {"msisdn", hop.from}};
    std::string reference =
        co_await hop.rooms.registry.requests.ask(wish, hop.hop, hop.from, hop.language(), hop.notice_of("sms.request"));
    answer given{.outcome = "done", .values = {}, .rows = {}};
    given.values.set("reference", std::move(reference));
    co_return given;
}

}  // namespace mlango::handlers
