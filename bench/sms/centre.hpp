// A message centre that takes messages and counts them: what an SMSC answers, without its sockets. It must never be
// what limits a measurement, and it is the memory of the tests that kill the server: what it accepted, and how often.
// Caller: main.cpp. Non-goals: delivering anything, SMPP beyond the operations below.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bench/sms/pdu.hpp"

namespace mlango::bench::sms {

using moment = std::chrono::steady_clock::time_point;

enum class id_form { decimal, hexadecimal, padded, constant };  // padded: decimal with leading zeros
enum class receipt_time { none, after, before };                // of the response
enum class receipt_order { first_in, last_in, shuffled };

struct centre_settings {
    std::string password;  // empty: any
    id_form response_ids = id_form::decimal;
    id_form receipt_ids = id_form::decimal;
    std::uint64_t first_id = 1;
    receipt_time receipts = receipt_time::none;
    receipt_order order = receipt_order::first_in;
    bool receipt_text = true;         // "id:… stat:…"
    bool receipt_parameters = false;  // receipted_message_id, message_state
    std::uint64_t hold = 0;           // receipts kept back until so many are there, or they are released
    unsigned receipt_window = 1'000;  // unanswered deliver_sm a connection; 0: no limit
    unsigned rate = 0;                // accepted in a second; beyond it ESME_RTHROTTLED; 0: no limit
    std::chrono::milliseconds delay{0};
    unsigned lose_every = 0;     // each so-manieth accepted submit_sm is not answered
    unsigned hang_up_every = 0;  // … and the connection ends there instead
    bool remember = false;       // destinations and references, for duplicates and query_sm
    bool query_by_reference = false;
};

struct figures {
    std::uint64_t binds = 0, live = 0, submits = 0, accepted = 0, throttled = 0, unanswered = 0, refused = 0;
    std::uint64_t receipts_sent = 0, receipts_taken = 0, receipts_refused = 0, receipts_waiting = 0;
    std::uint64_t queries = 0, queries_answered = 0, enquiries = 0, unbinds = 0, nacks = 0;
    std::uint64_t distinct = 0, duplicates = 0;  // with `remember`
    moment first{}, last{};                      // accepted
    std::vector<std::uint32_t> by_second;        // accepted in each second since the first
};

struct esme {
    std::string out;      // to be written
    std::string account;  // system_id; empty: not bound
    bool receives = false, transmits = false;
    bool closing = false;  // when `out` is written
    std::uint32_t next_sequence = 1;
    std::uint64_t receipts_open = 0;
    std::deque<std::pair<moment, std::string>> delayed;
};

class centre {
public:
    explicit centre(centre_settings settings);

    esme& open();
    void close(esme& gone);
    // Handles the whole PDUs at the beginning of `octets`, and says how many octets they were.
    std::size_t take(esme& from, std::string_view octets, moment now);
    // Delayed responses and receipts that are due. Returns true when something was added to a link's `out`.
    bool turn(moment now);
    void release() { released_ = true; }
    void set_rate(unsigned rate) { settings_.rate = rate; }
    void reset();

    [[nodiscard]] const figures& numbers();
    [[nodiscard]] std::list<esme>& peers() { return peers_; }

private:
    struct receipt {
        std::uint64_t id;
        char from[21], to[21];  // addresses as the receipt has them: from her, to us
        std::uint32_t account;
    };

    void handle(esme& from, std::uint32_t id, std::uint32_t sequence, std::string_view body, moment now);
    void bind(esme& from, std::uint32_t id, std::uint32_t sequence, std::string_view body);
    void submit(esme& from, std::uint32_t sequence, std::string_view body, moment now);
    void query(esme& from, std::uint32_t sequence, std::string_view body);
    bool may_accept(moment now);
    void remember(std::string_view to, std::string_view text, std::uint64_t id, std::uint64_t reference);
    void send_receipt(esme& to, const receipt& one);
    bool send_receipts();
    [[nodiscard]] std::string id_text(std::uint64_t id, id_form form) const;
    [[nodiscard]] std::uint64_t id_of(std::string_view text) const;

    centre_settings settings_;
    std::list<esme> peers_;
    figures numbers_;
    std::uint64_t next_id_;
    std::vector<std::string> accounts_;
    std::deque<receipt> receipts_;
    bool released_ = false;
    std::uint64_t shuffle_ = 0x9E3779B97F4A7C15;
    moment second_{};
    unsigned in_second_ = 0;
    std::unordered_map<std::uint64_t, std::uint32_t> seen_;
    std::unordered_map<std::uint64_t, std::uint64_t> by_reference_;
};

}  // namespace mlango::bench::sms
