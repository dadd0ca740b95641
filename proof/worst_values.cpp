#include "proof/worst_values.hpp"

#include <algorithm>
#include <chrono>
#include <set>

#include "gsm/text.hpp"

namespace mlango::proof {
namespace {

constexpr std::size_t longest_word = 12;
constexpr std::size_t most_combinations = 96;

std::size_t units(std::string_view text) {
    return gsm::measure(text).units;
}

std::string_view letter(std::string_view script, lettering letters) {
    if (script == "Arab") return "ش";
    if (script == "Ethi") return "መ";
    return letters == lettering::own ? "W" : "ŵ";
}

std::vector<templates::value> days() {
    using namespace std::chrono;
    std::vector<templates::value> all;
    for (unsigned month = 1; month <= 12; ++month) all.emplace_back(year(2026) / month / 28);
    for (unsigned day = 22; day < 28; ++day) all.emplace_back(year(2026) / 9 / day);  // a week of the longest month
    return all;
}

}  // namespace

std::string longest_text(std::string_view script, std::size_t characters, lettering letters) {
    const std::string_view one = letter(script, letters);
    std::string text;
    for (std::size_t i = 0; i < characters; ++i) {
        const bool gap = i % (longest_word + 1) == longest_word && i + 1 < characters;
        text += gap ? std::string_view(" ") : one;
    }
    return text;
}

std::vector<std::int64_t> telling_numbers(std::int64_t largest) {
    std::vector<std::int64_t> all{largest};
    for (const std::int64_t number :
         {0, 1, 2, 3, 5, 6, 10, 11, 12, 20, 21, 22, 25, 99, 100, 101, 102, 103, 111, 1000, 1'000'000})
        if (number < largest) all.push_back(number);
    return all;
}

struct worst_values::dimension {
    std::string_view name;
    bool branches = false;  // a choice or a flag: what stands beside it may hang on it
    std::vector<templates::value> candidates;
};

worst_values::dimension worst_values::dimension_of(const templates::declared_value& value, std::string_view place,
                                                   lettering letters) const {
    using templates::value_kind;
    const templates::value_bounds& bounds = value.bounds_at(place);
    dimension made{.name = value.name, .branches = false, .candidates = {}};
    switch (bounds.kind) {
        case value_kind::text: {
            const std::string_view script =
                bounds.latin ? std::string_view("Latn") : words_.languages()[in_.language].script;
            std::string text = longest_text(script, bounds.longest, bounds.latin ? lettering::own : letters);
            // Here once, and not each time that it is filled in.
            if (in_.latin) text = words_.latin(text);
            made.candidates.emplace_back(std::move(text));
            break;
        }
        case value_kind::number:
            for (const std::int64_t number : telling_numbers(bounds.largest)) made.candidates.emplace_back(number);
            break;
        case value_kind::money:
            for (const std::string& currency : bounds.currencies)
                made.candidates.emplace_back(templates::money{.minor = bounds.largest, .currency = currency});
            break;
        case value_kind::date:
            made.candidates = days();
            break;
        case value_kind::choice:
            made.branches = true;
            made.candidates.assign(bounds.words.begin(), bounds.words.end());
            break;
        case value_kind::flag:
            made.branches = true;
            made.candidates = {true, false};
            break;
    }
    return made;
}

std::vector<templates::values> worst_values::at(std::string_view place, std::span<const templates::text_id> texts,
                                                std::span<const std::string> flags, lettering letters) const {
    std::set<std::string> names(flags.begin(), flags.end());
    for (const templates::text_id text : texts)
        for (const std::string& name : words_.arguments_of(text, 0)) names.insert(name);
    std::vector<dimension> dimensions;
    for (const std::string& name : names)
        if (const auto* value = declared_.find(name)) dimensions.push_back(dimension_of(*value, place, letters));

    templates::values longest;
    for (const dimension& one : dimensions) longest.set(one.name, one.candidates.front());
    const auto length = [&](const templates::values& tried) {
        std::size_t total = 0;
        for (const templates::text_id text : texts) total += units(words_.format(text, in_.index(words_), tried));
        return total;
    };
    // Twice, since a branch that is longest only with another's value is found the second time.
    for (int turn = 0; turn < 2; ++turn)
        for (const dimension& one : dimensions) {
            if (one.candidates.size() == 1) continue;
            const templates::value* best = nullptr;
            std::size_t most = 0;
            for (const templates::value& candidate : one.candidates) {
                longest.set(one.name, candidate);
                if (const std::size_t now = length(longest); best == nullptr || now > most) {
                    best = &candidate;
                    most = now;
                }
            }
            longest.set(one.name, *best);
        }

    std::vector<templates::values> cases{longest};
    for (const dimension& one : dimensions)
        if (one.candidates.size() > 1)
            for (const templates::value& candidate : one.candidates) {
                cases.push_back(longest);
                cases.back().set(one.name, candidate);
            }
    std::size_t combinations = 1;
    for (const dimension& one : dimensions)
        if (one.branches) combinations = std::min(combinations * one.candidates.size(), most_combinations + 1);
    if (combinations <= most_combinations) {
        std::vector<templates::values> all{longest};
        for (const dimension& one : dimensions) {
            if (!one.branches) continue;
            std::vector<templates::values> wider;
            for (const templates::values& made : all)
                for (const templates::value& candidate : one.candidates) {
                    wider.push_back(made);
                    wider.back().set(one.name, candidate);
                }
            all = std::move(wider);
        }
        cases.insert(cases.end(), all.begin(), all.end());
    } else {
        for (const bool state : {true, false}) {
            cases.push_back(longest);
            for (const dimension& one : dimensions)
                if (one.branches && std::holds_alternative<bool>(one.candidates.front()))
                    cases.back().set(one.name, state);
        }
    }
    return cases;
}

}  // namespace mlango::proof
