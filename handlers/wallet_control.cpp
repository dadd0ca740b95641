// She keeps control: who looked, what she shares, stopping it.
#include <algorithm>

#include "handlers/subjects.hpp"
#include "handlers/wallet_words.hpp"
#include "handlers/wishes.hpp"
#include "wallet/holder.hpp"

namespace mlango::handlers {

namespace {

constexpr int longest_list = 27;  // three pages of nine

task<std::vector<wallet::look_view>> all_looks(hop_context& hop) {
    if (!hop.rooms.wallet) co_return std::vector<wallet::look_view>{};
    co_return co_await hop.rooms.wallet->holder.looks(hop.person(), hop.language(), longest_list);
}

// A look has no number of its own: when it was tells it from others.
std::string id_of(const wallet::look_view& one) {
    return std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(one.at.time_since_epoch()).count());
}

std::string_view looker_of(const wallet::look_view& one) {
    if (one.what == "issued" && one.channel == "phone") return "smartphone";
    if (one.what == "staff" || one.who.empty()) return "staff";
    return one.what == "tried" || one.what == "asked" ? std::string_view(one.what) : "seen";
}

templates::values summary(const wallet::look_view& one, std::chrono::seconds offset) {
    const auto when = local(one.at, offset);
    return {{"day", when.day}, {"hour", when.hour}, {"looker", std::string(looker_of(one))}, {"verifier", one.who}};
}

task<std::vector<wallet::share_view>> all_shares(hop_context& hop) {
    if (!hop.rooms.wallet) co_return std::vector<wallet::share_view>{};
    co_return co_await hop.rooms.wallet->holder.shares(hop.person(), hop.language(), longest_list);
}

task<std::optional<wallet::share_view>> chosen_share(hop_context& hop) {
    const std::int64_t chosen = hop_context::number_in(hop.asked.subject);
    for (auto& one : co_await all_shares(hop))
        if (one.id.value == chosen) co_return std::move(one);
    co_return std::nullopt;
}

answer answered(const wallet::stopped& what) {
    answer given = referenced(what.reference);
    given.values.set("how_many", std::to_string(what.shares));
    return given;
}

}  // namespace

task<answer> looks(hop_context& hop) {
    const auto all = co_await all_looks(hop);
    answer given;
    if (all.empty()) co_return given;
    const auto offset = co_await hop.rooms.registry.people.utc_offset_of(hop.person(), hop.rooms.time.now());
    for (const auto& one : all) given.rows.push_back({.id = id_of(one), .values = summary(one, offset)});
    co_return given;
}

task<answer> look(hop_context& hop) {
    const auto all = co_await all_looks(hop);
    const auto one = std::ranges::find(all, hop.asked.subject, id_of);
    if (one == all.end()) co_return outcome("gone");
    const auto offset = co_await hop.rooms.registry.people.utc_offset_of(hop.person(), hop.rooms.time.now());
    answer given;
    given.values = summary(*one, offset);
    given.values.set("sees", sees_words(hop, one->preset));
    co_return given;
}

task<answer> shares(hop_context& hop) {
    answer given;
    for (const auto& one : co_await all_shares(hop))
        given.rows.push_back({.id = std::to_string(one.id.value),
                              .values = {{"verifier", one.verifier_name}, {"share_state", one.state}}});
    co_return given;
}

task<answer> one_share(hop_context& hop) {
    const auto one = co_await chosen_share(hop);
    if (!one) co_return outcome("gone");
    const auto offset = co_await hop.rooms.registry.people.utc_offset_of(hop.person(), hop.rooms.time.now());
    answer given;
    given.values = {{"verifier", one->verifier_name},
                    {"sees", sees_words(hop, one->preset)},
                    {"share_state", one->state},
                    {"reference", one->reference},
                    {"until", local(one->valid_until.value_or(one->made_at), offset).day},
                    {"may_stop", one->state == "waiting" || one->state == "seen"}};
    co_return given;
}

// do: a second delivery finds nothing left and gets the same reference. Stopping needs no trust: it only takes away.
// Where there is no wallet there is nothing to stop.
task<answer> stop_share(hop_context& hop) {
    if (!hop.rooms.wallet) co_return answered({});
    const registry::share_id share{hop_context::number_in(hop.asked.subject)};
    co_return answered(co_await hop.rooms.wallet->holder.stop_share(hop.person(), share, hop.hop));
}

task<answer> stop_verifier(hop_context& hop) {
    if (!hop.rooms.wallet) co_return answered({});
    const auto one = co_await chosen_share(hop);
    const auto whose = one ? one->verifier : registry::verifier_id{};
    co_return answered(co_await hop.rooms.wallet->holder.stop_verifier(hop.person(), whose, hop.hop));
}

task<answer> stop_all_shares(hop_context& hop) {
    if (!hop.rooms.wallet) co_return answered({});
    co_return answered(co_await hop.rooms.wallet->holder.stop_all(hop.person(), hop.hop));
}

// load: only what the step before found.
task<answer> stop_given(hop_context& hop) {
    answer given;
    given.values.set("stopped", hop_context::number_in(hop.field("how_many")));
    co_return given;
}

}  // namespace mlango::handlers
