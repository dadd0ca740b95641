#include "wallet/credential_kinds.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <set>

namespace mlango::wallet {

namespace {

template <class Value, std::size_t count>
using word_table = std::array<std::pair<std::string_view, Value>, count>;

constexpr word_table<fact_shape, 6> shapes{{{"yes_no", fact_shape::yes_no},
                                            {"text", fact_shape::text},
                                            {"date", fact_shape::date},
                                            {"number", fact_shape::number},
                                            {"list", fact_shape::list},
                                            {"object", fact_shape::object}}};
constexpr word_table<fact_sensitivity, 4> sensitivities{{{"predicate", fact_sensitivity::predicate},
                                                         {"basic", fact_sensitivity::basic},
                                                         {"personal", fact_sensitivity::personal},
                                                         {"identifying", fact_sensitivity::identifying}}};
constexpr word_table<assurance_level, 4> levels{{{"none", assurance_level::none},
                                                 {"moderate", assurance_level::moderate},
                                                 {"substantive", assurance_level::substantive},
                                                 {"high", assurance_level::high}}};
constexpr word_table<bool, 2> subjects{{{"person", false}, {"household", true}}};

// What must never be shared, however it is spelt in the file.
constexpr std::array<std::string_view, 9> forbidden{"nationality", "nationalities", "ethnicity",
                                                    "religion",    "case_status",   "refugee_status",
                                                    "needs",       "health",        "country_of_origin"};

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= 40 && text.front() >= 'a' && text.front() <= 'z' &&
           std::ranges::all_of(text,
                               [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

// "12h", "365d"; nullopt otherwise.
std::optional<std::chrono::seconds> read_duration(std::string_view text) {
    int count = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), count);
    const std::string_view unit(end, text.data() + text.size());
    if (fault != std::errc{} || count <= 0 || count > 4000) return std::nullopt;
    if (unit == "min") return std::chrono::minutes(count);
    if (unit == "h") return std::chrono::hours(count);
    if (unit == "d") return std::chrono::hours(24 * count);
    return std::nullopt;
}

class reader {
public:
    std::vector<std::string> faults;

    void fault(std::string_view where, std::string_view what) { faults.push_back(fmt::format("{}: {}", where, what)); }

    // Says what is there and is not known.
    bool mapping(const YAML::Node& node, const std::string& where, std::initializer_list<std::string_view> known) {
        if (!node.IsMap()) {
            fault(where, "is no mapping");
            return false;
        }
        for (const auto& member : node) {
            const auto key = member.first.Scalar();
            if (std::ranges::find(known, key) == known.end()) fault(where + "." + key, "is not known");
        }
        return true;
    }

    template <class Table, class Value>
    void word(const YAML::Node& node, const std::string& where, const Table& table, Value& out, bool needed) {
        if (!node) {
            if (needed) fault(where, "is missing");
            return;
        }
        for (const auto& [name, value] : table)
            if (node.IsScalar() && node.Scalar() == name) {
                out = value;
                return;
            }
        fault(where, "is not one of its words");
    }

    void duration(const YAML::Node& node, const std::string& where, std::chrono::seconds& out) {
        const auto read = node && node.IsScalar() ? read_duration(node.Scalar()) : std::nullopt;
        if (read)
            out = *read;
        else
            fault(where, "must be a time such as 12h or 365d");
    }

    void displays(const YAML::Node& node, const std::string& where, display_names& out) {
        if (!node || !node.IsMap()) return fault(where, "must name it in English at least: {en: …}");
        for (const auto& one : node) {
            if (!one.second.IsScalar() || one.second.Scalar().empty() || one.second.Scalar().size() > 200)
                fault(where + "." + one.first.Scalar(), "must be a short text");
            else
                out[one.first.Scalar()] = one.second.Scalar();
        }
        if (!out.contains("en")) fault(where, "has no English name");
    }

    // Names of facts that are among `known`.
    void names(const YAML::Node& node, const std::string& where, const std::set<std::string>& known,
               std::vector<std::string>& out) {
        if (!node || !node.IsSequence() || node.size() == 0) return fault(where, "must list facts");
        for (const auto& one : node) {
            const std::string name = one.IsScalar() ? one.Scalar() : std::string();
            if (!known.contains(name))
                fault(where, fmt::format("\"{}\" is no fact that is known here", name));
            else if (std::ranges::find(out, name) != out.end())
                fault(where, fmt::format("\"{}\" stands twice", name));
            else
                out.push_back(name);
        }
    }

    void one_fact(const std::string& name, const YAML::Node& node, std::vector<fact>& out) {
        const std::string where = "facts." + name;
        if (!is_name(name)) fault(where, "is no name: small letters, digits and _");
        if (std::ranges::find(forbidden, name) != forbidden.end()) fault(where, "must not be shared at all");
        if (!mapping(node, where, {"shape", "tells", "display"})) return;
        fact made{.name = name, .shape = fact_shape::text, .sensitivity = fact_sensitivity::identifying, .display = {}};
        word(node["shape"], where + ".shape", shapes, made.shape, true);
        word(node["tells"], where + ".tells", sensitivities, made.sensitivity, true);
        if (made.sensitivity == fact_sensitivity::predicate && made.shape != fact_shape::yes_no)
            fault(where, "a predicate is yes_no");
        displays(node["display"], where + ".display", made.display);
        out.push_back(std::move(made));
    }

