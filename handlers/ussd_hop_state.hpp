// What the desk knows of one hop while it answers it; for the files of ussd_desk alone.
#pragma once

#include "handlers/ussd_desk.hpp"

namespace mlango::handlers {

// One hop's own things.
struct ussd_desk::hop_state {
    gsm::ussd_hop hop;
    const gsm::gateway_profile& profile;
    deadline last_start;  // nothing is begun after it
    std::string e164;
    std::string name;  // of the session
    blind_key session_id{};
    std::int64_t session_began = 0;     // and
    std::uint16_t hops_before = 0;      // belong to the hop's key
    std::optional<blind_key> hop_key;   // made when something is written
    std::optional<blind_key> form_key;  // of what the number may continue; made when it is wanted
    std::string language;               // ISO 639; empty: not known yet
    deadline began;
    std::optional<sessions::session> kept;  // what this number was doing when its last session dropped
    bool is_late = false;                   // she was told that an SMS comes
    bool saved = false;                     // by this delivery or another
    bool tells_itself = false;              // what it did sends an SMS of its own
    bool latin = false;                     // only Latin letters can be shown

    // What the gateway lets through, and what her handset was said to show.
    void letters_of(const sessions::session& session) { latin = !profile.ucs2 || (session.flags & flag_latin) != 0; }
    [[nodiscard]] std::string say(const templates::catalogue& words, templates::text_id text,
                                  templates::language_index in) const {
        return words.format(text, latin ? words.in_latin(in) : in, {});
    }
};

}  // namespace mlango::handlers
