#include "base/csv.hpp"
#include "base/http/json_body.hpp"
#include "console/access/access_door.hpp"
#include "console/access/fields.hpp"
#include "console/access/outcome.hpp"
#include "console/export_row.hpp"
#include "console/problem.hpp"

namespace mlango::console::access {

namespace {

constexpr std::string_view states[] = {"active", "suspended", "ended"};
constexpr int export_step = 200;

bool is_code(std::string_view text, std::size_t most, bool capitals) {
    return text.size() <= most && std::ranges::all_of(text, [&](char c) {
               return (capitals ? c >= 'A' && c <= 'Z' : c >= 'a' && c <= 'z') || c == '_' || (c >= '0' && c <= '9');
           });
}

}  // namespace

std::vector<staff_route> access_door::routes() {
    const auto with = [this](task<http_response> (access_door::*handler)(asked&)) {
        return [this, handler](asked& question) { return (this->*handler)(question); };
    };
    return {{"GET", "/access/roles", "access.view", with(&access_door::roles)},
            {"GET", "/staff", "access.view", with(&access_door::list)},
            {"POST", "/staff/search", "access.view", with(&access_door::search)},
            {"GET", "/staff/{id}", "access.view", with(&access_door::show)},
            {"POST", "/staff", "access.accounts", with(&access_door::add)},
            {"PATCH", "/staff/{id}", "access.accounts", with(&access_door::describe)},
            {"POST", "/staff/{id}/state", "access.accounts", with(&access_door::set_state)},
            {"POST", "/staff/{id}/password", "access.accounts", with(&access_door::reset_password)},
            {"POST", "/staff/{id}/codes", "access.accounts", with(&access_door::take_codes)},
            {"POST", "/staff/{id}/unlink", "access.accounts", with(&access_door::unlink)},
            {"POST", "/staff/{id}/sign-out", "access.accounts", with(&access_door::sign_out)},
            {"POST", "/grants", "access.grant", with(&access_door::give)},
            {"POST", "/grants/{id}/confirmation", "access.grant", with(&access_door::confirm)},
            // Who holds it may give it back, so the registry alone decides.
            {"POST", "/grants/{id}/end", "", with(&access_door::end)},
            {"GET", "/reviews", "access.view", with(&access_door::reviews)},
            {"GET", "/reviews.csv", "access.view", with(&access_door::reviews_file)}};
}

std::expected<registry::access_page, std::string> read_page(const asked& question) {
    registry::access_page page;
    page.state = question.query("state");
    if (!page.state.empty() && std::ranges::find(states, page.state) == std::end(states))
        return std::unexpected("state must be one of active, suspended, ended.");
    page.role = question.query("role");
    if (!is_code(page.role, 40, false)) return std::unexpected("role must be a role's code.");
    page.operation = question.query("operation");
    if (!is_code(page.operation, 3, true)) return std::unexpected("operation must be an operation's code.");
    page.due = question.query("due") == "1";
    page.after = question.query("after").substr(0, 60);
    page.limit = static_cast<int>(question.query_number("limit", 1, 200, 50));
    return page;
}

task<http_response> access_door::give(asked& question) {
    const auto& body = question.body;
    const auto to = read_key(body, "staff");
    if (!to) co_return problem(fault::malformed, to.error());
    auto role = read_text(body, "role", {.least = 2, .most = 40});
    if (!role) co_return problem(fault::malformed, role.error());
    auto operation = read_text(body, "operation", {.least = 3, .most = 3});
    if (!operation) co_return problem(fault::malformed, operation.error());
    const auto office = read_optional_key(body, "office");
    if (!office) co_return problem(fault::malformed, office.error());
    const auto programme = read_optional_key(body, "programme");
    if (!programme) co_return problem(fault::malformed, programme.error());
    auto until = read_time(body, "until");
    if (!until) co_return problem(fault::malformed, until.error());
    registry::grant_wish wish{.to = {*to},
                              .role = std::move(*role),
                              .operation = std::move(*operation),
                              .office = {},
                              .programme = {},
                              .until = std::move(*until)};
    if (*office) wish.office = registry::office_id{**office};
    if (*programme) wish.programme = registry::programme_id{**programme};
    const auto outcome = co_await access_.give(question.who.id, std::move(wish));
    if (outcome.what != "given") co_return refusal(outcome);
    co_return json_answer(boost::json::object{{"id", outcome.id}}, 201);
}

task<http_response> access_door::decide(asked& question, bool keep) {
    const auto seen = read_revision(question.body);
    if (!seen) co_return problem(fault::malformed, seen.error());
    const auto outcome = co_await access_.decide(question.who.id, {question.key(1)}, *seen, keep);
    const std::string now = boost::json::serialize(boost::json::object{{"revision", outcome.revision}});
    if (outcome.what != "done") co_return refusal(outcome, now);
    co_return json_text(now);
}

task<http_response> access_door::confirm(asked& question) {
    co_return co_await decide(question, true);
}

task<http_response> access_door::end(asked& question) {
    co_return co_await decide(question, false);
}

task<http_response> access_door::reviews(asked& question) {
    const auto page = read_page(question);
    if (!page) co_return problem(fault::malformed, page.error());
    co_return json_text(co_await access_.reviews_json(question.who.id, *page));
}

task<http_response> access_door::reviews_file(asked& question) {
    auto page = read_page(question);
    if (!page) co_return problem(fault::malformed, page.error());
    page->limit = export_step;
    page->after.clear();
    // The first rows before the headers go out, so that a registry that is away is told as such.
    auto first = co_await access_.review_rows(question.who.id, *page, true);
    co_return export_file("reviews.csv",
                          [this, by = question.who.id, page = std::move(*page),
                           rows = std::move(first)](http_stream& out) mutable -> task<void> {
                              std::string text = export_beginning();
                              append_csv_record(text, registry::review_columns());
                              while (!rows.empty()) {
                                  for (const auto& row : rows) append_csv_record(text, row.fields);
                                  co_await write_export(out, text);
                                  if (static_cast<int>(rows.size()) < export_step) co_return;
                                  page.after = rows.back().cursor;
                                  rows = co_await access_.review_rows(by, page, false);
                                  // Asked after the rows: who may not any more gets none, which is no end.
                                  if (!co_await access_.may_review(by)) break_off_export();
                              }
                              if (!text.empty()) co_await write_export(out, text);
                          });
}

}  // namespace mlango::console::access
