// The screens: a menu is data (templates/menus/main, a file a subject), read once, checked, immutable. The engine in
// handlers walks it. Screens name their texts (keys of the catalogue) and handler functions; nothing here knows what
// they do.
//
//   screens:
//     entitlement:
//       guard: view                 # who may see it: open (default), view, pin, fresh_pin
//       load: entitlement_detail    # handler function that gives values and rows; may redirect by an outcome (on:)
//       text: entitlement.body      # the words, with the loaded values
//       options:                    # the menu lines; `when` names a loaded flag
//         - { key: 1, text: entitlement.received, to: entitlement_received, when: can_confirm }
//         - { key: 2, text: entitlement.problem, to: entitlement_problem }
//       rows: { text: assistance.row, to: entitlement, empty: assistance.none }   # one line per loaded row
//       input: { field: new_number, kind: msisdn, min: 7, max: 20, invalid: number.invalid, to: number_confirm }
//       do: receipt_received        # instead of text: a step that acts and shows nothing itself
//       on: { done: receipt_thanks, again: receipt_thanks }   # where an outcome of `load` or `do` leads
//       root: true                  # 00 leads here; there is no way back from it
//       result: true                # the way here is forgotten: back leads to the root
//       end: true                   # the session ends with this screen
//       sms: ask                    # by SMS: ask (needs no PIN there, since it only lands with staff and shows nothing
//                                   # private; from a number that one person answers, trusted), no (never), or another
//                                   # screen's name, which opens instead. Unstated: a screen with an open guard opens,
//                                   # every other one and what asks for a PIN does not
//       resume: here                # a dropped session may be continued here: here, start (of the form: the screen
//       that
//                                   # it began with), no (default where nothing was typed), or a screen's name
//       pages: 2                    # the most pages that it may take on a full screen (160 septets, 70 UCS-2 units),
//       or
//                                   # any. Unstated: 1 where she types, where the session ends and in a menu of up to
//                                   # 5 options that shows no values; any where there are rows; else 4
//
// The words by which an SMS opens a screen stand in keywords.yaml: templates/keywords.hpp. By SMS, what does not open
// leads to the screen named "by_ussd"; a PIN that came by SMS to "by_sms_pin"; words that are no answer to
// "by_sms_words".
//
// What a text shows in braces is declared in values.yaml, with the longest that it can be: templates/declarations.hpp.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "templates/catalogue.hpp"
#include "templates/declarations.hpp"
#include "templates/keywords.hpp"

namespace mlango::templates {

using screen_index = std::uint16_t;
inline constexpr screen_index no_screen = 0xffff;
inline constexpr std::uint16_t any_pages = 0xffff;

enum class guard { open, view, pin, fresh_pin };
enum class input_kind { text, digits, msisdn, pin };

struct option {
    std::string key;  // what she types: 1 to 3 digits
    text_id text = 0;
    screen_index to = no_screen;  // a screen, or a word the engine knows: "back", "home", "again" (see special)
    enum class special_target { none, back, home } special = special_target::none;
    std::string when;     // a flag among the loaded values; empty: always
    std::string subject;  // becomes the frame's subject at the target (a fixed choice); may be empty
};

struct row_line {
    text_id text = 0;
    screen_index to = no_screen;
    std::optional<text_id> empty;  // shown instead when there is no row
};

struct input_field {
    std::string field;  // session field it is kept in; for kind pin it is never kept
    input_kind kind = input_kind::text;
    std::uint16_t min = 1, max = 100;  // characters
    text_id invalid = 0;
    screen_index to = no_screen;
};

// Where a dropped session goes on that had reached this screen.
enum class resume_rule { unstated, no, here, start, screen };

// Whether a screen opens by SMS, where there is never a PIN.
enum class sms_rule { open, ask, no, instead };

struct screen {
    std::string name;
    std::string subject;  // the file it stands in, without ".yaml"
    guard needs = guard::open;
    std::string load;  // handler function; empty: none
    std::string act;   // "do"; empty: none
    std::optional<text_id> text;
    std::vector<option> options;
    std::optional<row_line> rows;
    std::optional<input_field> input;
    std::vector<std::pair<std::string, screen_index>> on;
    bool root = false, result = false, end = false;
    resume_rule resume = resume_rule::unstated;
    std::uint16_t pages = 0;                                          // 0: unstated
    screen_index resume_at = no_screen;                               // of resume_rule::screen
    sms_rule sms = sms_rule::no;                                      // as stated, or as its guard has it
    screen_index sms_at = no_screen;                                  // of sms_rule::instead
    [[nodiscard]] screen_index outcome(std::string_view name) const;  // no_screen when it is not listed
};

// The words that the engine itself adds to screens; a text that the catalogue lacks is shown empty.
struct common_texts {
    text_id back = 0, home = 0, more = 0, more_98 = 0, not_understood = 0, sorry_end = 0, late = 0;
};

class menu {
public:
    // Reads and checks; every fault names the file, the screen and what is wrong: an unknown key, text or target; two
    // options of one key; a screen with neither text nor do; no way on from a screen (neither options, rows, input, end
    // nor back); a screen nobody leads to; a missing root, or a screen the engine needs by name (entry, pin, pin_none,
    // sorry).
    [[nodiscard]] static std::expected<menu, std::vector<std::string>> load(const sources& from,
                                                                            const catalogue& words);
    // A file, or a folder of them.
    [[nodiscard]] static std::expected<menu, std::vector<std::string>> load(const std::filesystem::path& path,
                                                                            const catalogue& words);

    [[nodiscard]] const std::vector<screen>& screens() const { return screens_; }
    [[nodiscard]] const screen& at(screen_index index) const { return screens_[index]; }
    [[nodiscard]] screen_index find(std::string_view name) const;  // no_screen when there is none
    [[nodiscard]] screen_index entry() const { return entry_; }    // where a dial begins: the screen named "entry"
    [[nodiscard]] screen_index root() const { return root_; }      // the root named "home"; else the first root
    [[nodiscard]] screen_index pin() const { return pin_; }        // asks the PIN; named "pin"
    [[nodiscard]] screen_index sorry() const { return sorry_; }    // a part of us is away; named "sorry"
    [[nodiscard]] screen_index no_pin() const { return no_pin_; }  // she has no PIN yet; named "pin_none"
    // For SMS; each no_screen in a menu that is for USSD only.
    [[nodiscard]] screen_index by_ussd() const { return by_ussd_; }      // it does not open by SMS; named "by_ussd"
    [[nodiscard]] screen_index sms_pin() const { return sms_pin_; }      // a PIN came by SMS; named "by_sms_pin"
    [[nodiscard]] screen_index sms_words() const { return sms_words_; }  // words for staff? Named "by_sms_words"
    [[nodiscard]] const keyword_list& keywords() const { return keywords_; }
    [[nodiscard]] const common_texts& common() const { return common_; }
    [[nodiscard]] const declarations& declared() const { return declared_; }
    // Every handler function that the screens name, once.
    [[nodiscard]] std::vector<std::string> handler_names() const;

private:
    std::vector<screen> screens_;
    common_texts common_;
    declarations declared_;
    keyword_list keywords_;
    screen_index by_ussd_ = no_screen, sms_pin_ = no_screen, sms_words_ = no_screen;
    screen_index entry_ = no_screen, root_ = no_screen, pin_ = no_screen, sorry_ = no_screen, no_pin_ = no_screen;
};

}  // namespace mlango::templates
