#include "commands/operation_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>

#include "server/config/yaml_reader.hpp"

namespace mlango::commands {

namespace {

using registry::case_rule;
using registry::office_rules;

constexpr std::array<std::string_view, 7> names_of_days{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr std::size_t longest_file = 256 * 1024;

std::string days_text(const std::vector<int>& weekdays) {
    std::vector<std::string_view> names;
    for (const int day : weekdays) names.push_back(names_of_days.at(static_cast<std::size_t>(day - 1)));
    return fmt::format("{}", fmt::join(names, ", "));
}

std::string rule_text(const case_rule& rule) {
    return fmt::format("{{ approvals: {}, least_trust: {}, evidence: {}, due_hours: {} }}", rule.approvals,
                       rule.least_trust, rule.evidence, rule.due_hours);
}

// Between quotation marks, as YAML escapes there.
std::string yaml_quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

void read_calendar(server::yaml_reader& file, std::vector<std::string>& faults, office_rules& out) {
    if (!file.has("calendar")) return;
    server::yaml_reader calendar(file.child("calendar"), "calendar", faults);
    calendar.read("opens", out.opens);
    calendar.read("closes", out.closes);
    if (!calendar.has("weekdays")) return;
    std::vector<std::string> names;
    calendar.read("weekdays", names);
    out.weekdays.clear();
    for (const std::string& name : names) {
        const auto found = std::ranges::find(names_of_days, name);
        if (found == names_of_days.end()) {
            calendar.fault("weekdays",
                           fmt::format("has \"{}\", which is none of {}", name, fmt::join(names_of_days, ", ")));
            continue;
        }
        out.weekdays.push_back(static_cast<int>(found - names_of_days.begin()) + 1);
    }
    std::ranges::sort(out.weekdays);
    out.weekdays.erase(std::ranges::unique(out.weekdays).begin(), out.weekdays.end());
}

// "2026-12-12: Jamhuri Day", or its names by language.
void read_holidays(server::yaml_reader& file, std::vector<std::string>& faults, office_rules& out) {
    if (!file.has("holidays")) return;
    out.holidays.clear();
    const auto days = file.child("holidays");
    if (days.IsNull()) return;
    if (!days.IsMap()) return file.fault("holidays", "should be days with their names, such as 2026-12-25: Christmas");
    for (const auto& entry : days) {
        const auto day = entry.first.as<std::string>("");
        auto& names = out.holidays[day];
        if (!names.empty())
            faults.push_back(fmt::format("line {}: holidays: {} stands twice", entry.first.Mark().line + 1, day));
        if (entry.second.IsScalar()) {
            names["en"] = entry.second.Scalar();
        } else if (entry.second.IsMap()) {
            for (const auto& name : entry.second)
                names[name.first.as<std::string>("")] = name.second.as<std::string>("");
        } else {
            faults.push_back(fmt::format("line {}: holidays: {} needs a name", entry.first.Mark().line + 1, day));
        }
    }
}

void read_cases(server::yaml_reader& file, std::vector<std::string>& faults, office_rules& out) {
    if (!file.has("cases")) return;
    for (case_rule& rule : out.cases) rule.own = false;
    const auto cases = file.child("cases");
    if (cases.IsNull()) return;
    if (!cases.IsMap()) return file.fault("cases", "should be kinds of change with their rules");
    for (const auto& entry : cases) {
        const auto kind = entry.first.as<std::string>("");
        auto found = std::ranges::find(out.cases, kind, &case_rule::kind);
        if (found == out.cases.end()) found = out.cases.insert(out.cases.end(), case_rule{.kind = kind});
        server::yaml_reader one(entry.second, "cases." + kind, faults);
        found->own = true;
        one.read_number("approvals", found->approvals, 0, 2);
        one.read_number("least_trust", found->least_trust, 0, 3);
        one.read("evidence", found->evidence);
        one.read_number("due_hours", found->due_hours, 1, 400);
    }
}

void compare_holidays(const office_rules& now, const office_rules& wanted, std::vector<std::string>& out) {
    const auto name_of = [](const auto& names) {
        const auto found = names.find("en");
        return found == names.end() ? std::string() : found->second;
    };
    for (const auto& [day, names] : now.holidays)
        if (!wanted.holidays.contains(day)) out.push_back(fmt::format("- holiday {} {}", day, name_of(names)));
    for (const auto& [day, names] : wanted.holidays) {
        const auto before = now.holidays.find(day);
        if (before == now.holidays.end())
            out.push_back(fmt::format("+ holiday {} {}", day, name_of(names)));
        else if (before->second != names)
            out.push_back(fmt::format("  holiday {} has other names", day));
    }
}

void compare_cases(const office_rules& now, const office_rules& wanted, std::vector<std::string>& out) {
    for (const case_rule& rule : wanted.cases) {
        const auto before = std::ranges::find(now.cases, rule.kind, &case_rule::kind);
        if (before == now.cases.end() || *before == rule) continue;
        if (before->own && !rule.own)
            out.push_back(fmt::format("  {}: {} -> as everywhere", rule.kind, rule_text(*before)));
        else if (rule_text(*before) != rule_text(rule))
            out.push_back(fmt::format("  {}: {} -> {}", rule.kind, rule_text(*before), rule_text(rule)));
        else
            out.push_back(fmt::format("  {}: stays so, whatever is decided for everywhere", rule.kind));
    }
}

}  // namespace

std::string operation_file(std::string_view operation, const office_rules& rules) {
    std::string out = fmt::format(
        "# How the office of {0} works. Change it, then: mlango operation load {0} FILE\n"
        "# It holds for what is asked from then on; what waits keeps its day and its rule.\n"
        "\n"
        "# Local time, {1}. What is due counts these hours.\n"
        "calendar: {{ opens: \"{2}\", closes: \"{3}\", weekdays: [{4}] }}\n"
        "\n"
        "# Nobody works on these: a name, or {{ en: Christmas, fr: Noël }}.\n"
        "holidays:\n",
        operation, rules.timezone, rules.opens, rules.closes, days_text(rules.weekdays));
    if (rules.holidays.empty()) out += "  # 2027-12-25: Christmas\n";
    for (const auto& [day, names] : rules.holidays) {
        std::vector<std::string> each;
        for (const auto& [language, name] : names) each.push_back(fmt::format("{}: {}", language, yaml_quoted(name)));
        out += fmt::format("  {}: {{ {} }}\n", day, fmt::join(each, ", "));
    }
    out +=
        "\n"
        "# Kinds of change where this office goes its own way; a line that begins with # is as everywhere.\n"
        "#   approvals    how many must approve: 0 (at once), 1 or 2\n"
        "#   least_trust  of her phone, 0 to 3, to be done at once\n"
        "#   evidence     whoever approves says what she checked\n"
        "#   due_hours    hours of work until it is late\n"
        "cases:\n";
    for (const case_rule& rule : rules.cases)
        out += fmt::format("  {}{}: {}\n", rule.own ? "" : "# ", rule.kind, rule_text(rule));
    return out;
}

std::expected<office_rules, std::vector<std::string>> rules_in_file(const std::string& text, const office_rules& now) {
    std::vector<std::string> faults;
    if (text.size() > longest_file) return std::unexpected(std::vector<std::string>{"it is larger than 256 KiB"});
    office_rules out = now;
    try {
        server::yaml_reader file(YAML::Load(text), "", faults);
        read_calendar(file, faults, out);
        read_holidays(file, faults, out);
        read_cases(file, faults, out);
    } catch (const YAML::Exception& fault) {
        return std::unexpected(std::vector{fmt::format("line {}: {}", fault.mark.line + 1, fault.msg)});
    }
    if (faults.empty()) faults = registry::faults_of(out, now);
    if (!faults.empty()) return std::unexpected(std::move(faults));
    return out;
}

std::vector<std::string> changes_between(const office_rules& now, const office_rules& wanted) {
    const auto hours = [](const office_rules& of) {
        return fmt::format("{} to {}, {}", of.opens, of.closes, days_text(of.weekdays));
    };
    std::vector<std::string> out;
    if (hours(now) != hours(wanted)) out.push_back(fmt::format("  works {} -> {}", hours(now), hours(wanted)));
    compare_holidays(now, wanted, out);
    compare_cases(now, wanted, out);
    return out;
}

}  // namespace mlango::commands
