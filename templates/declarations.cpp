#include "templates/declarations.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace mlango::templates {
namespace {

constexpr std::array<std::string_view, 6> kind_names{"text", "number", "money", "date", "choice", "flag"};

template <typename Number>
std::optional<Number> number_of(const YAML::Node& node, Number most) {
    if (!node.IsScalar()) return std::nullopt;
    const std::string& text = node.Scalar();
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number <= 0 || number > most) return std::nullopt;
    return number;
}

std::optional<std::vector<std::string>> words_of(const YAML::Node& node) {
    if (!node.IsSequence() || node.size() == 0) return std::nullopt;
    std::vector<std::string> words;
    for (const auto& one : node) {
        if (!one.IsScalar() || one.Scalar().empty()) return std::nullopt;
        words.push_back(one.Scalar());
    }
    return words;
}

std::optional<bool> flag_of(const YAML::Node& node) {
    if (!node.IsScalar() || (node.Scalar() != "true" && node.Scalar() != "false")) return std::nullopt;
    return node.Scalar() == "true";
}

// The fields of a value, or of one of its places; what is not given stays as it is in `into`.
class bounds_reader {
public:
    bounds_reader(std::string where, const declarations::fault_sink& fault) : where_(std::move(where)), fault_(fault) {}

    void read(const YAML::Node& node, value_bounds& into, bool place) {
        std::vector<std::string> seen;
        for (const auto& entry : node) {
            const auto field = entry.first.as<std::string>();
            if (std::ranges::find(seen, field) != seen.end()) fault_(where_, "field " + field + " stands twice");
            seen.push_back(field);
            if (!(place
                      ? read_field(field, entry.second, into)
                      : field == "at" || read_kind(field, entry.second, into) || read_field(field, entry.second, into)))
                fault_(where_, "unknown field " + field);
        }
    }

    void check(const value_bounds& read) {
        if (read.kind == value_kind::text && read.longest == 0) fault_(where_, "longest is missing");
        if ((read.kind == value_kind::number || read.kind == value_kind::money) && read.largest == 0)
            fault_(where_, "largest is missing");
        if (read.kind == value_kind::money && read.currencies.empty()) fault_(where_, "currencies are missing");
        if (read.kind == value_kind::choice && read.words.empty()) fault_(where_, "words are missing");
    }

    // The short form of a place: a number or a list.
    void read_short(const YAML::Node& node, value_bounds& into) {
        if (node.IsSequence())
            (void)read_field(into.kind == value_kind::money ? "currencies" : "words", node, into);
        else
            (void)read_field(into.kind == value_kind::text ? "longest" : "largest", node, into);
    }

private:
    bool read_kind(const std::string& field, const YAML::Node& node, value_bounds& into) {
        if (field != "kind") return false;
        const auto known = std::ranges::find(kind_names, node.IsScalar() ? node.Scalar() : "");
        if (known == kind_names.end())
            fault_(where_, "kind is text, number, money, date, choice or flag");
        else
            into.kind = static_cast<value_kind>(known - kind_names.begin());
        return true;
    }

    bool read_field(const std::string& field, const YAML::Node& node, value_bounds& into) {
        if (field == "longest")
            take(number_of<std::uint16_t>(node, 400), into.longest, "longest is a number of characters, 1 to 400");
        else if (field == "largest")
            take(number_of<std::int64_t>(node, 1'000'000'000'000'000), into.largest, "largest is a number above 0");
        else if (field == "currencies")
            take(words_of(node), into.currencies, "currencies are a list");
        else if (field == "words")
            take(words_of(node), into.words, "words are a list");
        else if (field == "private")
            take(flag_of(node), into.is_private, "private is true or false");
        else if (field == "script" && node.IsScalar() && (node.Scalar() == "own" || node.Scalar() == "latin"))
            into.latin = node.Scalar() == "latin";
        else if (field == "script")
            fault_(where_, "script is own or latin");
        else
            return false;
        return true;
    }

    template <typename Value>
    void take(std::optional<Value> read, Value& into, const char* otherwise) {
        if (read)
            into = std::move(*read);
        else
            fault_(where_, otherwise);
    }

    std::string where_;
    const declarations::fault_sink& fault_;
};

}  // namespace

const value_bounds& declared_value::bounds_at(std::string_view place) const {
    const auto found = std::ranges::find(at, place, &std::pair<std::string, value_bounds>::first);
    return found == at.end() ? bounds : found->second;
}

const declared_value* declarations::find(std::string_view name) const {
    const auto found = std::ranges::find(values, name, &declared_value::name);
    return found == values.end() ? nullptr : &*found;
}

void declarations::read_values(const YAML::Node& node, const fault_sink& fault) {
    if (!node.IsMap()) return fault("values", "are no map");
    for (const auto& entry : node) {
        declared_value one{.name = entry.first.as<std::string>(), .bounds = {}, .at = {}};
        const std::string where = "values." + one.name;
        if (find(one.name) != nullptr) fault(where, "stands twice");
        if (!entry.second.IsMap()) {
            fault(where, "is no map");
            continue;
        }
        bounds_reader read(where, fault);
        read.read(entry.second, one.bounds, false);
        read.check(one.bounds);
        if (const YAML::Node places = entry.second["at"]; places && places.IsMap())
            for (const auto& place : places) {
                const auto name = place.first.as<std::string>();
                if (std::ranges::find(one.at, name, &std::pair<std::string, value_bounds>::first) != one.at.end())
                    fault(where, "at: " + name + " stands twice");
                bounds_reader read_place(where + ".at." + name, fault);
                value_bounds& there = one.at.emplace_back(name, one.bounds).second;
                if (place.second.IsMap())
                    read_place.read(place.second, there, true);
                else
                    read_place.read_short(place.second, there);
            }
        else if (places)
            fault(where, "at is no map");
        values.push_back(std::move(one));
    }
}

namespace {

void read_words(const YAML::Node& node, const std::string& key, word_lists& into,
                const declarations::fault_sink& fault) {
    if (!node.IsMap()) return fault(key, "is no map");
    for (const auto& entry : node) {
        const auto code = entry.first.as<std::string>();
        auto words = words_of(entry.second);
        if (!words) {
            fault(key + "." + code, "is no list of words");
            continue;
        }
        if (std::ranges::find(into, code, &word_lists::value_type::first) != into.end())
            fault(key + "." + code, "stands twice");
        into.emplace_back(code, std::move(*words));
    }
}

}  // namespace

void declarations::read_forbidden(const YAML::Node& node, const fault_sink& fault) {
    read_words(node, "forbidden", forbidden, fault);
}

void declarations::read_never_by_sms(const YAML::Node& node, const fault_sink& fault) {
    if (!node.IsMap()) return fault("never_by_sms", "is no map");
    for (const auto& entry : node) {
        const auto kind = entry.first.as<std::string>();
        if (kind == "telling")
            read_words(entry.second, "never_by_sms.telling", telling, fault);
        else if (kind == "secret")
            read_words(entry.second, "never_by_sms.secret", secret, fault);
        else
            fault("never_by_sms." + kind, "is not known: telling, secret");
    }
}

}  // namespace mlango::templates
