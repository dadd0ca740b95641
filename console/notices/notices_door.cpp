#include "console/notices/notices_door.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/csv.hpp"
#include "base/http/json_body.hpp"
#include "console/body_fields.hpp"
#include "console/export_row.hpp"
#include "console/notices/draft.hpp"
#include "console/problem.hpp"
#include "gsm/sms_cost.hpp"

namespace mlango::console {

namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 7> states = {"", "draft", "released", "running", "paused", "stopped", "done"};

json::object json_of(const sms_shape& shape) {
    json::array faults;
    for (const std::string& code : shape.faults) faults.push_back(json::object{{"field", "text"}, {"code", code}});
    return {{"text", shape.text},   {"encoding", shape.encoding}, {"units", shape.units},
            {"holds", shape.holds}, {"segments", shape.segments}, {"faults", std::move(faults)}};
}

void add_shapes(json::object& notice, const sms_port* sms) {
    for (auto& text : notice.at("texts").as_array()) {
        auto& with = text.as_object();
        with["shape"] =
            json_of(sms == nullptr ? sms_shape{}
                                   : sms->shape(view(with["language"].as_string()), view(with["text"].as_string())));
    }
}

}  // namespace

notices_door::notices_door(const parts& house)
    : house_(house), notices_(house.pool, house.time), broadcasts_(house.pool, house.record, house.time) {}

std::vector<staff_route> notices_door::routes() {
    const auto turning = [this](std::string_view path, std::string_view becomes) {
        return staff_route{"POST", path, "notices.view",
                           [this, becomes](asked& question) { return turn(question, becomes); }};
    };
    return {
        {"GET", "/notices", "notices.view", [this](asked& question) { return list(question); }},
        {"POST", "/notices", "notices.write", [this](asked& question) { return write(question); }},
        {"GET", "/notices/choices", "notices.view", [this](asked& question) { return choices(question); }},
        {"POST", "/notices/shape", "notices.view", [this](asked& question) { return shape(question); }},
        {"GET", "/notices/{id}", "notices.view", [this](asked& question) { return one(question); }},
        {"POST", "/notices/{id}/count", "notices.view", [this](asked& question) { return count(question); }},
        {"POST", "/notices/{id}/release", "notices.release", [this](asked& question) { return release(question); }},
        turning("/notices/{id}/pause", "paused"),
        turning("/notices/{id}/resume", "running"),
        turning("/notices/{id}/stop", "stopped"),
        {"GET", "/notices/{id}/outcomes", "notices.view", [this](asked& question) { return outcomes(question); }},
        {"GET", "/notices/{id}/outcomes.csv", "notices.view",
         [this](asked& question) { return outcomes_file(question); }},
    };
}

task<http_response> notices_door::list(asked& question) {
    const std::string state = question.query("state");
    if (std::ranges::find(states, state) == states.end()) co_return problem(fault::malformed, "state: none of ours");
    const auto before = question.query_number("after", 1, most_key, most_key);
    const auto limit = static_cast<int>(question.query_number("limit", 1, 200, 50));
    auto page = co_await notices_.list(question.who.id, state, before, limit);
    json::object answer{{"items", std::move(page.items)}, {"next", nullptr}};
    if (!page.next.empty()) answer["next"] = page.next;
    co_return json_answer(answer);
}

task<http_response> notices_door::choices(asked& question) {
    auto all = co_await notices_.choices(question.who.id);
    json::array languages;
    if (house_.house.sms != nullptr)
        for (const auto& code : house_.house.sms->languages()) languages.emplace_back(code);
    all["languages"] = std::move(languages);
    co_return json_answer(all);
}

