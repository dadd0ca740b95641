// My assistance: what is hers, and her word about having received it.
#include "handlers/subjects.hpp"

namespace mlango::handlers {

namespace {

constexpr int longest_list = 24;
constexpr int reference_tries = 20;

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

answer gone() {
    return {.outcome = "gone", .values = {}, .rows = {}};
}

}  // namespace

task<answer> entitlement_list(hop_context& hop) {
    const auto list = co_await hop.rooms.registry.entitlements.of_group(hop.group(), hop.language(), 0, longest_list);
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
    co_return given;
}

}  // namespace mlango::handlers
