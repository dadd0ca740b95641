#include "console/lists/exports_door.hpp"

#include <fmt/format.h>

#include "base/csv.hpp"
#include "console/export_row.hpp"
#include "console/lists/list_answers.hpp"
#include "console/lists/list_values.hpp"
#include "console/problem.hpp"

namespace mlango::console {

namespace {

constexpr int rows_at_once = 2'000;

std::string money(const std::optional<std::int64_t>& minor, std::string_view currency) {
    if (!minor) return {};
    return amount_text(*minor, minor_digits(currency).value_or(2));
}

void append_header(std::string& to) {
    append_csv_record(
        to, {"id",         "list",        "operation", "programme", "cycle",        "type",      "registration_number",
             "collector",  "kind",        "amount",    "currency",  "items",        "provider",  "order_number",
             "valid_from", "valid_to",    "state",     "fail_code", "collected_at", "reference", "collected_amount",
             "answer",     "answered_at", "differs"});
}

void append(std::string& to, const registry::exported_entitlement& one) {
    append_csv_record(to, {std::to_string(one.id),
                           std::to_string(one.list),
                           one.operation,
                           one.programme,
                           one.cycle,
                           one.type,
                           one.registration_number,
                           one.collector,
                           one.kind,
                           money(one.amount_minor, one.currency),
                           one.currency,
                           one.items,
                           one.provider,
                           one.order_number,
                           one.valid_from,
                           one.valid_to,
                           one.state,
                           one.fail_code,
                           one.collected_at,
                           one.reference,
                           money(one.collected_minor, one.currency),
                           one.answer,
                           one.answered_at,
                           one.differs ? "yes" : ""});
}

bool is_word(std::string_view text) {
    return text.size() <= 20 && std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

}  // namespace

exports_door::exports_door(const parts& house) : house_(house), exports_(house.pool, house.time) {}

std::vector<staff_route> exports_door::routes() {
    return {
        {"GET", "/lists/{id}/entitlements.csv", "lists.view", [this](asked& question) { return of_list(question); }},
        {"GET", "/entitlements.csv", "lists.view", [this](asked& question) { return of_operation(question); }}};
}

task<http_response> exports_door::of_list(asked& question) {
    co_return co_await file(question.who.id, {}, registry::payment_list_id{question.key(1)}, question.query("state"));
}

task<http_response> exports_door::of_operation(asked& question) {
    std::string operation = question.query("operation");
    if (operation.size() != 3) co_return problem(fault::malformed, "operation is missing.");
    co_return co_await file(question.who.id, std::move(operation), std::nullopt, question.query("state"));
}

task<http_response> exports_door::file(registry::staff_id who, std::string operation,
                                       std::optional<registry::payment_list_id> list, std::string state) {
    if (!is_word(state)) co_return problem(fault::malformed, "state is not of its form.");
    auto lists = co_await exports_.begin(who, operation, list);
    if (lists.empty()) co_return problem(fault::not_found);
    http_response response = csv_file(list ? fmt::format("list-{}.csv", list->value) : std::string("entitlements.csv"));
    response.stream = [this, lists = std::move(lists), state = std::move(state)](http_stream& out) -> task<void> {
        std::string text = export_beginning();
        append_header(text);
        for (const registry::payment_list_id one : lists)
            for (std::int64_t after = 0;;) {
                const auto found = co_await exports_.next(one, state, after, rows_at_once);
                for (const auto& entitlement : found) append(text, entitlement);
                if (!text.empty() && !co_await out.write(text)) co_return;
                text.clear();
                if (found.size() < rows_at_once) break;
                after = found.back().id;
            }
    };
    co_return response;
}

}  // namespace mlango::console
