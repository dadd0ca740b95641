#include "console/people/desk_door.hpp"

#include <algorithm>
#include <array>
#include <expected>

#include "base/http/json_body.hpp"
#include "console/people/region.hpp"
#include "console/problem.hpp"
#include "gsm/msisdn.hpp"
#include "registry/pin_codes.hpp"

namespace mlango::console {

namespace {

namespace json = boost::json;
using registry::desk_outcome;

constexpr std::array<std::string_view, 4> methods = {"questions", "call", "document", "biometric"};
constexpr std::array<std::string_view, 5> reasons = {"stands_here", "emergency", "protection", "family", "other"};
constexpr std::array<std::string_view, 2> verdicts = {"in_order", "not_in_order"};
constexpr std::size_t longest_reference = 40;
constexpr int most_waiting = 200;

template <std::size_t N>
std::expected<std::string, std::string> one_of(const json::object& body, std::string_view name,
                                               const std::array<std::string_view, N>& known) {
    auto word = read_text(body, name, {.least = 1, .most = 40});
    if (word && std::ranges::find(known, *word) == known.end())
        return std::unexpected(std::string(name) + " is none of those that are known");
    return word;
}

// Of the official system: nothing that could be a sentence about her.
bool is_reference(std::string_view text) {
    return text.size() >= 3 && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '/' ||
                      c == '-' || c == '_';
           });
}

std::expected<std::int64_t, std::string> number_in(const json::object& body, std::string_view name) {
    const json::value* const given = body.if_contains(view(name));
    if (given == nullptr || !given->is_int64() || given->get_int64() < 1)
        return std::unexpected(std::string(name) + " must be a positive whole number");
    return given->get_int64();
}

// How it was made sure that it is she.
struct check_wish {
    std::int64_t revision = 0;
    std::string method, reference;
    registry::phone_id phone;

    [[nodiscard]] registry::identity_checked how() const {
        return {.method = method, .reference = reference, .phone = phone};
    }
};

std::expected<std::string, std::string> reference_of(const json::object& body) {
    auto reference = read_text(body, "reference", {.least = 3, .most = longest_reference});
    if (reference && !is_reference(*reference))
        return std::unexpected("reference must be letters, digits, '/', '-' and '_'");
    return reference;
}

std::expected<check_wish, std::string> check_of(const json::object& body) {
    check_wish wish;
    const auto revision = number_in(body, "revision");
    if (!revision) return std::unexpected(revision.error());
    wish.revision = *revision;
    auto method = one_of(body, "method", methods);
    if (!method) return std::unexpected(method.error());
    wish.method = std::move(*method);
    if (wish.method == "document" || wish.method == "biometric") {
        auto reference = reference_of(body);
        if (!reference) return std::unexpected(reference.error());
        wish.reference = std::move(*reference);
    }
    if (wish.method == "call") {
        const auto phone = number_in(body, "phone");
        if (!phone) return std::unexpected(phone.error());
        wish.phone = {*phone};
    }
    return wish;
}

http_response invalid(std::string_view field, std::string_view code) {
    return problem(fault::invalid, {},
                   {{"faults", json::array{json::object{{"field", view(field)}, {"code", view(code)}}}}});
}

registry::person_at_desk at_desk(const asked& from, std::int64_t revision) {
    return {.who = from.who.id, .person = {from.key(1)}, .revision = revision};
}

}  // namespace

desk_door::desk_door(const parts& all)
    : desk_(all.pool, all.record, all.blind, all.time, all.random),
      records_(all.pool, all.record, all.time),
      people_(all.pool, all.blind, all.time) {}

