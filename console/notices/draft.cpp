#include "console/notices/draft.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/http/json_body.hpp"
#include "console/body_fields.hpp"

namespace mlango::console {

namespace {

namespace json = boost::json;

constexpr std::size_t most_values = 20;
constexpr std::size_t most_texts = 12;
constexpr std::size_t longest_text = 1'600;
constexpr std::int64_t longest_life = 30 * 24 * 60;  // minutes

using fault_text = std::unexpected<std::string>;

bool is_plain_line(std::string_view text) {
    return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
}
bool is_code(std::string_view text) {
    return std::ranges::all_of(text, [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}
bool is_language(std::string_view text) {
    return (text.size() == 2 || text.size() == 3) &&
           std::ranges::all_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
}

// The filter as staff type it at the command line: one reader says what each field may be.
std::expected<registry::broadcast_filter, std::string> read_filter(const json::object& filter) {
    std::string typed;
    const auto add = [&](std::string_view name, std::string_view value) {
        typed += fmt::format("{}{}={}", typed.empty() ? "" : ",", name, value);
    };
    const auto operation = read_text(filter, "operation", {.least = 3, .most = 3});
    if (!operation || !is_code(*operation)) return fault_text("filter.operation: a code of three letters");
    add("operation", *operation);
    for (const std::string_view name : {"location", "programme", "entitlement", "language", "answers"}) {
        const auto values = read_texts(filter, name, most_values, {.least = 1, .most = 40});
        if (!values) return fault_text("filter." + values.error());
        if (!std::ranges::all_of(*values, is_code)) return fault_text(fmt::format("filter.{}: codes", name));
        if (!values->empty()) add(name, fmt::format("{}", fmt::join(*values, "|")));
    }
    const auto trust = read_optional_whole(filter, "trust", 0, 3);
    if (!trust) return fault_text("filter." + trust.error());
    if (*trust) add("trust", std::to_string(**trust));
    const auto fewest = read_optional_whole(filter, "fewest", 1, 1'000);
    const auto most = read_optional_whole(filter, "most", 1, 1'000);
    if (!fewest || !most) return fault_text("filter." + (fewest ? most.error() : fewest.error()));
    if (*fewest || *most)
        add("household",
            fmt::format("{}-{}", *fewest ? std::to_string(**fewest) : "", *most ? std::to_string(**most) : ""));
    const auto principal = read_flag(filter, "principal", false);
    if (!principal) return fault_text("filter." + principal.error());
    if (*principal) add("principal", "yes");
    auto read = registry::parse_broadcast_filter(typed);
    if (!read) return fault_text(read.error().front());
    const auto is_number = [](const std::string& id) {
        return id.size() <= 15 && std::ranges::all_of(id, [](char c) { return c >= '0' && c <= '9'; });
    };
    if (!std::ranges::all_of(read->programmes, is_number)) return fault_text("filter.programme: their keys");
    return std::move(*read);
}

std::expected<std::vector<registry::broadcast_text>, std::string> read_texts_of(const json::object& body) {
    const auto* const given = body.if_contains("texts");
    if (given == nullptr || !given->is_array() || given->get_array().empty() || given->get_array().size() > most_texts)
        return fault_text(fmt::format("texts: a list of 1 to {}", most_texts));
    std::vector<registry::broadcast_text> texts;
    for (const auto& one : given->get_array()) {
        if (!one.is_object()) return fault_text("texts: each has language and text");
        const auto language = read_text(one.get_object(), "language", {.least = 2, .most = 3});
        if (!language || !is_language(*language)) return fault_text("texts.language: a code");
        auto text = read_text(one.get_object(), "text", {.least = 1, .most = longest_text});
        if (!text) return fault_text("texts." + text.error());
        texts.push_back({.language = *language, .text = std::move(*text)});
    }
    return texts;
}

}  // namespace

std::expected<registry::notice_draft, std::string> read_notice(const json::object& body) {
    registry::notice_draft draft;
    auto name = read_text(body, "name", {.least = 1, .most = 80});
    if (!name || !is_plain_line(*name)) return fault_text("name: one line of at most 80 bytes");
    const auto* const filter = body.if_contains("filter");
    if (filter == nullptr || !filter->is_object()) return fault_text("filter is missing");
    auto meant = read_filter(filter->get_object());
    if (!meant) return fault_text(meant.error());
    auto texts = read_texts_of(body);
    if (!texts) return fault_text(texts.error());
    const auto fallback = read_text(body, "fallback", {.least = 2, .most = 3});
    if (!fallback || !is_language(*fallback)) return fault_text("fallback: a language's code");
    const auto opens = read_whole(body, "opens_at", 0, 23);
    if (!opens) return fault_text(opens.error());
    const auto closes = read_whole(body, "closes_at", 1, 24);
    if (!closes) return fault_text(closes.error());
    if (*opens >= *closes) return fault_text("closes_at: after opens_at");
    const auto lasting = read_whole(body, "lasting_minutes", 1, longest_life);
    if (!lasting) return fault_text(lasting.error());
    const auto rate = read_optional_whole(body, "per_second", 1, 100'000);
    if (!rate) return fault_text(rate.error());
    draft.name = std::move(*name);
    draft.filter = std::move(*meant);
    draft.texts = std::move(*texts);
    draft.fallback = *fallback;
    draft.opens_at = static_cast<int>(*opens);
    draft.closes_at = static_cast<int>(*closes);
    draft.lasting = std::chrono::minutes(*lasting);
    if (*rate) draft.per_second = static_cast<int>(**rate);
    return draft;
}

std::vector<notice_text_fault> faults_of(const registry::notice_draft& draft, const sms_port& sms) {
    std::vector<notice_text_fault> faults;
    std::set<std::string> written;
    for (const auto& [language, text] : draft.texts) {
        if (!written.insert(language).second) faults.push_back({language, "twice"});
        for (std::string& code : sms.shape(language, text).faults) faults.push_back({language, std::move(code)});
    }
    if (!written.contains(draft.fallback)) faults.push_back({draft.fallback, "no_text"});
    return faults;
}

}  // namespace mlango::console
