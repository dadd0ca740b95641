#include "console/tickets/tickets_door.hpp"

#include <algorithm>
#include <array>

#include "base/http/json_body.hpp"
#include "console/body_fields.hpp"
#include "console/problem.hpp"

namespace mlango::console {

namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 8> queues = {"open",      "mine",      "free",  "overdue",
                                                    "escalated", "sensitive", "calls", "closed"};
constexpr std::size_t longest_words = 1'800;  // bytes: sealed, they fit ticket_words

bool is_code(std::string_view text) {
    return text.size() <= 60 && std::ranges::all_of(text, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                      c == '.';
           });
}

}  // namespace

tickets_door::tickets_door(const parts& house)
    : house_(house), tickets_(house.pool, house.record, house.time, house.random) {}

std::vector<staff_route> tickets_door::routes() {
    return {
        {"GET", "/tickets", "tickets.view", [this](asked& question) { return queue(question); }},
        {"GET", "/tickets/summary", "tickets.view", [this](asked& question) { return summary(question); }},
        {"GET", "/tickets/choices", "tickets.view", [this](asked& question) { return choices(question); }},
        {"POST", "/tickets/search", "tickets.view", [this](asked& question) { return search(question); }},
        {"POST", "/tickets/preview", "tickets.answer", [this](asked& question) { return preview(question); }},
        {"POST", "/tickets", "tickets.answer", [this](asked& question) { return take_down(question); }},
        {"GET", "/tickets/{id}", "tickets.view", [this](asked& question) { return one(question); }},
        {"GET", "/tickets/{id}/colleagues", "tickets.answer", [this](asked& question) { return colleagues(question); }},
        {"POST", "/tickets/{id}/number", "tickets.answer", [this](asked& question) { return number(question); }},
        {"POST", "/tickets/{id}/answer", "tickets.answer", [this](asked& question) { return answer(question); }},
        change("/tickets/{id}/assignment", "tickets.answer", &tickets_door::assignment),
        change("/tickets/{id}/priority", "tickets.answer", &tickets_door::priority),
        change("/tickets/{id}/state", "tickets.answer", &tickets_door::state),
        change("/tickets/{id}/notes", "tickets.view", &tickets_door::note),
        change("/tickets/{id}/calls", "tickets.answer", &tickets_door::call),
        change("/tickets/{id}/closing", "tickets.answer", &tickets_door::closing),
        change("/tickets/{id}/reopening", "tickets.answer", &tickets_door::reopening),
        change("/tickets/{id}/marking", "tickets.answer", &tickets_door::marking),
        change("/tickets/{id}/move", "tickets.answer", &tickets_door::move),
        change("/tickets/{id}/taking-note", "tickets.supervise", &tickets_door::taking_note),
    };
}

round tickets_door::escalation() {
    return round_by_statement("late_tickets", std::chrono::seconds(5), registry::ticket_escalation(), 100);
}

staff_route tickets_door::change(std::string_view path, std::string_view permission, turn_reader reader) {
    return {"POST", path, permission, [this, reader](asked& question) -> task<http_response> {
                auto how = (this->*reader)(question);
                if (!how) co_return std::move(how.error());
                co_return co_await turn(question, std::move(*how));
            }};
}

task<http_response> tickets_door::queue(asked& question) {
    registry::ticket_filter wanted;
    wanted.queue = question.query("queue");
    if (wanted.queue.empty()) wanted.queue = "open";
    if (std::ranges::find(queues, wanted.queue) == queues.end())
        co_return problem(fault::malformed, "queue: none of ours");
    wanted.category = question.query("category");
    wanted.topic = question.query("topic");
    wanted.operation = question.query("operation");
    if (!is_code(wanted.category) || !is_code(wanted.topic) || !is_code(wanted.operation))
        co_return problem(fault::malformed, "category, topic, operation: codes");
    if (const auto office = question.query_number("office", 1, most_key, 0); office != 0)
        wanted.office = registry::office_id{office};
    wanted.after = question.query("after");
    wanted.limit = static_cast<int>(question.query_number("limit", 1, 200, 50));
    auto page = co_await tickets_.queue(question.who.id, wanted);
    if (!page) co_return problem(fault::malformed, "after: no page ends there");
    json::object answer{{"items", std::move(page->items)}, {"next", nullptr}};
    if (!page->next.empty()) answer["next"] = page->next;
    co_return json_answer(answer);
}

task<http_response> tickets_door::summary(asked& question) {
    co_return json_answer(co_await tickets_.summary(question.who.id));
}

task<http_response> tickets_door::choices(asked& question) {
    auto all = co_await tickets_.choices(question.who.id);
    json::array languages;
    if (house_.house.sms != nullptr)
        for (const auto& code : house_.house.sms->languages()) languages.emplace_back(code);
    all["languages"] = std::move(languages);
    co_return json_answer(all);
}

