// Our side of the connection to an HLR as its External USSD Entity, as a value: what happens is told to it (connected,
// octets, time, replies), it answers with events and with octets to write. It reads no clock, opens no socket and logs
// nothing; the coroutine beside it (client) does, and decides nothing. One strand.
//
//   when connect_wanted(now): connecting(now), open → connected(now) or closed(now)
//   received(octets, now) … tick(now) when next_deadline() has passed … closed(now)
//   after every call: write take_output(); close the connection and tell closed() when must_close()
//
// Dialogues outlive the connection: what she is told while it is away is held for a moment. They outlive us, too: an
// invoke id of ours says which one hers was, so an answer to a screen that an earlier process sent goes on where it
// was. Not here: who a subscriber is, what is answered, how long a screen may be.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "base/random.hpp"
#include "gsm/gsup/component.hpp"
#include "gsm/gsup/ipa.hpp"
#include "gsm/gsup/message.hpp"

namespace mlango::gsm::gsup {

struct link_settings {
    std::string euse = "mlango";  // as in the HLR's `euse NAME`; we announce ourselves as EUSE-NAME
    std::size_t dialogue_limit = 1'000;
    std::chrono::milliseconds ping_every{20'000};
    std::chrono::milliseconds answer_within{10'000};  // the HLR's, to the greeting and to a ping
    std::chrono::milliseconds first_backoff{1'000};
    std::chrono::milliseconds longest_backoff{10'000};
    std::chrono::milliseconds silence{180'000};      // hers, then the dialogue is taken for dropped
    std::chrono::milliseconds reply_within{12'000};  // ours, then she gets an error
    std::chrono::milliseconds held_for{10'000};      // what could not be sent
    std::size_t frame_limit = default_frame_limit;
    long_length lengths = long_length::bare;
};

using dialogue_id = std::uint64_t;  // never used twice by one link

// ---- events
// ----------------------------------------------------------------------------------------------------------

struct came_up {};
enum class down_reason { lost, not_greeted, silent, out_of_step };
[[nodiscard]] std::string_view name_of(down_reason reason);
struct went_down {  // also: could not be opened
    down_reason why = down_reason::lost;
    bool was_up = false;
};

// She dialled or answered: reply() is wanted.
struct key_press {
    dialogue_id id = 0;
    std::string imsi;
    std::uint32_t session = 0;
    bool dials = false;
    std::string text;  // what she typed, UTF-8: may be a PIN
};

// A dialogue that was not ended by reply() is over.
struct dropped {
    dialogue_id id = 0;
    bool in_silence = false;  // else by her, her phone or the network
};

enum class notice_end {
    acknowledged,  // by her phone; osmo-hlr 1.5 does not pass this on
    refused,       // by her phone or the network
    unconfirmed,   // nothing came: it may have been shown
};
struct notified {
    dialogue_id id = 0;
    notice_end end = notice_end::unconfirmed;
};

using link_event = std::variant<came_up, went_down, key_press, dropped, notified>;

struct link_counts {
    std::uint64_t dialogues = 0;      // begun by phones
    std::uint64_t taken_over = 0;     // that an earlier process began
    std::uint64_t turned_away = 0;    // over the limit
    std::uint64_t notices = 0;        // begun by us
    std::uint64_t malformed = 0;      // frames, messages and components that can not be read
    std::uint64_t out_of_place = 0;   // answers that nothing asked for
    std::uint64_t errors = 0;         // of the HLR, to messages of ours
    std::uint64_t too_long = 0;       // replies that no component holds
    std::uint64_t held_too_long = 0;  // replies that could not be sent in time
};

class link {
public:
    using time_point = std::chrono::steady_clock::time_point;
    using events = std::span<const link_event>;  // valid until the next call that gives some

    // `random` outlives the link.
    link(link_settings settings, random_source& random);

    // ---- what happens
    [[nodiscard]] bool connect_wanted(time_point now) const { return state_ == state::idle && now >= connect_at_; }
    void connecting(time_point now);
    [[nodiscard]] events connected(time_point now);
    [[nodiscard]] events received(std::string_view octets, time_point now);
    [[nodiscard]] events tick(time_point now);
    [[nodiscard]] events closed(time_point now);
    // When tick() or connect_wanted() is to be asked; time_point::max() for never.
    [[nodiscard]] time_point next_deadline() const;
    [[nodiscard]] bool must_close() const { return state_ == state::broken; }

    // ---- wishes
    // A screen, the last one when `ends`. False: the dialogue is over already. A text that no component holds ends the
    // dialogue with an error.
    bool reply(dialogue_id id, std::string_view text, bool ends, time_point now);
    // Ends the dialogue with an error, which phones word themselves. False as above.
    bool refuse(dialogue_id id, std::uint8_t error, time_point now);
    // Shows her a text without being asked (unstructuredSS-Notify); ends in `notified` within `within`. 0: not
    // connected, too many dialogues, or a text that no component holds. Precondition: is_imsi().
    [[nodiscard]] dialogue_id notify(std::string_view imsi, std::string_view text, std::chrono::milliseconds within,
                                     time_point now);

    // ---- octets to write: moves them into `into`, what was in it is dropped. False: none.
    bool take_output(std::string& into);

    [[nodiscard]] bool is_up() const { return state_ == state::up; }
    [[nodiscard]] std::size_t dialogues() const { return dialogues_.size(); }
    [[nodiscard]] const link_counts& counts() const { return counts_; }

private:
    enum class state { idle, connecting, greeting, up, broken };
    enum class turn { ours, hers, notice };
    using dialogue_key = std::pair<std::string, std::uint32_t>;  // IMSI and the session id in the network
    struct dialogue {
        dialogue_id id = 0;
        turn whose = turn::ours;
        std::uint8_t first_invoke = 0;  // hers; of a notice ours
        std::optional<std::uint8_t> message_class;
        time_point due{};
    };
    using dialogue_place = std::map<dialogue_key, dialogue>::iterator;

    // link.cpp: the connection
    void on_frame(const ipa_frame& frame, time_point now);
    void on_ccm(std::string_view payload, time_point now);
    void broken(down_reason why);
    void put(const message& what, time_point now);
    void flush_held(time_point now);
    void watch_connection(time_point now);

    // link_dialogues.cpp
    void on_message(std::string_view octets, time_point now);
    void on_begin(const message& from, time_point now);
    void on_continue(const message& from, time_point now);
    void on_end(const message& from);
    void on_answer(dialogue_place at, const message& from, const return_result& result, time_point now);
    void press(dialogue_place at, const message& from, const ussd_string& text, bool dials, time_point now);
    dialogue_place open(dialogue_key key, turn whose, time_point due);
    void await(dialogue_place at, turn whose, time_point due);
    void drop(dialogue_place at, bool in_silence);
    void forget(dialogue_place at);
    void send(dialogue_place at, message_type type, session_state state, const component& what, time_point now);
    void turn_away(const message& from, const component& with, time_point now);
    void expire(time_point now);
    [[nodiscard]] dialogue_place find(dialogue_id id);

    link_settings settings_;
    random_source& random_;
    state state_ = state::idle;
    down_reason why_ = down_reason::lost;
    bool was_up_ = false;
    unsigned failures_ = 0;
    time_point connect_at_{};
    time_point ping_at_{};
    time_point heard_by_ = time_point::max();  // max: nothing is awaited
    std::vector<link_event> events_;
    std::string input_;
    std::string output_;
    std::deque<std::pair<time_point, std::string>> held_;  // frames

    std::map<dialogue_key, dialogue> dialogues_;
    std::unordered_map<dialogue_id, dialogue_key> keys_;
    std::set<std::pair<time_point, dialogue_id>> due_;
    dialogue_id last_id_ = 0;
    std::uint32_t next_session_ = 0;  // of ours
    link_counts counts_;
};

}  // namespace mlango::gsm::gsup
