// What menu and words declare for the proof: the longest that each filled-in value can be, and the words that no screen
// before the PIN and no SMS may hold. Read from the menu's sources: `values:`, `forbidden:` and `never_by_sms:` at the
// top of a file.
//
//   values:
//     programme: { kind: text, longest: 24 }              # letters, in the script of the language
//     reference: { kind: text, longest: 4, script: latin }
//     name:      { kind: text, longest: 40, private: true, at: { household.rows: 16 } }
//     size:      { kind: number, largest: 30 }
//     amount:    { kind: money, largest: 12850000, currencies: [KES, UGX], private: true }   # in the minor unit
//     day:       { kind: date }
//     state:     { kind: choice, words: [ready, received, over], at: { my_requests.rows: [applied, rejected] } }
//     has_place: { kind: flag }
//   forbidden:
//     en: [refugee, asylum]
//   never_by_sms:             # only in SMS
//     telling: { en: [nationalit, christian] }   # where a word begins so; what is not Latin, wherever it stands
//     secret: { en: [pin, password] }            # words that make a number beside them a secret
//
// `private`: never on a screen that needs no PIN, never in an SMS. `at`: where the value is something else than
// elsewhere: at a screen ("phone"), in its rows ("phones.rows") or in an SMS ("sms.request"); a number is another
// `longest` or `largest`, a list other `words`, a map any of the fields.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace YAML {
class Node;
}

namespace mlango::templates {

enum class value_kind : std::uint8_t { text, number, money, date, choice, flag };

struct value_bounds {
    value_kind kind = value_kind::text;
    std::uint16_t longest = 0;  // of a text, in characters
    bool latin = false;         // a text of Latin letters and digits in every language
    bool is_private = false;
    std::int64_t largest = 0;             // of a number or an amount
    std::vector<std::string> currencies;  // of an amount: ISO 4217
    std::vector<std::string> words;       // of a choice: all that it can be
};

struct declared_value {
    std::string name;
    value_bounds bounds;
    std::vector<std::pair<std::string, value_bounds>> at;  // by place, complete
    [[nodiscard]] const value_bounds& bounds_at(std::string_view place) const;
};

using word_lists = std::vector<std::pair<std::string, std::vector<std::string>>>;  // by language, in small letters

struct declarations {
    std::vector<declared_value> values;
    word_lists forbidden;
    word_lists telling, secret;  // of SMS

    [[nodiscard]] const declared_value* find(std::string_view name) const;  // nullptr: not declared

    using fault_sink = std::function<void(const std::string& where, const std::string& what)>;
    // Adds what one file holds under `values:`, `forbidden:` or `never_by_sms:`.
    void read_values(const YAML::Node& node, const fault_sink& fault);
    void read_forbidden(const YAML::Node& node, const fault_sink& fault);
    void read_never_by_sms(const YAML::Node& node, const fault_sink& fault);
};

}  // namespace mlango::templates