// By a reference that she says on the telephone; in the body, so that no address holds it.
task<http_response> tickets_door::search(asked& question) {
    auto reference = read_text(question.body, "reference", {.least = 4, .most = 4});
    if (!reference) co_return problem(fault::malformed, reference.error());
    for (char& c : *reference)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    json::object answer{{"items", co_await tickets_.with_reference(question.who.id, *reference)}};
    co_return json_answer(answer);
}

task<http_response> tickets_door::one(asked& question) {
    const auto found = co_await tickets_.open(question.who.id, question.key(1));
    if (!found) co_return problem(fault::not_found);
    co_return json_answer(*found);
}

task<http_response> tickets_door::colleagues(asked& question) {
    if (!co_await tickets_.line(question.who.id, question.key(1))) co_return problem(fault::not_found);
    json::object answer{{"items", co_await tickets_.colleagues(question.who.id, question.key(1))}};
    co_return json_answer(answer);
}

task<http_response> tickets_door::number(asked& question) {
    auto [done, number] = co_await tickets_.number(question.who.id, question.key(1));
    if (done.outcome != "done") co_return co_await refused(question, done);
    if (number.empty()) co_return problem(fault::unavailable);
    co_return json_answer(json::object{{"number", number}});
}

task<http_response> tickets_door::take_down(asked& question) {
    registry::told_ticket told;
    auto category = read_text(question.body, "category", {.least = 1, .most = 40});
    if (!category || !is_code(*category)) co_return problem(fault::malformed, "category: a code");
    auto topic = read_optional_text(question.body, "topic", {.least = 1, .most = 60});
    if (!topic || !is_code(topic->value_or(""))) co_return problem(fault::malformed, "topic: a code");
    auto words = read_text(question.body, "words", {.least = 1, .most = longest_words});
    if (!words) co_return problem(fault::malformed, words.error());
    const auto person = read_optional_whole(question.body, "person", 1, most_key);
    if (!person) co_return problem(fault::malformed, person.error());
    const auto operation = read_optional_text(question.body, "operation", {.least = 3, .most = 3});
    if (!operation) co_return problem(fault::malformed, operation.error());
    const auto language = read_optional_text(question.body, "language", {.least = 2, .most = 3});
    if (!language || !is_code(language->value_or(""))) co_return problem(fault::malformed, "language: a code");
    const auto sensitive = read_flag(question.body, "sensitive", false);
    if (!sensitive) co_return problem(fault::malformed, sensitive.error());
    if (person->has_value() == operation->has_value())
        co_return problem(fault::malformed, "Give either person or operation.");
    told.category = std::move(*category);
    told.topic = topic->value_or("");
    told.words = std::move(*words);
    if (*person) told.person = registry::person_id{**person};
    told.operation = operation->value_or("");
    told.language = language->value_or("");
    told.sensitive = *sensitive;
    const auto made = co_await tickets_.take_down(question.who.id, told);
    if (made.id == 0) co_return problem(fault::not_found, "She is not there, or not within your reach.");
    co_return json_answer(
        json::object{
            {"id", made.id}, {"reference", made.reference}, {"sensitive", made.sensitive}, {"may_open", made.may_open}},
        201);
}

task<http_response> tickets_door::turn(asked& question, registry::ticket_turn how) {
    if (const auto seen = read_optional_whole(question.body, "revision", 1, most_key); !seen)
        co_return problem(fault::malformed, seen.error());
    else
        how.seen = *seen;
    // Notes stand beside each other; whatever else is done was decided on what was seen.
    if (!how.seen && how.what != "note") co_return problem(fault::malformed, "revision is missing");
    if (!how.sms.empty() && !how.wanted.contains("reference")) {
        const auto line = co_await tickets_.line(question.who.id, question.key(1));
        if (!line) co_return problem(fault::not_found);
        how.wanted["reference"] = line->at("reference");
    }
    const std::string otherwise = house_.house.sms == nullptr ? "en" : house_.house.sms->default_language();
    const auto done = co_await tickets_.turn(question.who.id, question.key(1), std::move(how), otherwise);
    if (done.outcome != "done") co_return co_await refused(question, done);
    co_return json_answer(json::object{{"revision", done.revision}});
}

task<http_response> tickets_door::refused(asked& question, const registry::turned_ticket& done) {
    const auto fault_of = [](std::string_view outcome) {
        if (outcome == "not_allowed") return fault::not_allowed;
        if (outcome == "stale") return fault::stale;
        if (outcome == "wrong_state") return fault::wrong_state;
        if (outcome == "own") return fault::own_request;
        if (outcome == "not_the_same" || outcome == "reference_in_use") return fault::conflict;
        if (outcome == "no_such" || outcome == "no_number") return fault::invalid;
        return fault::not_found;
    };
    const fault what = fault_of(done.outcome);
    json::object more;
    if (what == fault::stale || what == fault::wrong_state)
        if (auto now = co_await tickets_.line(question.who.id, question.key(1))) more["current"] = std::move(*now);
    if (what == fault::conflict) more["reason"] = done.outcome;
    if (what == fault::invalid) more["faults"] = json::array{json::object{{"code", done.outcome}}};
    co_return problem(what, {}, std::move(more));
}

}  // namespace mlango::console
