// The conversation as a pure value: menu, session and input go in; out comes the screen to show, or a handler function
// whose answer it needs first. No I/O, no clock: what happened and what time it is are arguments. The caller
// (ussd_desk) obeys; transcripts, replays and the fuzzer drive it directly.
//
// The way she came is session::stack. A screen that asks for a PIN stands on top of the screen that wanted it; when the
// PIN was right the handler answers `returned` and the screen below is opened. Steps that only act ("do") never stay on
// the stack.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gsm/text.hpp"
#include "sessions/session.hpp"
#include "templates/catalogue.hpp"
#include "templates/menu.hpp"
#include "templates/value.hpp"

namespace mlango::handlers {

// One line of a list: its id comes back as the subject when she chooses it (at most 32 bytes).
struct row {
    std::string id;
    templates::values values;
};

// What a handler function answers. An outcome leads to the screen that the menu's `on:` names, which may show the
// values that are texts; without one a `load` shows its screen with these values and rows. Every screen may also show
// the fields of the form that she is filling in.
struct answer {
    std::string_view outcome;  // a literal
    templates::values values;
    std::vector<row> rows;
};

// The outcome of a right PIN: back to the screen that asked for it.
inline constexpr std::string_view returned = "return";

// The outcome of continuing what was dropped: the session's way and fields are those that were kept. The flag "pin"
// among the values asks for the PIN first.
inline constexpr std::string_view continued = "continued";

// A handler function is wanted: the `load` or the `do` of `screen`.
struct wanted {
    templates::screen_index screen = 0;
    bool act = false;
    std::string input;           // what she typed on the screen before; a PIN only ever lives here
    std::string subject;         // the row or option that led here
    std::string parent_subject;  // the subject of the screen that she came from
};

struct shown {
    std::string text;
    bool ends = false;
};

using demand = std::variant<shown, wanted>;

// Bits of session::flags.
enum session_flag : std::uint16_t {
    flag_no_pin = 1,       // the chosen person has no PIN yet
    flag_several = 2,      // several persons use this number
    flag_sim_changed = 4,  // the SIM changed, or the number is not trusted: no change of numbers by phone
    flag_duress = 8,       // she gave her duress PIN: an empty account, and nothing she does is done
    flag_latin = 16,       // her handset shows Latin letters only: texts are transliterated
    flag_resumable = 32,   // what she was doing is kept, to be continued after a drop
    flag_cooling = 64,     // her PIN was recovered less than 72 hours ago: numbers and guardians do not change
    flag_pin_first = 128,  // nothing of what was continued is shown before the PIN
    flag_partner = 512,    // no account: somebody of a verifier checks codes here
    flag_may_ask = 256,    // by SMS: one person answers this number, and it is trusted: she may ask without a PIN
};

struct surroundings {
    const templates::menu& screens;
    const templates::catalogue& words;
    gsm::screen_size screen;  // of this hop: the first may have less
    bool has_hash_key = true;
    bool view_needs_pin = true;      // what the guard "view" means in this operation
    std::int64_t now = 0;            // Unix seconds
    std::int64_t pin_lasts = 180;    // seconds
    std::string_view region = "KE";  // for numbers typed in national form
    bool latin = false;              // the gateway takes Latin letters only; flag_latin says it of the handset
    // Nobody is asked for a PIN, which would stay in her phone and at the operator's: screens open by their `sms` rule.
    bool by_sms = false;
};

class conversation {
public:
    // Both must outlive the conversation, which changes `session` as it goes.
    conversation(const surroundings& around, sessions::session& session);

    // A session begins.
    [[nodiscard]] demand dial();
    // She answered the screen that the session is on.
    [[nodiscard]] demand take(std::string_view input);
    // A keyword leads to a screen, or words of hers to the question what to do with them (the subject).
    [[nodiscard]] demand visit(templates::screen_index to, std::string subject = {});
    // The handler function that was wanted has answered.
    [[nodiscard]] demand resume(answer given);
    // A part of us is away: says so; "back" leads to where she was.
    [[nodiscard]] demand apologise();

private:
    using screen_index = templates::screen_index;

    demand enter(screen_index to, std::string subject);
    demand open();
    demand go_on(bool pin_first);
    demand back();
    demand home();
    demand typed(const templates::screen& here);
    demand chosen(const templates::screen& here, std::string_view input);
    demand again(templates::text_id notice, bool instead);
    demand show(templates::values values, const std::vector<row>& rows);
    void push(sessions::frame next);
    [[nodiscard]] bool satisfied(templates::guard needs) const;
    [[nodiscard]] bool opens_by_sms(const templates::screen& screen) const;
    demand instead_by_sms();
    [[nodiscard]] bool asks_pin(screen_index screen) const;
    [[nodiscard]] const templates::screen& top() const;

    const surroundings& around_;
    sessions::session& session_;
    std::optional<wanted> waiting_;
    std::string input_;  // of this hop, for the `do` that it leads to
    std::string parent_subject_;
    templates::values carried_;                 // what a step found out, for the screen that it leads to
    std::optional<templates::text_id> notice_;  // a first line, or the words instead of the screen's
    bool notice_instead_ = false;
    bool fresh_ = false;  // the PIN was right in this very hop
    int steps_ = 0;
};

// Whether what she is doing is worth being continued after a drop, by the menu's `resume` rules: of the screen that she
// is on or, while her PIN is asked, of the one that wants it. Without a rule it is while something typed would be lost.
[[nodiscard]] bool resumable(const templates::menu& screens, const sessions::session& session);

// Sets a form's field; the oldest goes when there are more than a session holds.
void keep_field(sessions::session& session, std::string_view name, std::string value);

// She typed Arabic-Indic or other decimal digits: as ASCII. Spaces around are removed.
[[nodiscard]] std::string plain_digits(std::string_view input);

}  // namespace mlango::handlers