std::vector<staff_route> desk_door::routes() {
    return {{"POST", "/people/{id}/pin-code", "people.reset_pin", [this](asked& from) { return pin_code(from); }},
            {"POST", "/people/{id}/pin-release", "people.reset_pin", [this](asked& from) { return pin_release(from); }},
            {"POST", "/people/{id}/numbers", "people.attach_number", [this](asked& from) { return number(from); }},
            {"POST", "/people/{id}/copy", "people.attach_number", [this](asked& from) { return copy(from); }},
            {"POST", "/people/{id}/verifications", "people.attach_number",
             [this](asked& from) { return verification(from); }},
            {"GET", "/verifications", "people.attach_number", [this](asked& from) { return waiting(from); }},
            {"POST", "/verifications/{id}/confirmation", "people.attach_number",
             [this](asked& from) { return confirm(from); }},
            {"POST", "/people/{id}/opening", "people.break_glass", [this](asked& from) { return open(from); }},
            {"GET", "/openings", "people.review", [this](asked& from) { return openings(from); }},
            {"POST", "/openings/{id}/review", "people.review", [this](asked& from) { return review(from); }}};
}

task<http_response> desk_door::refusal(const asked& from, desk_outcome outcome) {
    switch (outcome) {
        case desk_outcome::stale: {
            const auto now = co_await records_.revision({.who = from.who.id, .person = {from.key(1)}});
            co_return problem(fault::stale, {}, {{"current", json::object{{"revision", now.value_or(0)}}}});
        }
        case desk_outcome::wrong_state:
            co_return problem(fault::wrong_state);
        case desk_outcome::check:
            co_return invalid("method", "check_too_weak");
        case desk_outcome::phone:
            co_return invalid("phone", "call_proves_nothing");
        case desk_outcome::same:
            co_return invalid("number", "has_that_number");
        case desk_outcome::conflict:
            co_return problem(fault::conflict);
        case desk_outcome::own_request:
            co_return problem(fault::own_request);
        case desk_outcome::too_many:
            co_return wait_problem(24 * 3'600);
        case desk_outcome::done:
        case desk_outcome::second:
        case desk_outcome::not_found:
            break;
    }
    co_return problem(fault::not_found);
}

task<http_response> desk_door::pin_code(asked& from) {
    const auto wish = check_of(from.body);
    if (!wish) co_return problem(fault::malformed, wish.error());
    const auto made = co_await desk_.give_pin_code(at_desk(from, wish->revision), wish->how());
    if (made.outcome != desk_outcome::done) co_return co_await refusal(from, made.outcome);
    co_return json_answer(json::object{{"code", made.code}, {"lasts_hours", registry::staff_code_lasts.count()}}, 201);
}

task<http_response> desk_door::pin_release(asked& from) {
    const auto wish = check_of(from.body);
    if (!wish) co_return problem(fault::malformed, wish.error());
    const auto outcome = co_await desk_.release_pin(at_desk(from, wish->revision), wish->how());
    if (outcome != desk_outcome::done) co_return co_await refusal(from, outcome);
    co_return json_answer(json::object{{"released", true}});
}

task<http_response> desk_door::number(asked& from) {
    const auto wish = check_of(from.body);
    if (!wish) co_return problem(fault::malformed, wish.error());
    const auto typed = read_text(from.body, "number", {.least = 5, .most = 30});
    if (!typed) co_return problem(fault::malformed, typed.error());
    std::string e164;
    for (const auto& [operation, country] : co_await people_.countries(from.who.operations)) {
        const auto read = gsm::msisdn::from_typed(*typed, region_of(country));
        if (!read) continue;
        if (!e164.empty() && e164 != read->e164()) co_return invalid("number", "number_ambiguous");
        e164 = read->e164();
    }
    if (e164.empty()) co_return invalid("number", "no_number");
    const auto asked_for = co_await desk_.ask_number(at_desk(from, wish->revision), wish->how(), e164);
    if (asked_for.outcome != desk_outcome::done) co_return co_await refusal(from, asked_for.outcome);
    co_return json_answer(json::object{{"reference", asked_for.reference}, {"request", asked_for.request}}, 201);
}

task<http_response> desk_door::copy(asked& from) {
    const auto wish = check_of(from.body);
    if (!wish) co_return problem(fault::malformed, wish.error());
    // Read first: what could not be read is not marked as given.
    const auto all = co_await records_.copy({.who = from.who.id, .person = {from.key(1)}});
    if (!all) co_return problem(fault::not_found);
    const auto outcome = co_await desk_.hand_copy(at_desk(from, wish->revision), wish->how());
    if (outcome != desk_outcome::done) co_return co_await refusal(from, outcome);
    co_return json_answer(*all);
}

task<http_response> desk_door::verification(asked& from) {
    const auto revision = number_in(from.body, "revision");
    if (!revision) co_return problem(fault::malformed, revision.error());
    const auto method = one_of(from.body, "method", std::array<std::string_view, 2>{"document", "biometric"});
    if (!method) co_return problem(fault::malformed, method.error());
    const auto reference = reference_of(from.body);
    if (!reference) co_return problem(fault::malformed, reference.error());
    const auto noted = co_await desk_.verify(at_desk(from, *revision), *method, *reference);
    if (noted.outcome != desk_outcome::done && noted.outcome != desk_outcome::second)
        co_return co_await refusal(from, noted.outcome);
    co_return json_answer(
        json::object{{"id", noted.record}, {"waits_for_second", noted.outcome == desk_outcome::second}}, 201);
}

task<http_response> desk_door::waiting(asked& from) {
    co_return json_answer(
        json::object{{"items", co_await desk_.waiting_verifications(from.who.id, most_waiting)}, {"next", nullptr}});
}

task<http_response> desk_door::confirm(asked& from) {
    const auto refuses = from.body.if_contains("refuse");
    std::string reference;
    if (refuses == nullptr || !refuses->is_bool() || !refuses->get_bool()) {
        auto read = reference_of(from.body);
        if (!read) co_return problem(fault::malformed, read.error());
        reference = std::move(*read);
    }
    const auto outcome = co_await desk_.confirm_verification(from.who.id, from.key(1), reference);
    if (outcome != desk_outcome::done) co_return co_await refusal(from, outcome);
    co_return json_answer(json::object{{"confirmed", !reference.empty()}});
}

task<http_response> desk_door::open(asked& from) {
    const auto reason = one_of(from.body, "reason", reasons);
    if (!reason) co_return problem(fault::malformed, reason.error());
    const auto words = read_text(from.body, "words", {.least = 10, .most = 1'000});
    if (!words) co_return problem(fault::malformed, words.error());
    const auto opened = co_await desk_.break_glass(from.who.id, {from.key(1)}, *reason, *words);
    if (opened.outcome != desk_outcome::done) co_return co_await refusal(from, opened.outcome);
    co_return json_answer(json::object{{"id", opened.record}, {"lasts_hours", 2}}, 201);
}

task<http_response> desk_door::openings(asked& from) {
    const std::string state = from.query("state");
    if (!state.empty() && state != "waiting" && state != "all")
        co_return problem(fault::malformed, "state must be waiting or all");
    const std::int64_t after = from.query_number("after", 0, std::int64_t{1} << 53, 0);
    const int limit = static_cast<int>(from.query_number("limit", 1, 200, 50));
    json::array found = co_await desk_.openings(from.who.id, state != "all", after, limit + 1);
    json::value next;
    if (found.size() > static_cast<std::size_t>(limit)) {
        found.pop_back();
        next = std::to_string(found.back().as_object().at("id").to_number<std::int64_t>());
    }
    co_return json_answer(json::object{{"items", std::move(found)}, {"next", std::move(next)}});
}

task<http_response> desk_door::review(asked& from) {
    const auto verdict = one_of(from.body, "verdict", verdicts);
    if (!verdict) co_return problem(fault::malformed, verdict.error());
    const auto outcome = co_await desk_.review_glass(from.who.id, from.key(1), *verdict);
    if (outcome != desk_outcome::done) co_return co_await refusal(from, outcome);
    co_return json_answer(json::object{{"verdict", *verdict}});
}

}  // namespace mlango::console
