#include "registry/broadcast_filter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <set>
#include <span>

namespace mlango::registry {

namespace {

constexpr std::size_t longest_filter = 1'000;
constexpr std::size_t most_values = 20;
constexpr int largest_household = 1'000;

constexpr auto entitlement_states = std::to_array<std::string_view>(
    {"pending", "sent", "available", "redeemed", "partial", "not_collected", "error", "cancelled", "expired"});
constexpr auto who_answers = std::to_array<std::string_view>({"self", "household", "neighbour", "shared", "unknown"});

bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_code(std::string_view text, std::size_t shortest, std::size_t longest) {
    return text.size() >= shortest && text.size() <= longest &&
           std::ranges::all_of(text, [](char c) { return is_upper(c) || is_digit(c) || c == '-' || c == '_'; });
}
bool is_language(std::string_view text) {
    return (text.size() == 2 || text.size() == 3) && std::ranges::all_of(text, is_lower);
}
bool is_name(std::string_view text) {
    return text.size() <= 100 && std::ranges::none_of(text, [](char c) {
               return static_cast<unsigned char>(c) < ' ' || c == '\x7f' || c == '"' || c == '\\';
           });
}

std::optional<int> whole(std::string_view text, int largest) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 0 || value > largest) return std::nullopt;
    return value;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

std::vector<std::string_view> split(std::string_view text, char at) {
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t end = std::min(text.find(at), text.size());
        parts.push_back(trimmed(text.substr(0, end)));
        if (end == text.size()) return parts;
        text.remove_prefix(end + 1);
    }
}

std::string listed(std::span<const std::string_view> words) {
    std::string all;
    for (const std::string_view word : words) all += (all.empty() ? "" : ", ") + std::string(word);
    return all;
}

class reading {
public:
    std::expected<broadcast_filter, std::vector<std::string>> read(std::string_view text) {
        if (text.size() > longest_filter)
            return std::unexpected(std::vector{fmt::format("a filter has at most {} letters", longest_filter)});
        if (!trimmed(text).empty())
            for (const std::string_view part : split(text, ',')) field(part);
        if (!faults_.empty()) return std::unexpected(std::move(faults_));
        return std::move(out_);
    }

private:
    void field(std::string_view part) {
        const std::size_t equals = part.find('=');
        const std::string_view name = trimmed(part.substr(0, equals));
        const std::string_view value = equals == std::string_view::npos ? "" : trimmed(part.substr(equals + 1));
        if (equals == std::string_view::npos || value.empty())
            return fault("{}: give it a value, such as location=KE023", part);
        if (!given_.emplace(name).second) return fault("{}: give it once, with | between its values", name);
        if (name == "operation")
            values(name, value, out_.operations, "a code of three letters", [](auto v) { return is_code(v, 3, 3); });
        else if (name == "location")
            values(name, value, out_.locations, "a p-code or its beginning", [](auto v) { return is_code(v, 2, 30); });
        else if (name == "programme")
            values(name, value, out_.programmes, "a programme's number or name", is_name);
        else if (name == "entitlement")
            words(name, value, out_.entitlements, entitlement_states);
        else if (name == "language")
            values(name, value, out_.languages, "a language's code", is_language);
        else if (name == "answers")
            words(name, value, out_.answers, who_answers);
        else if (name == "trust")
            trust(value);
        else if (name == "household")
            household(value);
        else if (name == "principal")
            principal(value);
        else
            fault(
                "{} is not known: operation, location, programme, entitlement, language, trust, answers, household, "
                "principal are",
                name);
    }

    template <class Good>
    void values(std::string_view name, std::string_view text, std::vector<std::string>& into, std::string_view wanted,
                Good good) {
        const auto all = split(text, '|');
        if (all.size() > most_values) return fault("{}: at most {} values", name, most_values);
        for (const std::string_view value : all) {
            if (value.empty() || !good(value)) return fault("{}: \"{}\" should be {}", name, value, wanted);
            if (std::ranges::find(into, value) == into.end()) into.emplace_back(value);
        }
    }
    void words(std::string_view name, std::string_view text, std::vector<std::string>& into,
               std::span<const std::string_view> known) {
        values(name, text, into, "one of " + listed(known),
               [&](std::string_view value) { return std::ranges::find(known, value) != known.end(); });
    }
    void trust(std::string_view text) {
        if (const auto value = whole(text, 3))
            out_.trust = *value;
        else
            fault("trust: \"{}\" should be 0 to 3", text);
    }
    // 4, 4-7, 4-, -7
    void household(std::string_view text) {
        const std::size_t dash = text.find('-');
        const std::string_view from = text.substr(0, dash), to = dash == text.npos ? from : text.substr(dash + 1);
        if (!from.empty()) out_.fewest = whole(from, largest_household);
        if (!to.empty()) out_.most = whole(to, largest_household);
        const bool read = (from.empty() || out_.fewest) && (to.empty() || out_.most) && (out_.fewest || out_.most);
        if (!read || out_.fewest.value_or(0) > out_.most.value_or(largest_household))
            fault("household: \"{}\" should be a size, or two with - between, such as 4-7 or 4-", text);
    }
    void principal(std::string_view text) {
        if (text != "yes" && text != "no") return fault("principal: \"{}\" should be yes or no", text);
        out_.principal = text == "yes";
    }

    template <class... Values>
    void fault(fmt::format_string<Values...> format, Values&&... values) {
        faults_.push_back("filter: " + fmt::format(format, std::forward<Values>(values)...));
    }

    broadcast_filter out_;
    std::set<std::string, std::less<>> given_;
    std::vector<std::string> faults_;
};

}  // namespace

std::expected<broadcast_filter, std::vector<std::string>> parse_broadcast_filter(std::string_view text) {
    return reading().read(text);
}

std::string to_json(const broadcast_filter& filter, const std::vector<std::int64_t>& programmes) {
    boost::json::object out;
    const auto put = [&](std::string_view name, const auto& values) {
        if (!values.empty()) out[name] = boost::json::array(values.begin(), values.end());
    };
    put("operation", filter.operations);
    put("location", filter.locations);
    put("programme", programmes);
    put("entitlement", filter.entitlements);
    put("language", filter.languages);
    put("answers", filter.answers);
    if (filter.trust != 1) out["trust"] = filter.trust;
    if (filter.fewest || filter.most) {
        const auto bound = [](std::optional<int> value) {
            return value ? boost::json::value(*value) : boost::json::value(nullptr);
        };
        out["household"] = boost::json::array{bound(filter.fewest), bound(filter.most)};
    }
    if (filter.principal) out["principal"] = true;
    return boost::json::serialize(out);
}

}  // namespace mlango::registry
