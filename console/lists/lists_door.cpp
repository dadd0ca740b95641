#include "console/lists/lists_door.hpp"

#include <fmt/format.h>

#include <array>

#include "base/http/json_body.hpp"
#include "console/body_fields.hpp"
#include "console/lists/list_answers.hpp"
#include "console/lists/list_values.hpp"
#include "console/problem.hpp"
#include "registry/parameters.hpp"

namespace mlango::console {

namespace {

constexpr std::array<std::string_view, 3> types{"regular", "top_up", "follow_up"};
constexpr std::array<std::string_view, 9> list_states{
    "draft", "locked", "in_approval", "in_authorization", "in_review", "accepted", "finished", "closed", "aborted"};
constexpr std::array<std::string_view, 9> entitlement_states{
    "pending", "sent", "available", "redeemed", "partial", "not_collected", "error", "cancelled", "expired"};
constexpr int most_items = 200;
constexpr int usual_items = 50;

http_response missing(std::string_view name) {
    return problem(fault::malformed, fmt::format("{} is missing or not of its form.", name));
}

bool among(std::span<const std::string_view> words, std::string_view word) {
    return std::ranges::find(words, word) != words.end();
}

std::expected<registry::new_list, std::string_view> read_new_list(const boost::json::object& body) {
    registry::new_list list;
    auto operation = read_text(body, "operation", {.least = 3, .most = 3});
    if (!operation) return std::unexpected("operation");
    list.operation = std::move(*operation);
    const auto cycle = read_whole(body, "cycle", 1, most_key);
    if (!cycle) return std::unexpected("cycle");
    list.cycle = {*cycle};
    auto type = read_text(body, "type", {.least = 1, .most = 20});
    if (!type || !among(types, *type)) return std::unexpected("type");
    list.type = std::move(*type);
    auto currency = read_optional_text(body, "currency", {.least = 3, .most = 3});
    if (!currency || (*currency && !minor_digits(**currency))) return std::unexpected("currency");
    list.currency = currency->value_or(std::string());
    const auto* office = body.if_contains("office");
    if (office != nullptr && !office->is_null()) {
        const auto id = read_whole(body, "office", 1, most_key);
        if (!id) return std::unexpected("office");
        list.office = registry::office_id{*id};
    }
    const auto* notifies = body.if_contains("notifies");
    if (notifies != nullptr && !notifies->is_bool()) return std::unexpected("notifies");
    list.notifies = notifies != nullptr && notifies->get_bool();
    return list;
}

}  // namespace

lists_door::lists_door(const parts& house)
    : house_(house), lists_(house.pool, house.time), uploads_(house.pool, house.time), seal_(house.blind) {}

std::vector<staff_route> lists_door::routes() {
    const auto by = [this](task<http_response> (lists_door::*what)(asked&)) {
        return [this, what](asked& question) { return (this->*what)(question); };
    };
    return {{"GET", "/lists", "lists.view", by(&lists_door::page)},
            {"GET", "/lists/choices", "lists.load", by(&lists_door::choices)},
            {"POST", "/lists", "lists.load", by(&lists_door::make)},
            {"GET", "/lists/{id}", "lists.view", by(&lists_door::one)},
            {"GET", "/lists/{id}/entitlements", "lists.view", by(&lists_door::entitlements)},
            {"POST", "/lists/{id}/lock", "lists.load", by(&lists_door::lock)},
            {"POST", "/lists/{id}/release", "lists.release", by(&lists_door::release)},
            {"POST", "/lists/{id}/return", "lists.view", by(&lists_door::give_back)},
            {"POST", "/lists/{id}/abort", "lists.view", by(&lists_door::abort)},
            {"GET", "/lists/{id}/signature", "lists.view", by(&lists_door::signature)},
            {"POST", "/lists/{id}/uploads", "lists.view", by(&lists_door::new_upload)}};
}

task<http_response> lists_door::page(asked& question) {
    registry::staff_lists::filter by{.operation = question.query("operation"),
                                     .state = question.query("state"),
                                     .programme = question.query_number("programme", 1, most_key, 0)};
    if (by.operation.size() > 3) co_return missing("operation");
    if (!by.state.empty() && !among(list_states, by.state)) co_return missing("state");
    const auto limit = static_cast<int>(question.query_number("limit", 1, most_items, usual_items));
    const std::int64_t after = question.query_number("after", 1, most_key, 0);
    co_return page_answer(co_await lists_.page(question.who.id, by, after, limit));
}

task<http_response> lists_door::choices(asked& question) {
    co_return json_text(co_await lists_.choices(question.who.id));
}

task<http_response> lists_door::make(asked& question) {
    const auto list = read_new_list(question.body);
    if (!list) co_return missing(list.error());
    const registry::list_verdict made = co_await lists_.make(question.who.id, *list);
    co_return co_await answer(made, question.who.id, {made.record}, 201);
}

task<http_response> lists_door::one(asked& question) {
    auto found = co_await lists_.find(question.who.id, {question.key(1)});
    if (!found) co_return problem(fault::not_found);
    co_return json_text(std::move(*found));
}

task<http_response> lists_door::entitlements(asked& question) {
    const std::string state = question.query("state");
    if (!state.empty() && !among(entitlement_states, state)) co_return missing("state");
    const auto page =
        co_await lists_.entitlements(question.who.id, {question.key(1)}, state, question.query("differs") == "true",
                                     question.query_number("after", 1, most_key, 0),
                                     static_cast<int>(question.query_number("limit", 1, most_items, usual_items)));
    co_return page ? page_answer(*page) : problem(fault::not_found);
}

task<http_response> lists_door::answer(registry::list_verdict verdict, registry::staff_id who,
                                       registry::payment_list_id list, unsigned status) {
    std::optional<std::string> now;
    if (verdict.done() || verdict.word == "stale" || verdict.word == "wrong_state")
        now = co_await lists_.find(who, list);
    if (!verdict.done()) co_return refusal(verdict, now);
    if (!now) co_return problem(fault::not_found);
    co_return json_text(std::move(*now), status);
}

task<http_response> lists_door::lock(asked& question) {
    const auto revision = read_whole(question.body, "revision", 0, most_key);
    const auto leaving_out = read_whole(question.body, "leaving_out", 0, most_key);
    if (!revision || !leaving_out) co_return missing(revision ? "leaving_out" : "revision");
    const registry::payment_list_id list{question.key(1)};
    const auto rows = co_await lists_.to_sign(question.who.id, list);
    registry::list_verdict verdict{.word = "ok"};
    if (!rows) {
        // There may be a list without a file; the registry says it.
        verdict = co_await lists_.lock(question.who.id, list, *revision, *leaving_out, std::string(32, '\0'),
                                       std::string(64, '\0'));
    } else {
        const std::string digest = rows->digest.empty() ? std::string(32, '\0') : rows->digest;
        verdict =
            co_await lists_.lock(question.who.id, list, *revision, *leaving_out, digest, seal_.sign(rows->statement));
    }
    co_return co_await answer(verdict, question.who.id, list);
}

task<lists_door::checked> lists_door::check(const registry::list_to_sign& list) {
    std::string digests;
    checked found{.entitlements = true};
    for (int block = 0; block < list.blocks; ++block) {
        const auto now = co_await lists_.block(list.upload, block);
        digests += now.digest;
        found.entitlements = found.entitlements && now.different == 0;
    }
    found.rows = digest_of_blocks(digests) == list.signed_digest;
    found.signature = seal_.agrees(list.statement, list.signature);
    co_return found;
}

task<http_response> lists_door::release(asked& question) {
    const auto revision = read_whole(question.body, "revision", 0, most_key);
    if (!revision) co_return missing("revision");
    const registry::payment_list_id list{question.key(1)};
    const auto rows = co_await lists_.to_sign(question.who.id, list);
    if (rows && !rows->signature.empty()) {
        const checked now = co_await check(*rows);
        if (!now.rows || !now.signature) co_return refusal({.word = "not_as_signed"}, std::nullopt);
    }
    const std::string no_words = house_.record.seal("{}", registry::notice_context);
    const auto verdict = co_await lists_.release(question.who.id, list, *revision, no_words);
    co_return co_await answer(verdict, question.who.id, list);
}

task<http_response> lists_door::give_back(asked& question) {
    const auto revision = read_whole(question.body, "revision", 0, most_key);
    if (!revision) co_return missing("revision");
    const registry::payment_list_id list{question.key(1)};
    const auto verdict = co_await lists_.give_back(question.who.id, list, *revision);
    co_return co_await answer(verdict, question.who.id, list);
}

task<http_response> lists_door::abort(asked& question) {
    const auto revision = read_whole(question.body, "revision", 0, most_key);
    if (!revision) co_return missing("revision");
    const registry::payment_list_id list{question.key(1)};
    const auto verdict = co_await lists_.abort(question.who.id, list, *revision);
    co_return co_await answer(verdict, question.who.id, list);
}

task<http_response> lists_door::signature(asked& question) {
    const registry::payment_list_id list{question.key(1)};
    const auto rows = co_await lists_.to_sign(question.who.id, list);
    if (!rows && !co_await lists_.find(question.who.id, list)) co_return problem(fault::not_found);
    if (!rows || rows->signature.empty()) co_return problem(fault::wrong_state);
    const checked now = co_await check(*rows);
    co_return json_answer(boost::json::object{{"statement", rows->statement},
                                              {"signature", to_base64url(as_byte_view(rows->signature))},
                                              {"public_key", to_base64url(as_byte_view(seal_.public_key()))},
                                              {"rows_agree", now.rows},
                                              {"signature_agrees", now.signature},
                                              {"entitlements_agree", now.entitlements}});
}

task<http_response> lists_door::new_upload(asked& question) {
    const auto kind = read_text(question.body, "kind", {.least = 1, .most = 10});
    if (!kind || (*kind != "list" && *kind != "report")) co_return missing("kind");
    const registry::payment_list_id list{question.key(1)};
    const auto verdict = co_await uploads_.make(question.who.id, list, *kind);
    if (!verdict.done()) co_return co_await answer(verdict, question.who.id, list);
    auto made = co_await uploads_.find(question.who.id, {verdict.record});
    if (!made) co_return problem(fault::not_found);
    co_return json_text(std::move(*made), 201);
}

}  // namespace mlango::console
