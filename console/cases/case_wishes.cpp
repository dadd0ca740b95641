#include "console/cases/case_wishes.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/http/json_body.hpp"
#include "console/body_fields.hpp"
#include "console/problem.hpp"

namespace mlango::console {

namespace json = boost::json;
using registry::case_filter;

namespace {

constexpr auto states =
    std::to_array<std::string_view>({"open", "decided", "first", "second", "asked", "answered", "pending", "validated",
                                     "applied", "rejected", "cancelled", "conflict"});
constexpr auto kinds = std::to_array<std::string_view>(
    {"phone_add", "phone_replace", "phone_remove", "address", "link_number", "language", "birth", "death", "marriage",
     "departure", "name", "birth_date", "data_delete", "data_object", "data_copy"});
constexpr auto dues = std::to_array<std::string_view>({"late", "soon"});
constexpr auto channels = std::to_array<std::string_view>({"phone", "sms", "staff"});
constexpr auto evidences =
    std::to_array<std::string_view>({"document", "in_person", "called_back", "household", "partner"});
constexpr std::size_t most_evidence = evidences.size();

bool is_reference(std::string_view text) {
    constexpr std::string_view alphabet = "ACDEFGHJKMNPQRTUVWXY234679";
    return text.size() == 4 && text.find_first_not_of(alphabet) == std::string_view::npos;
}

std::string upper(std::string text) {
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return text;
}

// `text` gives a field's value, empty when it is absent.
template <class Text>
std::expected<case_filter, std::string> read_filter(Text text) {
    case_filter wanted;
    std::string fault;
    const auto word = [&](std::string_view name, std::span<const std::string_view> known) {
        std::string value = text(name);
        if (!value.empty() && std::ranges::find(known, value) == known.end() && fault.empty()) fault = name;
        return value;
    };
    const auto number = [&](std::string_view name, std::int64_t most) -> std::optional<std::int64_t> {
        const std::string value = text(name);
        if (value.empty()) return std::nullopt;
        std::int64_t read = -1;
        const auto [end, bad] = std::from_chars(value.data(), value.data() + value.size(), read);
        const bool good = bad == std::errc() && end == value.data() + value.size() && read >= 0 && read <= most;
        if (!good && fault.empty()) fault = name;
        return read;
    };
    wanted.state = word("state", states);
    wanted.kind = word("kind", kinds);
    wanted.due = word("due", dues);
    wanted.channel = word("channel", channels);
    wanted.reference = upper(text("reference"));
    if (!wanted.reference.empty() && !is_reference(wanted.reference) && fault.empty()) fault = "reference";
    wanted.office = number("office", most_key);
    wanted.trust = number("trust", 3);
    wanted.older_than = number("older_than", 3'650);
    if (!fault.empty()) return std::unexpected(fault);
    return wanted;
}

std::string shown(const json::object& given, std::string_view name) {
    const json::value* const found = given.if_contains(name);
    if (found == nullptr || found->is_null()) return {};
    if (found->is_string()) return std::string(found->as_string());
    if (found->is_int64()) return std::to_string(found->as_int64());
    return "?";
}

struct told {
    std::string_view outcome;
    fault what;
    std::string_view detail;
};
constexpr auto not_done = std::to_array<told>({
    {"not_found", fault::not_found, ""},
    {"not_allowed", fault::not_allowed, "Somebody with another role decides at this point."},
    {"own_request", fault::own_request, "Whoever asked for it does not decide about it."},
    {"own_approval", fault::own_request, "The second approval is another person's."},
    {"stale", fault::stale, ""},
    {"wrong_state", fault::wrong_state, ""},
    {"conflict", fault::conflict, "What is recorded now is not what this was asked against. Nothing was changed."},
});

}  // namespace

std::expected<case_filter, std::string> filter_of_query(const asked& from) {
    return read_filter([&](std::string_view name) { return from.query(name); });
}

std::expected<case_filter, std::string> filter_of_object(const boost::json::object& given) {
    return read_filter([&](std::string_view name) { return shown(given, name); });
}

std::expected<std::int64_t, std::string> revision_of(const boost::json::object& body) {
    const json::value* const found = body.if_contains("revision");
    if (found == nullptr || !found->is_int64() || found->as_int64() < 1) return std::unexpected("revision");
    return found->as_int64();
}

std::expected<std::vector<std::string>, std::string> evidence_of(const boost::json::object& body) {
    std::vector<std::string> all;
    const json::value* const found = body.if_contains("evidence");
    if (found == nullptr || found->is_null()) return all;
    if (!found->is_array() || found->as_array().size() > most_evidence) return std::unexpected("evidence");
    for (const json::value& one : found->as_array()) {
        if (!one.is_string()) return std::unexpected("evidence");
        std::string word(one.as_string());
        if (std::ranges::find(evidences, word) == evidences.end()) return std::unexpected("evidence");
        all.push_back(std::move(word));
    }
    return all;
}

http_response answer_of(const registry::case_turn& turn) {
    json::object standing;
    if (turn.revision > 0) standing = {{"state", turn.state}, {"revision", turn.revision}};
    if (const auto* const found = std::ranges::find(not_done, turn.outcome, &told::outcome); found != not_done.end()) {
        json::object more;
        if (!standing.empty()) more["current"] = std::move(standing);
        return problem(found->what, found->detail, std::move(more));
    }
    constexpr auto can_not_be = std::to_array<std::string_view>(
        {"evidence", "reason", "question", "incomplete", "impossible", "unreadable", "other_person"});
    if (std::ranges::find(can_not_be, turn.outcome) != can_not_be.end())
        return problem(
            fault::invalid, "It can not be applied like this. Nothing was changed.",
            {{"faults", json::array{json::object{{"code", turn.outcome}}}}, {"current", std::move(standing)}});
    standing["outcome"] = turn.outcome;
    return json_answer(standing);
}

}  // namespace mlango::console
