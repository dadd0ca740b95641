#include "console/audit_door.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "base/csv.hpp"
#include "base/http/json_body.hpp"
#include "console/access/fields.hpp"
#include "console/body_fields.hpp"
#include "console/export_row.hpp"
#include "console/lists/list_values.hpp"
#include "console/problem.hpp"

namespace mlango::console {

namespace {

namespace json = boost::json;

constexpr int export_step = 2'000;
constexpr int walk_step = 5'000;
constexpr std::size_t head_size = 32;

json::value key_or_null(std::int64_t key) {
    return key == 0 ? json::value() : json::value(key);
}
json::value text_or_null(const std::string& text) {
    return text.empty() ? json::value() : json::value(text);
}
std::string key_or_nothing(std::int64_t key) {
    return key == 0 ? std::string() : std::to_string(key);
}

json::object item_of(const registry::audit_row& row) {
    return {{"id", row.id},
            {"at", row.at},
            {"kind", row.kind},
            {"actor", row.actor},
            {"actor_name", text_or_null(row.actor_name)},
            {"person", key_or_null(row.person)},
            {"group", key_or_null(row.group)},
            {"record", key_or_null(row.record)},
            {"detail", text_or_null(row.detail)},
            {"seq", key_or_null(row.seq)}};
}

// As it is issued: KEN-00012345.
bool is_individual_number(std::string_view text) {
    return text.size() > 3 && text[3] == '-' && read_individual_number(text) == text;
}

// A person that is named by her number is read apart (audit_door::wanted_of).
std::expected<registry::audit_filter, std::string> read_filter(const asked& question) {
    registry::audit_filter wanted;
    for (const std::string_view name : {"person", "staff"}) {
        if (question.query(name).empty() || (name == "person" && is_individual_number(question.query(name)))) continue;
        const std::int64_t key = question.query_number(name, 1, most_key, 0);
        if (key == 0)
            return std::unexpected(std::string(name) + (name == "person" ? " must be a key, or a number: KEN-00012345."
                                                                         : " must be the key of a record."));
        if (name == "person")
            wanted.person = registry::person_id{key};
        else
            wanted.staff = registry::staff_id{key};
    }
    wanted.kind = question.query("kind");
    const bool plain =
        std::ranges::all_of(wanted.kind, [](char c) { return (c >= 'a' && c <= 'z') || c == '_' || c == '.'; });
    if (!plain || wanted.kind.size() > 60)
        return std::unexpected("kind must be a kind of row, or the beginning of one.");
    for (const auto& [name, to] : {std::pair("from", &wanted.from), std::pair("to", &wanted.to)}) {
        *to = question.query(name);
        if (!to->empty() && !access::is_day(*to))
            return std::unexpected(std::string(name) + " must be a day: YYYY-MM-DD.");
    }
    wanted.after = question.query("after").substr(0, 60);
    wanted.limit = static_cast<int>(question.query_number("limit", 1, 200, 50));
    return wanted;
}

void add_rows(std::string& to, const std::vector<registry::audit_row>& rows) {
    for (const auto& row : rows)
        append_csv_record(
            to, {std::to_string(row.id), row.at, row.kind, row.actor, row.actor_name, key_or_nothing(row.person),
                 key_or_nothing(row.group), key_or_nothing(row.record), row.detail, key_or_nothing(row.seq)});
}

}  // namespace

std::vector<staff_route> audit_door::routes() {
    return {{"GET", "/audit", "audit.view", [this](asked& question) { return page(question); }},
            {"GET", "/audit.csv", "audit.export", [this](asked& question) { return file(question); }},
            {"POST", "/audit/chain", "audit.view", [this](asked& question) { return walk(question); }}};
}

task<std::expected<registry::audit_filter, std::string>> audit_door::wanted_of(asked& question) {
    auto wanted = read_filter(question);
    if (const std::string person = question.query("person"); wanted && is_individual_number(person))
        wanted->person = (co_await log_.person_of(person)).value_or(registry::person_id{});
    co_return wanted;
}

task<http_response> audit_door::page(asked& question) {
    const auto wanted = co_await wanted_of(question);
    if (!wanted) co_return problem(fault::malformed, wanted.error());
    const auto found = co_await log_.page(question.who.id, *wanted, registry::audit_log::purpose::look);
    json::array items;
    for (const auto& row : found.items) items.push_back(item_of(row));
    co_return json_answer(json::object{{"items", std::move(items)}, {"next", text_or_null(found.next)}});
}

task<http_response> audit_door::file(asked& question) {
    using purpose = registry::audit_log::purpose;
    auto wanted = co_await wanted_of(question);
    if (!wanted) co_return problem(fault::malformed, wanted.error());
    wanted->after.clear();
    wanted->limit = export_step;
    // The first rows before the headers go out, so that a registry that is away is told as such.
    auto first = co_await log_.page(question.who.id, *wanted, purpose::export_begins);
    co_return export_file("audit.csv",
                          [this, by = question.who.id, wanted = std::move(*wanted),
                           found = std::move(first)](http_stream& out) mutable -> task<void> {
                              std::string text = export_beginning();
                              append_csv_record(text, {"id", "at", "kind", "actor", "actor_name", "person", "group",
                                                       "record", "detail", "seq"});
                              for (;;) {
                                  add_rows(text, found.items);
                                  co_await write_export(out, text);
                                  if (found.next.empty()) co_return;
                                  wanted.after = found.next;
                                  found = co_await log_.page(by, wanted, purpose::export_goes_on);
                                  // Asked after the rows: who may not any more gets none, which is no end.
                                  if (!co_await log_.may(by, "audit.export")) break_off_export();
                              }
                          });
}

task<http_response> audit_door::walk(asked& question) {
    const json::object& body = question.body;
    registry::audit_place from;
    if (const json::value* const given = body.if_contains("seq"); given != nullptr) {
        const auto* const seq = given->if_int64();
        if (seq == nullptr || *seq < 0) co_return problem(fault::malformed, "seq must be a place in the chain.");
        from.seq = *seq;
    }
    if (from.seq > 0) {
        const auto head = read_text(body, "head", {.least = 43, .most = 43});
        const auto octets = head ? from_base64url(*head) : std::nullopt;
        if (!octets || octets->size() != head_size)
            co_return problem(fault::malformed, "head must be the head at seq, in base64url.");
        from.head = as_string_view(*octets);
        const json::value* const latest = body.if_contains("latest");
        if (latest == nullptr || !latest->is_int64())
            co_return problem(fault::malformed, "latest must be a time in microseconds.");
        from.latest = latest->get_int64();
    }
    const auto stretch = co_await chain_.walk(std::move(from), walk_step);
    co_return json_answer(json::object{
        {"seq", stretch.to.seq},
        {"head", stretch.to.head.empty() ? json::value() : json::value(to_base64url(as_byte_view(stretch.to.head)))},
        {"latest", stretch.to.latest},
        {"end", stretch.end},
        {"open_rows", stretch.open_rows},
        {"first_bad", key_or_null(stretch.first_bad)},
        {"done", stretch.done}});
}

}  // namespace mlango::console
