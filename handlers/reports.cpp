// What happened in the household, and what is recorded wrongly: one form for all of it. What she chose and typed is
// kept in the session's fields "report" (the kind), "member", "who", "called", "sex", "typed_day" and "day"; staff
// decide.
#include <algorithm>
#include <array>

#include "base/iso_day.hpp"
#include "handlers/subjects.hpp"
#include "handlers/typed_date.hpp"
#include "handlers/wishes.hpp"

namespace mlango::handlers {

namespace {

using members = std::vector<registry::household_member>;

constexpr auto about_a_member =
    std::to_array<std::string_view>({"death", "marriage", "departure", "name", "birth_date"});

// The member that was chosen; nullptr when nobody of the household is it any more.
const registry::household_member* member_in(const members& all, std::string_view id) {
    const auto found =
        std::ranges::find(all, registry::person_id{hop_context::number_in(id)}, &registry::household_member::person);
    return found == all.end() ? nullptr : &*found;
}

std::string whole_name(const registry::household_member& one) {
    return one.family_name.empty() ? one.given_name : one.given_name + " " + one.family_name;
}

task<std::chrono::year_month_day> today_of_her(hop_context& hop) {
    const std::string iso = co_await hop.rooms.registry.people.today_of(hop.person(), hop.rooms.time.now());
    if (iso.empty()) throw std::runtime_error("the session's person is not in the registry");
    co_return day_of(iso);
}

// Nothing where a field is missing that the kind needs.
std::optional<registry::change_wish> report_of(const hop_context& hop, const members& household) {
    const std::string kind(hop.field("report"));
    const std::string day(hop.field("day")), called(hop.field("called")), sex(hop.field("sex"));
    registry::change_wish wish = wish_of(hop, kind);
    // By SMS nobody is named: staff ask her who it is about.
    const bool known = kind == "birth" || std::ranges::find(about_a_member, kind) != about_a_member.end();
    if (hop.by_sms && known && hop.field("member").empty() && called.empty()) {
        if (!sex.empty()) wish.after.emplace_back("sex", sex);
        if (!day.empty()) wish.after.emplace_back(kind == "birth_date" ? "birth_date" : "day", day);
        return wish;
    }
    if (kind == "birth") {
        if (called.empty() || sex.empty() || day.empty()) return std::nullopt;
        wish.after = {{"name", called}, {"sex", sex}, {"day", day}};
        return wish;
    }
    const auto* member = member_in(household, hop.field("member"));
    if (!member || std::ranges::find(about_a_member, kind) == about_a_member.end()) return std::nullopt;
    wish.before = {{"individual", std::to_string(member->person.value)}};
    if (kind == "name") {
        if (called.empty()) return std::nullopt;
        wish.before.emplace_back("name", whole_name(*member));
        wish.after = {{"name", called}};
        return wish;
    }
    if (day.empty()) return std::nullopt;
    if (kind == "birth_date") wish.before.emplace_back("birth_date", member->birth_date);
    wish.after = {{kind == "birth_date" ? "birth_date" : "day", day}};
    return wish;
}

}  // namespace

// load: of whom she tells something; nobody reports the own death.
task<answer> report_members(hop_context& hop) {
    answer given;
    for (const auto& one : co_await hop.rooms.registry.people.household_of(hop.group())) {
        if (hop.asked.subject == "death" && one.person == hop.person()) continue;
        given.rows.push_back({.id = std::to_string(one.person.value), .values = {{"who", one.given_name}}});
    }
    co_return given;
}

// do: the subject is the member, that of the screen before what happened.
task<answer> take_member(hop_context& hop) {
    const std::string kind = hop.asked.parent_subject;
    const auto household = co_await hop.rooms.registry.people.household_of(hop.group());
    const auto* member = member_in(household, hop.asked.subject);
    if (!member || std::ranges::find(about_a_member, kind) == about_a_member.end()) co_return outcome("gone");
    hop.set_field("report", kind);
    hop.set_field("member", hop.asked.subject);
    hop.set_field("who", member->given_name);
    co_return outcome(kind == "name" ? "name" : kind == "birth_date" ? "date" : "day");
}

// do: by SMS, in place of the member: the subject is what happened.
task<answer> take_report(hop_context& hop) {
    const std::string& kind = hop.asked.subject;
    if (std::ranges::find(about_a_member, kind) == about_a_member.end()) co_return outcome("gone");
    hop.set_field("report", kind);
    co_return outcome(kind == "name" || kind == "birth_date" ? "check" : "day");
}

task<answer> take_sex(hop_context& hop) {
    hop.set_field("report", "birth");
    hop.set_field("sex", hop.asked.subject == "boy" ? "M" : "F");
    co_return outcome("done");
}

// do: today or yesterday, as it is there where she was registered.
task<answer> take_day(hop_context& hop) {
    auto day = std::chrono::sys_days(co_await today_of_her(hop));
    if (hop.asked.subject == "yesterday") day -= std::chrono::days(1);
    hop.set_field("day", iso_day(day));
    co_return outcome("good");
}

task<answer> read_day(hop_context& hop) {
    const auto day = typed_date(hop.field("typed_day"), co_await today_of_her(hop));
    if (!day) co_return outcome("bad");
    hop.set_field("day", iso_day(*day));
    co_return outcome("good");
}

// load: what she told, to be looked over.
task<answer> report_check(hop_context& hop) {
    const std::string kind(hop.field("report"));
    if (kind.empty()) co_return outcome("again");
    answer given;
    given.values = {{"report", kind},
                    {"who", std::string(hop.field("who"))},
                    {"called", std::string(hop.field("called"))},
                    {"sex", std::string(hop.field("sex"))},
                    {"day", day_of(hop.field("day"))}};
    co_return given;
}

task<answer> ask_report(hop_context& hop) {
    const auto household = co_await hop.rooms.registry.people.household_of(hop.group());
    auto wish = report_of(hop, household);
    if (!wish) co_return outcome("again");
    co_return referenced(co_await ask_from_here(hop, std::move(*wish)));
}

}  // namespace mlango::handlers
