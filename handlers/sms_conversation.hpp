// What a short message means where she stands: a keyword, an answer to the screen that she was sent last, a PIN that
// should never have been written, or words for staff. Pure; sms_answering obeys.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gsm/text.hpp"
#include "sessions/session.hpp"
#include "templates/edition.hpp"

namespace mlango::handlers {

// As much as three SMS hold, joined (153 septets or 67 UCS-2 units each), less what is lost where an escape or a
// surrogate pair may not be divided. Few messages are cheaper than many pages.
inline constexpr gsm::screen_size sms_screen{.septets = 3 * 153 - 2, .ucs2_units = 3 * 67 - 2};

enum class sms_keyword { none, stop, start };

// What holds whatever a menu lists, whatever its case. The first word where it can mean nothing else (STOP, ARRET, قف
// …), since her wish to be left alone is heard however she goes on; the whole message where it can (END, CANCEL, ACHA
// …).
[[nodiscard]] sms_keyword keyword_of(std::string_view text);
// The same, and what the menu lists as the whole message.
[[nodiscard]] sms_keyword keyword_of(std::string_view text, const templates::menu& screens);
// "STOP STOP" does not.
[[nodiscard]] bool says_more_than_a_word(std::string_view text);

struct sms_meaning {
    enum class kind {
        begin,    // where a session begins
        visit,    // `to`
        resume,   // what a dropped session was doing
        answer,   // `input`, to the screen that she is on
        pin,      // a PIN or a code: not looked at, and she is told
        words,    // for staff
        machine,  // nobody reads what we answer
    };
    kind what = kind::words;
    templates::screen_index to = templates::no_screen;
    std::string input;
    std::string language;  // of the keyword; empty: none
};

// `session` is nullptr where there is none; its way, choices and language are looked at. `kept`: something of a dropped
// session waits to be continued. `preferred`: languages, by which a word of several means that of the first.
[[nodiscard]] sms_meaning meaning_of(std::string_view text, const templates::edition& edition,
                                     const sessions::session* session, bool kept,
                                     const std::vector<std::string_view>& preferred);

// Of whoever's language nobody knows: the first that is written in the letters of the text; empty where that is no
// help, since many languages are written in Latin letters.
[[nodiscard]] std::string_view language_by_letters(std::string_view text, const templates::catalogue& words);

// Control characters as spaces, none around: as a screen's answer is typed.
[[nodiscard]] std::string one_line(std::string_view text);

// Whether a dropped form may go on by SMS: the screen that it had reached opens there, or another one in its place.
[[nodiscard]] bool continues_by_sms(const templates::menu& screens, const sessions::session& kept);

}  // namespace mlango::handlers
