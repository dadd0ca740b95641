// What she tells or asks staff: complaints, calls back, problems. Each has a short reference (new_reference) and a day
// by which it is answered. One that she opens without her name holds no person, group, number or language; its
// reference and a code of four digits are all that leads to it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/seal.hpp"
#include "registry/ids.hpp"
#include "registry/outbox.hpp"
#include "registry/pool.hpp"

namespace mlango::registry {

struct ticket_wish {
    std::string category;  // call_back, appointment, complaint …
    std::string topic;     // may be empty
    std::optional<person_id> person;
    std::optional<group_id> group;
    std::string e164;        // that asks, kept sealed; empty: not kept
    std::string language;    // of an answer
    std::string words;       // that she typed; may be empty
    std::string code;        // four digits: without her name; what is above but topic and words must be empty then
    bool sensitive = false;  // for her eyes and those it concerns, not for her household's
    std::string_view channel = "phone";  // or "sms": nobody gave a PIN
};

struct opened_ticket {
    std::string reference;
    std::string due_on;  // ISO 8601 day
};

struct ticket_summary {
    ticket_id id;
    std::string reference;
    std::string category, topic;
    std::string state;   // new, assigned, in_progress, on_hold, for_approval, closed
    std::string due_on;  // ISO 8601 day; may be empty
    bool sensitive = false;
};

struct ticket_detail : ticket_summary {
    std::string answer;  // what staff wrote her; empty: nothing yet
    bool rated = false;  // she said whether she is content
    int words = 0;       // how many times she wrote something
};

struct reference_state {
    std::string stage;   // new, assigned, closed
    std::string due_on;  // ISO 8601 day; empty where none was promised
};

inline constexpr int most_words = 5;  // times that she may write something into one ticket

class tickets {
public:
    tickets(pg_pool& pool, sealer& record, blinder& blind, const clock& time, random_source& random);

    // Ticket, her words, audit row and outbox row are one transaction; what was stored comes back when hop was stored
    // before. `sms_text` empty, or no number: no notice; its argument "reference" is filled in here.
    task<opened_ticket> open(const ticket_wish& wish, const blind_key& hop, std::string_view sms_text);

    // What was opened by this hop before, if it was.
    task<std::optional<opened_ticket>> opened_by(const blind_key& hop);

    // Her own, never her household's; newest first, at most `limit`. Sensitive ones only when asked for.
    task<std::vector<ticket_summary>> of(person_id person, bool with_sensitive, int limit);
    // nullopt when it is not hers.
    task<std::optional<ticket_detail>> find(ticket_id id, person_id person);
    // The one without a name that has this code. Ten wrong codes close the way for good.
    task<std::optional<ticket_detail>> look_up(std::string_view reference, std::string_view code, const blind_key& hop);

    // What of hers has this reference, ticket or request: asked from this number, or by this person (if any). Says its
    // state and no more; nullopt: nothing has.
    task<std::optional<reference_state>> state_of(std::string_view reference, std::string_view e164,
                                                  std::optional<person_id> person);

    // All of these: false when it is not hers, or not in a state for that (also for a second time by another hop).
    task<bool> add_words(ticket_id id, person_id person, std::string_view words, const blind_key& hop);
    task<bool> close(ticket_id id, person_id person);
    task<bool> rate(ticket_id id, person_id person, bool satisfied);

private:
    [[nodiscard]] blind_key code_key(std::string_view reference, std::string_view code);
    [[nodiscard]] ticket_detail detail_in(const rows& got);

    pg_pool& pool_;
    sealer& record_;
    blinder& blind_;
    const clock& time_;
    random_source& random_;
};

}  // namespace mlango::registry
