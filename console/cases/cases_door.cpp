#include "console/cases/cases_door.hpp"

#include <chrono>

#include "base/http/json_body.hpp"
#include "console/cases/case_wishes.hpp"
#include "console/export_row.hpp"
#include "console/problem.hpp"

namespace mlango::console {

namespace json = boost::json;
using registry::change_request_id;

namespace {

constexpr int usual_page = 50;
constexpr int longest_page = 200;
constexpr int most_at_once = 100'000;  // of one job
constexpr int outcomes_a_read = 1'000;
constexpr int approvals_a_step = 50;
constexpr int rules_a_round = 20;
constexpr std::chrono::milliseconds rules_every{300};  // she is told within a second

http_response malformed(std::string_view field) {
    return problem(fault::malformed, field);
}

}  // namespace

cases_door::cases_door(const parts& all) : cases_(all.pool, all.record, all.blind, all.time) {}

std::vector<staff_route> cases_door::routes() {
    const auto to = [this](task<http_response> (cases_door::*what)(asked&)) {
        return [this, what](asked& from) { return (this->*what)(from); };
    };
    // Approving is open to both of those who may give a first or a second approval: whose turn it is, the record tells.
    return {
        {.method = "GET", .path = "/cases", .permission = "cases.view", .handler = to(&cases_door::list)},
        {.method = "GET", .path = "/cases/counts", .permission = "cases.view", .handler = to(&cases_door::counts)},
        {.method = "GET", .path = "/cases/rules", .permission = "cases.view", .handler = to(&cases_door::rules)},
        {.method = "GET", .path = "/cases/{id}", .permission = "cases.view", .handler = to(&cases_door::show)},
        {.method = "POST",
         .path = "/cases/{id}/approval",
         .permission = "cases.decide",
         .handler = to(&cases_door::approve)},
        {.method = "POST",
         .path = "/cases/{id}/rejection",
         .permission = "cases.decide",
         .handler = to(&cases_door::reject)},
        {.method = "POST",
         .path = "/cases/{id}/question",
         .permission = "cases.decide",
         .handler = to(&cases_door::ask)},
        {.method = "POST",
         .path = "/cases/{id}/withdrawal",
         .permission = "cases.decide",
         .handler = to(&cases_door::withdraw)},
        {.method = "POST",
         .path = "/cases/{id}/comparison",
         .permission = "cases.decide",
         .handler = to(&cases_door::compare)},
        {.method = "POST", .path = "/cases/bulk", .permission = "cases.bulk", .handler = to(&cases_door::begin_bulk)},
        {.method = "GET",
         .path = "/cases/bulk/{job}/outcomes",
         .permission = "cases.bulk",
         .handler = to(&cases_door::outcomes)},
    };
}

job_kind cases_door::bulk() {
    return by_statement("case_approval", registry::case_updates::bulk_step(), approvals_a_step);
}

round cases_door::by_rule() {
    return {.name = "cases_by_rule", .every = rules_every, .make = [](const parts& all) -> task<std::int64_t> {
                registry::case_updates cases(all.pool, all.record, all.blind, all.time);
                co_return co_await cases.apply_by_rule(rules_a_round);
            }};
}

task<http_response> cases_door::list(asked& from) {
    const auto wanted = filter_of_query(from);
    if (!wanted) co_return malformed(wanted.error());
    const int limit = static_cast<int>(from.query_number("limit", 1, longest_page, usual_page));
    const auto page = co_await cases_.list(from.who.id, *wanted, from.query("after"), limit);
    if (!page) co_return malformed("after");
    co_return json_answer(json::object{
        {"items", page->items}, {"next", page->next.empty() ? json::value() : json::value(json::string(page->next))}});
}

task<http_response> cases_door::counts(asked& from) {
    const auto wanted = filter_of_query(from);
    if (!wanted) co_return malformed(wanted.error());
    using counted = registry::case_updates::counted;
    const auto of = from.query("of") == "bulk" ? counted::for_bulk : counted::seen;
    co_return json_answer(co_await cases_.counts(from.who.id, *wanted, of));
}

task<http_response> cases_door::rules(asked& from) {
    co_return json_answer(json::object{{"items", co_await cases_.rules(from.who.id)}, {"next", nullptr}});
}

task<http_response> cases_door::show(asked& from) {
    const auto shown = co_await cases_.show(from.who.id, {from.key(1)});
    if (!shown) co_return problem(fault::not_found);
    co_return json_answer(*shown);
}

task<http_response> cases_door::approve(asked& from) {
    const auto revision = revision_of(from.body);
    if (!revision) co_return malformed(revision.error());
    auto evidence = evidence_of(from.body);
    if (!evidence) co_return malformed(evidence.error());
    registry::case_approval given{.evidence = std::move(*evidence), .person = {}};
    if (const json::value* const person = from.body.if_contains("person"); person != nullptr && !person->is_null()) {
        if (!person->is_int64() || person->as_int64() < 1) co_return malformed("person");
        given.person = registry::person_id{person->as_int64()};
    }
    co_return answer_of(co_await cases_.approve(from.who.id, {from.key(1)}, *revision, given));
}

task<http_response> cases_door::reject(asked& from) {
    const auto revision = revision_of(from.body);
    if (!revision) co_return malformed(revision.error());
    const auto reason = read_text(from.body, "reason", {.least = 2, .most = 40});
    if (!reason) co_return malformed("reason");
    co_return answer_of(co_await cases_.reject(from.who.id, {from.key(1)}, *revision, *reason));
}

task<http_response> cases_door::ask(asked& from) {
    const auto revision = revision_of(from.body);
    if (!revision) co_return malformed(revision.error());
    const auto question = read_text(from.body, "question", {.least = 2, .most = 40});
    if (!question) co_return malformed("question");
    co_return answer_of(co_await cases_.ask(from.who.id, {from.key(1)}, *revision, *question));
}

task<http_response> cases_door::withdraw(asked& from) {
    const auto revision = revision_of(from.body);
    if (!revision) co_return malformed(revision.error());
    co_return answer_of(co_await cases_.withdraw(from.who.id, {from.key(1)}, *revision));
}

task<http_response> cases_door::compare(asked& from) {
    const auto revision = revision_of(from.body);
    if (!revision) co_return malformed(revision.error());
    co_return answer_of(co_await cases_.compare(from.who.id, {from.key(1)}, *revision));
}

task<http_response> cases_door::begin_bulk(asked& from) {
    const json::value* const given = from.body.if_contains("filter");
    if (given == nullptr || !given->is_object()) co_return malformed("filter");
    const auto wanted = filter_of_object(given->as_object());
    if (!wanted || wanted->decided()) co_return malformed(wanted ? "state" : wanted.error());
    const auto evidence = evidence_of(from.body);
    if (!evidence) co_return malformed(evidence.error());
    std::optional<std::int64_t> expected;
    if (const json::value* const number = from.body.if_contains("expected"); number != nullptr && !number->is_null()) {
        if (!number->is_int64() || number->as_int64() < 0) co_return malformed("expected");
        expected = number->as_int64();
    }
    const auto begun = co_await cases_.begin_bulk(from.who.id, *wanted, *evidence, most_at_once, expected);
    if (!begun)
        co_return problem(fault::stale, "The filter finds another number of requests than you saw.",
                          {{"current", json::object{{"total", begun.error()}}}});
    co_return json_answer(json::object{{"job", begun->job.value}, {"total", begun->total}}, 202);
}

task<http_response> cases_door::outcomes(asked& from) {
    const registry::staff_job_id job{from.key(2)};
    if (!co_await cases_.is_bulk_of(from.who.id, job)) co_return problem(fault::not_found);
    co_return export_file("outcomes.csv",
                          [this, who = from.who.id, job](http_stream& out) { return write_outcomes(out, who, job); });
}

task<void> cases_door::write_outcomes(http_stream& out, registry::staff_id who, registry::staff_job_id job) {
    if (!co_await out.write("request,reference,kind,outcome\r\n")) co_return;
    change_request_id after{};
    for (;;) {
        const auto some = co_await cases_.outcomes(who, job, after, outcomes_a_read);
        std::string piece;
        for (const auto& one : some)
            piece += std::to_string(one.request.value) + ',' + one.reference + ',' + one.kind + ',' +
                     (one.outcome.empty() ? "waiting" : one.outcome) + "\r\n";
        if (piece.empty() || !co_await out.write(piece)) co_return;
        after = some.back().request;
    }
}

}  // namespace mlango::console
