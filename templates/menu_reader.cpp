// menu::load: from the file to screens, then the checks that need all of them.
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <limits>
#include <set>

#include "base/bytes.hpp"
#include "templates/menu.hpp"

namespace mlango::templates {
namespace {

bool is_key(std::string_view key) {
    return !key.empty() && key.size() <= 3 && std::ranges::all_of(key, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_name(std::string_view name) {
    return !name.empty() && name.front() >= 'a' && name.front() <= 'z' && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

class reader {
public:
    reader(const catalogue& words, declarations& declared, keyword_list& keywords)
        : words_(words), declared_(declared), keywords_(keywords) {}

    std::vector<screen> read(const sources& from) {
        std::vector<std::pair<std::string, YAML::Node>> files;
        for (const source& one : from) {
            file_ = one.name;
            try {
                if (is_utf8(one.content))
                    files.emplace_back(one.name, YAML::Load(one.content));
                else
                    fault("", "is not UTF-8");
            } catch (const YAML::Exception& broken) {  // says line and column
                fault("", broken.what());
            }
        }
        if (!faults_.empty()) return {};
        // Names first: a target may stand further down, or in another file.
        std::vector<std::pair<std::string, YAML::Node>> listed;
        for (const auto& [name, root] : files) {
            file_ = name;
            read_names(root, listed);
        }
        for (std::size_t i = 0; i < screens_.size(); ++i) {
            file_ = listed[i].first;
            read_screen(listed[i].second, screens_[i]);
        }
        check_reach(listed);
        file_ = from.size() == 1 ? from.front().name : "menu";
        return std::move(screens_);
    }

    void fault(const std::string& where, const std::string& what) {
        faults_.push_back(file_ + (where.empty() ? "" : ": " + where) + ": " + what);
    }
    [[nodiscard]] const std::vector<std::string>& faults() const { return faults_; }

private:
    void read_names(const YAML::Node& root, std::vector<std::pair<std::string, YAML::Node>>& listed) {
        if (!root.IsMap()) return fault("", "holds no map");
        fields(root, "", {"menu", "screens", "values", "forbidden", "never_by_sms", "keywords", "machines"});
        const auto declares = [this](const std::string& where, const std::string& what) { fault(where, what); };
        if (const YAML::Node values = root["values"]) declared_.read_values(values, declares);
        if (const YAML::Node forbidden = root["forbidden"]) declared_.read_forbidden(forbidden, declares);
        if (const YAML::Node never = root["never_by_sms"]) declared_.read_never_by_sms(never, declares);
        if (const YAML::Node keywords = root["keywords"]) keywords_.read(keywords, declares);
        if (const YAML::Node machines = root["machines"]) keywords_.read_machines(machines, declares);
        const YAML::Node screens = root["screens"];
        if (!screens && (root["values"] || root["forbidden"] || root["never_by_sms"] || root["keywords"])) return;
        if (!screens || !screens.IsMap() || screens.size() == 0) return fault("", "holds no screens");
        for (const auto& entry : screens) {
            screen one;
            one.name = entry.first.as<std::string>();
            one.subject = std::filesystem::path(file_).stem().string();
            if (!is_name(one.name)) fault(one.name, "a name is small letters, digits and _");
            if (!names_.insert(one.name).second) fault(one.name, "stands twice");
            if (screens_.size() == no_screen) return fault(one.name, "too many screens");
            screens_.push_back(std::move(one));
            listed.emplace_back(file_, entry.second);
        }
    }

    void fields(const YAML::Node& node, const std::string& where, std::initializer_list<std::string_view> known) {
        std::set<std::string> seen;
        for (const auto& entry : node) {
            const auto field = entry.first.as<std::string>();
            if (std::ranges::find(known, field) == known.end())
                fault(where, "unknown field " + field);
            else if (!seen.insert(field).second)
                fault(where, "field " + field + " stands twice");
        }
    }

    // The field's words; empty when it is absent.
    std::string scalar(const YAML::Node& node, const char* field, const std::string& where) {
        const YAML::Node held = node[field];
        if (!held) return {};
        if (held.IsScalar() && !held.Scalar().empty()) return held.Scalar();
        fault(where, std::string(field) + " is empty or no plain word");
        return {};
    }

    bool flag(const YAML::Node& node, const char* field, const std::string& where) {
        const std::string held = scalar(node, field, where);
        if (!held.empty() && held != "true" && held != "false") fault(where, std::string(field) + " is true or false");
        return held == "true";
    }

    std::string name(const YAML::Node& node, const char* field, const std::string& where) {
        std::string held = scalar(node, field, where);
        if (!held.empty() && !is_name(held)) fault(where, std::string(field) + ": no name: " + held);
        return held;
    }

    std::optional<text_id> text(const YAML::Node& node, const char* field, const std::string& where) {
        const std::string key = scalar(node, field, where);
        if (key.empty()) return std::nullopt;
        const auto found = words_.find(key);
        if (!found) fault(where, "unknown text " + key);
        return found.value_or(text_id{0});
    }

    std::optional<text_id> needed_text(const YAML::Node& node, const char* field, const std::string& where) {
        if (!node[field]) fault(where, std::string(field) + " is missing");
        return text(node, field, where);
    }

    screen_index target(const std::string& to, const std::string& where) {
        const auto found = std::ranges::find(screens_, to, &screen::name);
        if (found != screens_.end()) return static_cast<screen_index>(found - screens_.begin());
        fault(where, to.empty() ? "leads nowhere: to is missing" : "unknown target " + to);
        return no_screen;
    }

    std::uint16_t count(const YAML::Node& node, const char* field, std::uint16_t otherwise, const std::string& where) {
        if (!node[field]) return otherwise;
        const std::string held = scalar(node, field, where);
        if (is_key(held)) return static_cast<std::uint16_t>(std::stoi(held));
        fault(where, std::string(field) + " is no number from 0 to 999");
        return otherwise;
    }

    bool is_map(const YAML::Node& node, const std::string& where) {
        if (!node.IsMap()) fault(where, "is no map");
        return node.IsMap();
    }

    void read_screen(const YAML::Node& node, screen& into) {
        const std::string& where = into.name;
        if (!is_map(node, where)) return;
        fields(node, where,
               {"guard", "load", "text", "options", "rows", "input", "do", "on", "root", "result", "end", "resume",
                "pages", "sms"});
        const std::string guarded = scalar(node, "guard", where);
        if (guarded == "view")
            into.needs = guard::view;
        else if (guarded == "pin")
            into.needs = guard::pin;
        else if (guarded == "fresh_pin")
            into.needs = guard::fresh_pin;
        else if (!guarded.empty() && guarded != "open")
            fault(where, "unknown guard " + guarded);
        into.load = name(node, "load", where);
        into.act = name(node, "do", where);
        into.text = text(node, "text", where);
        into.root = flag(node, "root", where);
        into.result = flag(node, "result", where);
        into.end = flag(node, "end", where);
        if (const std::string rule = scalar(node, "resume", where); !rule.empty()) {
            into.resume = rule == "here"    ? resume_rule::here
                          : rule == "start" ? resume_rule::start
                          : rule == "no"    ? resume_rule::no
                                            : resume_rule::screen;
            if (into.resume == resume_rule::screen) into.resume_at = target(rule, where + ".resume");
        }
        read_sms(node, into);
        if (const std::string pages = scalar(node, "pages", where); pages == "any")
            into.pages = any_pages;
        else if (!pages.empty() && (!is_key(pages) || (into.pages = static_cast<std::uint16_t>(std::stoi(pages))) == 0))
            fault(where, "pages is a number from 1 on, or any");
        if (const YAML::Node rows = node["rows"]) read_rows(rows, into);
        if (const YAML::Node options = node["options"]) read_options(options, into);
        if (const YAML::Node input = node["input"]) read_input(input, into);
        if (const YAML::Node on = node["on"]; on && is_map(on, where + ".on"))
            for (const auto& entry : on) {
                const auto outcome = entry.first.as<std::string>();
                if (into.outcome(outcome) != no_screen) fault(where, "outcome " + outcome + " stands twice");
                const std::string to = entry.second.IsScalar() ? entry.second.Scalar() : "";
                into.on.emplace_back(outcome, target(to, where + ".on." + outcome));
            }
        check_shape(node, into);
        const bool pin = into.input && into.input->kind == input_kind::pin;
        if (pin && into.sms == sms_rule::ask) fault(where, "asks for a PIN, which never comes by SMS");
        if (pin && into.sms == sms_rule::open) into.sms = sms_rule::no;
    }

    void read_sms(const YAML::Node& node, screen& into) {
        const std::string rule = scalar(node, "sms", into.name);
        if (rule.empty())
            into.sms = into.needs == guard::open ? sms_rule::open : sms_rule::no;
        else
            into.sms = rule == "ask" ? sms_rule::ask : rule == "no" ? sms_rule::no : sms_rule::instead;
        if (into.sms == sms_rule::instead) into.sms_at = target(rule, into.name + ".sms");
        if (into.sms == sms_rule::ask && into.needs == guard::open)
            fault(into.name, "opens by SMS for everybody: ask is for what has a guard");
        if (into.sms == sms_rule::ask && into.needs == guard::fresh_pin)
            fault(into.name, "asks for the PIN anew, so it never opens by SMS");
    }

    void read_options(const YAML::Node& options, screen& into) {
        if (!options.IsSequence()) return fault(into.name, "options are no list");
        for (const YAML::Node& node : options) {
            if (!is_map(node, into.name + ".options")) continue;
            option one;
            one.key = scalar(node, "key", into.name + ".options");
            const std::string where = into.name + ".options." + one.key;
            fields(node, where, {"key", "text", "to", "when", "subject"});
            if (!is_key(one.key))
                fault(where, "a key is 1 to 3 digits");
            else if (one.key == "0" || one.key == "00" || one.key == "98")
                fault(where, "0, 00 and 98 are back, home and more");
            if (std::ranges::find(into.options, one.key, &option::key) != into.options.end())
                fault(where, "another option has this key");
            if (into.rows && one.key == "1") fault(where, "leaves no number to the rows");
            one.text = needed_text(node, "text", where).value_or(0);
            const std::string to = scalar(node, "to", where);
            if (to == "back")
                one.special = option::special_target::back;
            else if (to == "home")
                one.special = option::special_target::home;
            else
                one.to = target(to, where);
            one.when = name(node, "when", where);
            one.subject = name(node, "subject", where);
            into.options.push_back(std::move(one));
        }
    }

    void read_rows(const YAML::Node& node, screen& into) {
        const std::string where = into.name + ".rows";
        if (!is_map(node, where)) return;
        fields(node, where, {"text", "to", "empty"});
        row_line rows;
        rows.text = needed_text(node, "text", where).value_or(0);
        if (node["to"]) rows.to = target(scalar(node, "to", where), where);
        rows.empty = text(node, "empty", where);
        into.rows = rows;
        if (into.load.empty()) fault(where, "nothing loads them");
    }

    void read_input(const YAML::Node& node, screen& into) {
        const std::string where = into.name + ".input";
        if (!is_map(node, where)) return;
        fields(node, where, {"field", "kind", "min", "max", "invalid", "to"});
        input_field input;
        input.field = name(node, "field", where);
        if (!node["field"]) fault(where, "field is missing");
        const std::string kind = scalar(node, "kind", where);
        if (kind == "digits")
            input.kind = input_kind::digits;
        else if (kind == "msisdn")
            input.kind = input_kind::msisdn;
        else if (kind == "pin")
            input.kind = input_kind::pin;
        else if (!kind.empty() && kind != "text")
            fault(where, "unknown kind " + kind);
        input.min = count(node, "min", input.min, where);
        input.max = count(node, "max", input.max, where);
        if (input.min > input.max || input.max == 0) fault(where, "no length is allowed: min is above max");
        input.invalid = needed_text(node, "invalid", where).value_or(0);
        input.to = target(scalar(node, "to", where), where);
        into.input = std::move(input);
    }

    void check_shape(const YAML::Node& node, const screen& one) {
        const std::string& where = one.name;
        const bool says = node["text"].IsDefined(), acts = node["do"].IsDefined();
        if (!says && !acts) fault(where, "has neither text nor do");
        if (says && acts) fault(where, "has both text and do");
        if (acts && (one.rows || one.input || !one.options.empty() || !one.load.empty() || one.end))
            fault(where, "a step that acts shows nothing: no load, options, rows, input or end");
        if (acts && one.on.empty()) fault(where, "no way on: do without an outcome");
        if (says && one.load.empty() && !one.on.empty()) fault(where, "outcomes, but neither load nor do");
        if (one.end && (one.rows || one.input || !one.options.empty())) fault(where, "ends the session and yet asks");
        // A PIN is longer than one digit, so beside it one digit may choose a line.
        const auto one_digit = [](const option& line) { return line.key.size() == 1; };
        const bool tells_apart = one.input && one.input->kind == input_kind::pin && one.input->min > 1 && !one.rows &&
                                 std::ranges::all_of(one.options, one_digit);
        if (one.input && (one.rows || !one.options.empty()) && !tells_apart)
            fault(where, "an answer cannot be both typed words and a choice");
        if (says && one.root && !one.rows && !one.input && !one.end && one.options.empty())
            fault(where, "no way on, and a root has no way back");
    }

    // Screens that the engine goes to by itself, and from them along every arrow.
    void check_reach(const std::vector<std::pair<std::string, YAML::Node>>& listed) {
        std::vector<bool> reached(screens_.size());
        std::vector<screen_index> waiting;
        std::set<std::string> unknown;
        const auto reach = [&](screen_index to) {
            if (to == no_screen || reached[to]) return;
            reached[to] = true;
            waiting.push_back(to);
        };
        for (std::size_t i = 0; i < screens_.size(); ++i) {
            const screen& one = screens_[i];
            if (one.root || one.name == "entry" || one.name == "pin" || one.name == "pin_none" || one.name == "sorry" ||
                one.name == "by_ussd" || one.name == "by_sms_pin" || one.name == "by_sms_words")
                reach(static_cast<screen_index>(i));
        }
        for (const keyword& one : keywords_.all()) {
            if (one.act != keyword_act::open) continue;
            const auto found = std::ranges::find(screens_, one.target, &screen::name);
            if (found == screens_.end())
                unknown.insert(one.target);
            else
                reach(static_cast<screen_index>(found - screens_.begin()));
        }
        file_ = "keywords";
        for (const std::string& target : unknown) fault(target, "there is no such screen");
        while (!waiting.empty()) {
            const screen& one = screens_[waiting.back()];
            waiting.pop_back();
            for (const option& o : one.options) reach(o.to);
            if (one.rows) reach(one.rows->to);
            if (one.input) reach(one.input->to);
            reach(one.resume_at);
            reach(one.sms_at);
            for (const auto& [outcome, to] : one.on) reach(to);
        }
        for (std::size_t i = 0; i < screens_.size(); ++i)
            if (!reached[i]) {
                file_ = listed[i].first;
                fault(screens_[i].name, "nothing leads here");
            }
    }

    std::string file_;
    const catalogue& words_;
    declarations& declared_;
    keyword_list& keywords_;
    std::vector<screen> screens_;
    std::set<std::string> names_;
    std::vector<std::string> faults_;
};

}  // namespace

std::expected<menu, std::vector<std::string>> menu::load(const std::filesystem::path& path, const catalogue& words) {
    auto from = read_sources(path);
    if (!from) return std::unexpected(std::move(from.error()));
    return load(*from, words);
}

std::expected<menu, std::vector<std::string>> menu::load(const sources& from, const catalogue& words) {
    menu made;
    reader read(words, made.declared_, made.keywords_);
    made.screens_ = read.read(from);
    const auto common = [&](std::string_view key) {
        return words.find(key).value_or(std::numeric_limits<text_id>::max());
    };
    made.common_ = {.back = common("common.back"),
                    .home = common("common.home"),
                    .more = common("common.more"),
                    .more_98 = common("common.more_98"),
                    .not_understood = common("common.not_understood"),
                    .sorry_end = common("sorry.end"),
                    .late = common("late.sms")};
    made.entry_ = made.find("entry");
    made.pin_ = made.find("pin");
    made.sorry_ = made.find("sorry");
    made.no_pin_ = made.find("pin_none");
    made.by_ussd_ = made.find("by_ussd");
    made.sms_pin_ = made.find("by_sms_pin");
    made.sms_words_ = made.find("by_sms_words");
    made.root_ = made.find("home");
    if (made.root_ == no_screen || !made.screens_[made.root_].root) {
        const auto root = std::ranges::find(made.screens_, true, &screen::root);
        made.root_ = root == made.screens_.end() ? no_screen : static_cast<screen_index>(root - made.screens_.begin());
    }
    if (!made.screens_.empty()) {
        if (made.entry_ == no_screen) read.fault("", "the screen entry is missing");
        if (made.pin_ == no_screen) read.fault("", "the screen pin is missing");
        if (made.no_pin_ == no_screen) read.fault("", "the screen pin_none is missing");
        if (made.sorry_ == no_screen) read.fault("", "the screen sorry is missing");
        if (made.root_ == no_screen) read.fault("", "no screen is root");
        if (made.pin_ != no_screen &&
            (!made.screens_[made.pin_].input || made.screens_[made.pin_].input->kind != input_kind::pin))
            read.fault("pin", "does not ask a PIN");
    }
    if (!read.faults().empty()) return std::unexpected(read.faults());
    return made;
}

}  // namespace mlango::templates