    void one_preset(const std::string& name, const YAML::Node& node, const std::string& above, credential_kind& kind) {
        const std::string where = above + "." + name;
        if (!is_name(name)) fault(where, "is no name: small letters, digits and _");
        if (!mapping(node, where, {"display", "facts", "level", "phone_trust", "lifetime", "usual"})) return;
        preset made{.name = name, .facts = {}, .lifetime = {}, .display = {}};
        names(node["facts"], where + ".facts", {kind.facts.begin(), kind.facts.end()}, made.facts);
        word(node["level"], where + ".level", levels, made.level, false);
        duration(node["lifetime"], where + ".lifetime", made.lifetime);
        if (made.lifetime > std::chrono::hours(24 * 7)) fault(where + ".lifetime", "a share lives seven days at most");
        if (const auto trust = node["phone_trust"]) {
            made.phone_trust = trust.as<int>(-1);
            if (made.phone_trust < 0 || made.phone_trust > 3) fault(where + ".phone_trust", "is 0 to 3");
        }
        word(node["usual"], where + ".usual", word_table<bool, 2>{{{"true", true}, {"false", false}}}, made.usual,
             false);
        displays(node["display"], where + ".display", made.display);
        kind.presets.push_back(std::move(made));
    }

    void one_kind(const std::string& name, const YAML::Node& node, const std::set<std::string>& facts,
                  std::vector<credential_kind>& out) {
        const std::string where = "kinds." + name;
        if (!is_name(name)) fault(where, "is no name: small letters, digits and _");
        if (!mapping(node, where, {"display", "about", "lifetime", "facts", "presets"})) return;
        credential_kind made{.name = name, .display = {}, .facts = {}, .presets = {}, .lifetime = {}};
        displays(node["display"], where + ".display", made.display);
        word(node["about"], where + ".about", subjects, made.household, false);
        duration(node["lifetime"], where + ".lifetime", made.lifetime);
        names(node["facts"], where + ".facts", facts, made.facts);
        const auto presets = node["presets"];
        if (!presets || !presets.IsMap() || presets.size() == 0) return fault(where + ".presets", "is missing");
        for (const auto& one : presets) one_preset(one.first.Scalar(), one.second, where + ".presets", made);
        out.push_back(std::move(made));
    }
};

}  // namespace

std::expected<credential_kinds, std::vector<std::string>> credential_kinds::parse(const std::string& yaml) {
    reader read;
    credential_kinds out;
    try {
        const YAML::Node top = YAML::Load(yaml);
        if (!read.mapping(top, "credentials", {"facts", "kinds"})) return std::unexpected(read.faults);
        if (!top["facts"] || !top["facts"].IsMap() || !top["kinds"] || !top["kinds"].IsMap()) {
            read.fault("credentials", "has no mappings facts and kinds");
            return std::unexpected(read.faults);
        }
        std::set<std::string> names, presets;
        for (const auto& one : top["facts"]) {
            if (!names.insert(one.first.Scalar()).second) read.fault("facts." + one.first.Scalar(), "stands twice");
            read.one_fact(one.first.Scalar(), one.second, out.facts_);
        }
        for (const auto& one : top["kinds"]) {
            if (out.find(one.first.Scalar()) != nullptr) read.fault("kinds." + one.first.Scalar(), "stands twice");
            read.one_kind(one.first.Scalar(), one.second, names, out.kinds_);
        }
        // A verifier's presets are listed by name alone.
        for (const auto& kind : out.kinds_)
            for (const auto& one : kind.presets)
                if (!presets.insert(one.name).second)
                    read.fault("kinds." + kind.name + ".presets." + one.name, "is a name that another preset has");
    } catch (const YAML::Exception& wrong) {
        read.faults.push_back(fmt::format("line {}: {}", wrong.mark.line + 1, wrong.msg));
    }
    if (!read.faults.empty()) return std::unexpected(std::move(read.faults));
    return out;
}

const preset* credential_kind::find_preset(std::string_view wanted) const {
    const auto found = std::ranges::find(presets, wanted, &preset::name);
    return found == presets.end() ? nullptr : &*found;
}

const credential_kind* credential_kinds::find(std::string_view kind) const {
    const auto found = std::ranges::find(kinds_, kind, &credential_kind::name);
    return found == kinds_.end() ? nullptr : &*found;
}

const fact* credential_kinds::find_fact(std::string_view name) const {
    const auto found = std::ranges::find(facts_, name, &fact::name);
    return found == facts_.end() ? nullptr : &*found;
}

std::string_view display_name(const display_names& names, std::string_view language, std::string_view otherwise) {
    for (const std::string_view wanted : {language, std::string_view("en")})
        if (const auto found = names.find(std::string(wanted)); found != names.end()) return found->second;
    return otherwise;
}

std::string_view name_of(assurance_level level) {
    return levels[static_cast<std::size_t>(level)].first;
}

}  // namespace mlango::wallet
