// My assistance: what is hers, her word about having received it, and an SMS that there is something.

#include <algorithm>

#include "base/iso_day.hpp"
#include "handlers/subjects.hpp"

namespace mlango::handlers {

namespace {

constexpr int longest_list = 60;
constexpr int reference_tries = 20;

// A page shows at most nine rows; ten from where it begins tell whether there is more.
int rows_to_read(const hop_context& hop) {
    const int begins = hop.session.stack.empty() ? 0 : hop.session.stack.back().page;
    return std::min(begins + 10, longest_list);
}

templates::values summary(const registry::entitlement_summary& one) {
    templates::values values{
        {"programme", one.programme}, {"kind", one.kind}, {"state", one.state}, {"day", day_of(one.first_day)}};
    if (one.amount_minor) values.set("amount", templates::money{.minor = *one.amount_minor, .currency = one.currency});
    return values;
}

// Her word is asked for what should have reached her; a payer's own word alone does not settle it.
bool was_due(const registry::entitlement_detail& one) {
    return one.state == "available" || one.state == "redeemed" || one.state == "partial" ||
           one.state == "not_collected" || one.state == "expired";
}

bool still_open(const registry::entitlement_summary& one) {
    return one.state == "pending" || one.state == "sent" || one.state == "available";
}

std::string today(const hop_context& hop) {
    return iso_day(std::chrono::floor<std::chrono::days>(hop.rooms.time.now()));
}

answer gone() {
    return {.outcome = "gone", .values = {}, .rows = {}};
}

}  // namespace

// load: what is to come, by its day; above all else the next distribution, with its place and hours. Of one that goes
// on for days and began, the next day is today.
task<answer> entitlement_list(hop_context& hop) {
    auto list = co_await hop.rooms.registry.entitlements.open_of(hop.group(), hop.language(), rows_to_read(hop));
    const std::string day = today(hop);
    const auto next = std::ranges::find_if(
        list, [&](const auto& one) { return !one.place.empty() && still_open(one) && one.last_day >= day; });
    const bool has_next = next != list.end();
    if (has_next) std::rotate(list.begin(), next, next + 1);
    answer given;
    given.rows.reserve(list.size());
    for (const auto& one : list) given.rows.push_back({.id = std::to_string(one.id.value), .values = summary(one)});
    given.values.set("has_next", has_next);
    if (has_next) {
        given.values.set("next_day", day_of(std::max(list.front().first_day, day)));
        given.values.set("next_place", list.front().place);
        given.values.set("next_hours", list.front().hours);
    }
    co_return given;
}

// load: what was handed out, missed or is over.
task<answer> entitlement_past(hop_context& hop) {
    const auto list = co_await hop.rooms.registry.entitlements.past_of(hop.group(), hop.language(), rows_to_read(hop));
    answer given;
    given.rows.reserve(list.size());
    for (const auto& one : list) given.rows.push_back({.id = std::to_string(one.id.value), .values = summary(one)});
    co_return given;
}

task<answer> entitlement_detail(hop_context& hop) {
    const auto id = registry::entitlement_id{hop_context::number_in(hop.asked.subject)};
    const auto one = co_await hop.rooms.registry.entitlements.find(id, hop.group(), hop.language());
    if (!one) co_return gone();
    answer given;
    given.values = summary(*one);
    auto& values = given.values;
    values.set("first", day_of(one->first_day));
    values.set("last", day_of(one->last_day));
    values.set("has_last", !one->last_day.empty() && one->last_day != one->first_day);
    values.set("place", one->place);
    values.set("has_place", !one->place.empty());
    values.set("hours", one->hours);
    values.set("has_hours", !one->hours.empty());
    values.set("collector", one->collector);
    values.set("has_collector", one->collector_is_alternate && !one->collector.empty());
    values.set("order", one->order_number);
    values.set("has_order", !one->order_number.empty());
    values.set("can_confirm", was_due(*one) && one->answer != "received");
    values.set("can_report", was_due(*one));
    values.set("has_items", !one->items.empty());
    values.set("is_open", still_open(*one));
    co_return given;
}

task<answer> entitlement_items(hop_context& hop) {
    const auto id = registry::entitlement_id{hop_context::number_in(hop.asked.subject)};
    const auto one = co_await hop.rooms.registry.entitlements.find(id, hop.group(), hop.language());
    answer given;
    if (one)
        for (const auto& item : one->items)
            given.rows.push_back(
                {.id = {}, .values = {{"name", item.name}, {"quantity", item.quantity}, {"unit", item.unit}}});
    co_return given;
}

task<answer> confirm_receipt(hop_context& hop) {
    const auto id = registry::entitlement_id{hop_context::number_in(hop.asked.subject)};
    const auto result = co_await hop.rooms.registry.entitlements.answer(
        id, hop.group(), hop.person(), registry::receipt_answer::received, {}, hop.hop, std::nullopt);
    if (!result.found) co_return gone();
    co_return answer{.outcome = result.changed ? "done" : "again", .values = {}, .rows = {}};
}

// do: the subject says what is wrong, the screen before it which entitlement.
task<answer> report_problem(hop_context& hop) {
    const auto id = registry::entitlement_id{hop_context::number_in(hop.asked.parent_subject)};
    auto what = registry::receipt_answer::issues;
    if (hop.asked.subject == "not_received") what = registry::receipt_answer::not_received;
    if (hop.asked.subject == "partial") what = registry::receipt_answer::partial;
    registry::entitlements::answered result;
    int left = reference_tries;
    do {
        const std::string reference = registry::new_reference(hop.rooms.random);
        const std::optional<registry::notice> sms = registry::make_notice(hop.rooms.record, hop.from, hop.language(),
                                                                          "sms.problem", {{"reference", reference}});
        result = co_await hop.rooms.registry.entitlements.answer(id, hop.group(), hop.person(), what, reference,
                                                                 hop.hop, sms);
    } while (result.reference_taken && --left > 0);
    if (result.reference_taken) throw registry::registry_unavailable("no reference is free");
    if (!result.found) co_return gone();
    answer given{.outcome = "done", .values = {}, .rows = {}};
    given.values.set("reference", result.reference);
    given.values.set("due_on", result.due_on);
    co_return given;
}

// do: an SMS to this phone that there is something; what it is, she sees by dialling.
task<answer> send_reminder(hop_context& hop) {
    const auto id = registry::entitlement_id{hop_context::number_in(hop.asked.subject)};
    const auto sms = registry::make_notice(hop.rooms.record, hop.from, hop.language(), "sms.look", {});
    const bool found = co_await hop.rooms.registry.collectors.remind(id, hop.group(), hop.person(), hop.hop, sms);
    if (!found) co_return gone();
    co_return answer{.outcome = "done", .values = {}, .rows = {}};
}

}  // namespace mlango::handlers
