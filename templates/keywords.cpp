#include "templates/keywords.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>

#include "templates/folding.hpp"

namespace mlango::templates {

namespace {

constexpr std::size_t longest_keyword = 80;  // bytes; of a longer message nothing is compared

keyword_act act_of(std::string_view target) {
    if (target == "stop") return keyword_act::stop;
    if (target == "start") return keyword_act::start;
    if (target == "continue") return keyword_act::resume;
    return keyword_act::open;
}

bool speaks_at_once(const keyword& one) {
    return one.act == keyword_act::stop || one.act == keyword_act::start;
}

}  // namespace

const keyword* keyword_list::of(std::string_view message, std::vector<std::string_view> preferred) const {
    if (message.size() > 2 * longest_keyword) return nullptr;
    const std::string phrase = plain_words(message);
    const keyword* found = nullptr;
    std::size_t rank = preferred.size() + 1;
    for (const keyword& one : all_) {
        if (one.phrase != phrase) continue;
        const auto place = static_cast<std::size_t>(std::ranges::find(preferred, one.language) - preferred.begin());
        if (place >= rank) continue;
        rank = place;
        found = &one;
    }
    return found;
}

const keyword* keyword_list::first_word_of(std::string_view message) const {
    const std::string words = plain_words(message.substr(0, 2 * longest_keyword));
    const std::string_view first = std::string_view(words).substr(0, words.find(' '));
    if (first.empty()) return nullptr;
    const auto found =
        std::ranges::find_if(all_, [&](const keyword& one) { return speaks_at_once(one) && one.phrase == first; });
    return found == all_.end() ? nullptr : &*found;
}

bool keyword_list::is_of_a_machine(std::string_view message) const {
    const std::string words = plain_words(message);
    return std::ranges::any_of(machines_, [&](const std::string& known) { return words.contains(known); });
}

void keyword_list::read(const YAML::Node& node, const fault_sink& fault) {
    if (!node.IsMap()) return fault("keywords", "are no map");
    for (const auto& entry : node) {
        const auto target = entry.first.as<std::string>();
        const std::string where = "keywords." + target;
        if (!entry.second.IsMap()) {
            fault(where, "is no map of languages");
            continue;
        }
        if (std::ranges::find(all_, target, &keyword::target) != all_.end()) fault(where, "stands twice");
        for (const auto& of_language : entry.second) {
            const auto language = of_language.first.as<std::string>();
            const std::string at = where + "." + language;
            if (!of_language.second.IsSequence() || of_language.second.size() == 0) {
                fault(at, "is no list of words");
                continue;
            }
            for (const auto& word : of_language.second) {
                const std::string written = word.IsScalar() ? word.Scalar() : "";
                keyword one{.phrase = plain_words(written),
                            .language = language,
                            .target = target,
                            .act = act_of(target),
                            .written = written};
                if (one.phrase.empty() || written.size() > longest_keyword)
                    fault(at, "no word of 1 to 80 bytes: " + written);
                else if (speaks_at_once(one) && one.phrase.contains(' '))
                    fault(at, "stop and start are one word each: " + written + " is two");
                else
                    all_.push_back(std::move(one));
            }
        }
    }
}

void keyword_list::read_machines(const YAML::Node& node, const fault_sink& fault) {
    if (!node.IsSequence()) return fault("machines", "are no list of words");
    for (const auto& one : node) {
        std::string words = plain_words(one.IsScalar() ? one.Scalar() : "");
        if (words.size() < 8)
            fault("machines", "too short to tell a machine by: " + words);
        else
            machines_.push_back(std::move(words));
    }
}

}  // namespace mlango::templates