// While she writes: how it looks, what it takes, what may not be sent. Nothing is kept.
task<http_response> notices_door::shape(asked& question) {
    if (house_.house.sms == nullptr) co_return problem(fault::unavailable);
    const auto language = read_text(question.body, "language", {.least = 2, .most = 3});
    if (!language) co_return problem(fault::malformed, language.error());
    const auto text = read_text(question.body, "text", {.least = 1, .most = 1'600});
    if (!text) co_return problem(fault::malformed, text.error());
    co_return json_answer(json_of(house_.house.sms->shape(*language, *text)));
}

task<http_response> notices_door::write(asked& question) {
    if (house_.house.sms == nullptr) co_return problem(fault::unavailable);
    const auto draft = read_notice(question.body);
    if (!draft) co_return problem(fault::malformed, draft.error());
    json::array faults;
    for (const auto& [language, code] : faults_of(*draft, *house_.house.sms))
        faults.push_back(json::object{{"field", "texts." + language}, {"code", code}});
    if (!faults.empty()) co_return problem(fault::invalid, "This can not be sent so.", {{"faults", std::move(faults)}});
    const auto id = co_await notices_.write(question.who.id, *draft);
    if (!id && id.error() == registry::notice_fault::not_allowed)
        co_return problem(fault::not_allowed, "The filter reaches beyond what is yours to write to.");
    if (!id)
        co_return problem(fault::invalid, {},
                          {{"faults", json::array{json::object{{"field", "filter"}, {"code", "no_such"}}}}});
    co_return json_answer(json::object{{"id", id->value}}, 201);
}

task<http_response> notices_door::one(asked& question) {
    auto found = co_await notices_.find(question.who.id, registry::broadcast_id{question.key(1)});
    if (!found) co_return problem(fault::not_found);
    add_shapes(*found, house_.house.sms);
    co_return json_answer(*found);
}

// Who would get it. `price`: what one message costs, as its tariff writes it.
task<http_response> notices_door::count(asked& question) {
    const registry::broadcast_id id{question.key(1)};
    const auto typed = read_optional_text(question.body, "price", {.least = 1, .most = 12});
    if (!typed) co_return problem(fault::malformed, typed.error());
    std::optional<gsm::price> price;
    if (*typed) {
        price = gsm::price::parse(**typed);
        if (!price) co_return problem(fault::malformed, "price: such as 0.8");
    }
    if (!co_await notices_.may(question.who.id, "notices.view", id)) co_return problem(fault::not_found);
    if (house_.house.sms == nullptr) co_return problem(fault::unavailable);
    const auto counted = co_await broadcasts_.count(id);
    if (!counted) co_return problem(fault::not_found);
    json::array languages;
    std::size_t messages = 0;
    for (const auto& [language, text] : co_await broadcasts_.texts(id)) {
        const sms_shape shape = house_.house.sms->shape(language, text);
        const auto found = std::ranges::find(counted->languages, language, &registry::language_count::language);
        const auto people = found == counted->languages.end() ? std::int64_t{0} : found->recipients;
        const std::size_t takes = static_cast<std::size_t>(people) * shape.segments;
        messages += takes;
        json::object line{{"language", language}, {"recipients", people}, {"messages", takes}};
        line["others"] = found == counted->languages.end() ? 0 : found->others;
        line["segments"] = shape.segments;
        line["cost"] = price ? json::value(price->of(takes)) : json::value(nullptr);
        languages.push_back(std::move(line));
    }
    json::object answer{{"recipients", counted->recipients}, {"messages", messages}};
    answer["cost"] = price ? json::value(price->of(messages)) : json::value(nullptr);
    answer["left_out"] = json::object{
        {"said_stop", counted->said_stop}, {"only_asked", counted->only_asked}, {"untrusted", counted->untrusted}};
    answer["languages"] = std::move(languages);
    co_return json_answer(answer);
}

task<http_response> notices_door::release(asked& question) {
    using registry::release_outcome;
    const auto recipients = read_whole(question.body, "recipients", 0, most_key);
    if (!recipients) co_return problem(fault::malformed, recipients.error());
    const registry::broadcast_id id{question.key(1)};
    const auto outcome = co_await notices_.release(question.who.id, id, *recipients);
    auto now = co_await notices_.find(question.who.id, id);
    if (!now) co_return problem(fault::not_found);
    add_shapes(*now, house_.house.sms);
    if (!outcome) co_return problem(fault::not_allowed);
    const auto stands = [&](std::string_view reason) {
        return json::object{{"reason", view(reason)}, {"current", *now}};
    };
    switch (*outcome) {
        case release_outcome::released:
            co_return json_answer(*now);
        case release_outcome::same_person:
            co_return problem(fault::own_request, "Who wrote it does not release it.");
        case release_outcome::another_number:
            co_return problem(fault::stale, "It goes to another number of people than you saw.", stands("recount"));
        case release_outcome::not_counted:
            co_return problem(fault::wrong_state, "It was not counted today.", stands("not_counted"));
        case release_outcome::nobody:
            co_return problem(fault::wrong_state, "It goes to nobody.", stands("nobody"));
        case release_outcome::not_draft:
        case release_outcome::unknown:
            break;
    }
    co_return problem(fault::wrong_state, "It was released or stopped before.", stands("not_draft"));
}

task<http_response> notices_door::turn(asked& question, std::string_view becomes) {
    const registry::broadcast_id id{question.key(1)};
    auto done = co_await notices_.turn(question.who.id, id, becomes);
    if (done.outcome == "unknown") co_return problem(fault::not_found);
    if (done.outcome == "not_allowed") co_return problem(fault::not_allowed);
    if (done.outcome != "done")
        co_return problem(fault::wrong_state, {}, {{"current", json::object{{"state", done.was}}}});
    // Rows that a sender was writing down at that moment.
    if (becomes != "running") done.moved += (co_await broadcasts_.advance(id, {})).moved;
    co_return json_answer(json::object{{"state", view(becomes)}, {"moved", done.moved}});
}

task<http_response> notices_door::outcomes(asked& question) {
    const registry::broadcast_id id{question.key(1)};
    if (!co_await notices_.may(question.who.id, "notices.view", id)) co_return problem(fault::not_found);
    json::array items;
    for (const auto& one : co_await broadcasts_.outcomes(id))
        items.push_back(json::object{
            {"language", one.language}, {"outcome", one.outcome}, {"reason", one.reason}, {"messages", one.messages}});
    co_return json_answer(json::object{{"items", std::move(items)}});
}

task<http_response> notices_door::outcomes_file(asked& question) {
    const registry::broadcast_id id{question.key(1)};
    if (!co_await notices_.may(question.who.id, "notices.view", id)) co_return problem(fault::not_found);
    http_response file = csv_file(fmt::format("notice-{}.csv", id.value));
    file.body = "language,outcome,reason,messages\r\n";
    for (const auto& one : co_await broadcasts_.outcomes(id))
        append_csv_record(file.body, {one.language, one.outcome, one.reason, std::to_string(one.messages)});
    co_return file;
}

}  // namespace mlango::console
