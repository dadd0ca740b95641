// The USSD dialogues of one SMPP account, as a value: what her PDUs are to them, whose turn it is, when silence ends
// them. No clock, no I/O. A dialogue that is not known here may have begun before a restart and is taken over. Caller:
// ussd_door.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "gsm/smpp/ussd_wording.hpp"

namespace mlango::gsm::smpp {

using ussd_dialogue_id = std::uint64_t;  // never used twice

// A hop of hers: an answer is wanted.
struct ussd_press {
    ussd_dialogue_id id = 0;
    bool dials = false;
    std::string text;
};
struct ussd_over {  // without our doing
    ussd_dialogue_id id = 0;
    bool in_silence = false;
};
struct ussd_pushed {  // what became of a question or a notice
    ussd_dialogue_id id = 0;
    enum class outcome : std::uint8_t { answered, acknowledged, refused, unconfirmed } end = outcome::unconfirmed;
    std::string answer = {};
};
struct ussd_ignored {};  // out of place, or over the limit
using ussd_news = std::variant<ussd_ignored, ussd_press, ussd_over, ussd_pushed>;

class ussd_dialogues {
public:
    using time_point = std::chrono::steady_clock::time_point;

    struct limits {
        std::size_t most = 10'000;
        std::chrono::milliseconds silence{180'000};      // hers
        std::chrono::milliseconds reply_within{12'000};  // ours
    };
    // `profile` outlives it.
    ussd_dialogues(const ussd_profile& profile, limits limits) : profile_(profile), limits_(limits) {}

    [[nodiscard]] ussd_news hear(ussd_heard heard, time_point now);
    // What silence has ended by now.
    [[nodiscard]] std::vector<ussd_news> expire(time_point now);
    [[nodiscard]] time_point next_deadline() const { return due_.empty() ? time_point::max() : due_.begin()->first; }

    // A dialogue of ours; 0: over the limit, or its name is taken.
    [[nodiscard]] ussd_dialogue_id open(const msisdn& to, ussd_line line, time_point due);

    struct state {
        ussd_dialogue_id id = 0;
        msisdn from;
        std::string session;  // as it was first called, however it is called now
        std::string service_code;
        ussd_line line;
    };
    // nullptr: it is over. Stays until the next call of another function.
    [[nodiscard]] state* find(ussd_dialogue_id id);
    // It was answered: now she has time, or it is over.
    void answered(ussd_dialogue_id id, bool ends, time_point now);
    void forget(ussd_dialogue_id id);
    [[nodiscard]] std::size_t size() const { return dialogues_.size(); }

private:
    enum class turn : std::uint8_t { ours, hers, pushed };
    struct dialogue {
        state shared;
        turn whose = turn::ours;
        std::string key;
        time_point due{};
    };
    dialogue* by_key(const std::string& key);
    dialogue* known(const ussd_heard& heard, const std::string& key);
    dialogue* begin(const ussd_heard& heard, std::string key, turn whose, time_point due);
    void await(dialogue& of, turn whose, time_point due);

    const ussd_profile& profile_;
    limits limits_;
    std::unordered_map<ussd_dialogue_id, dialogue> dialogues_;
    std::map<std::string, ussd_dialogue_id> keys_;  // "number/session": a number's stand together
    std::set<std::pair<time_point, ussd_dialogue_id>> due_;
    ussd_dialogue_id last_ = 0;
};

}  // namespace mlango::gsm::smpp
