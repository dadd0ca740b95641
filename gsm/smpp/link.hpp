// One bind of an ESME to an SMSC, as a value: what happens is told to it (connected, octets, time, wishes), it answers
// with events and with octets to write. It reads no clock, opens no socket and logs nothing; the coroutine beside it
// (client) reads, writes, waits, and decides nothing. One strand: nothing here is shared between threads.
//
//   connected(now) → received(octets, now) … tick(now) when next_deadline() has passed … closed(now); again connected()
//   after every call: take_output() and write it; stop reading while wants_input() is false
//   an `ended` event: write what take_output() still gives, close the connection, no closed() needed
//
// SMPP 3.4 §2.2 (states), §2.7 (timers), §4; 5.0 §2.3, §4.1. Not here: TCP, TLS, when to connect again (backoff),
// several binds, what a text or a receipt means.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gsm/smpp/pdu.hpp"
#include "gsm/smpp/rate.hpp"
#include "gsm/smpp/slots.hpp"

namespace mlango::gsm::smpp {

enum class bind_kind { transmitter, receiver, transceiver };

struct link_settings {
    bind_kind kind = bind_kind::transceiver;
    std::string system_id;  // at most 15 octets
    std::string password;   // at most 8 by the specification; up to 64 are sent, since SMSCs with longer ones exist
    std::string system_type;
    std::uint8_t interface_version = 0x34;  // or 0x50
    std::uint8_t range_ton = 0;
    std::uint8_t range_npi = 0;
    std::string address_range;

    // Wait for the SMSC's outbind before binding (as a receiver, or as a transceiver where that is asked for). With an
    // id or a password here it must give the same ones.
    bool waits_for_outbind = false;
    std::string outbind_system_id;
    std::string outbind_password;

    std::size_t window = 10;                // requests without a response, 1 to 10,000; enquire_link does not count
    std::size_t unconfirmed_limit = 1'000;  // deliveries handed up and not yet confirmed; those beyond are refused
    std::size_t frame_limit = default_frame_limit;
    std::size_t output_pause = 256 * 1024;  // octets not yet taken from which wants_input() is false
    rate_settings rate;
    std::uint32_t first_sequence = 1;  // of a connection

    std::chrono::milliseconds bind_timeout{10'000};
    std::chrono::milliseconds response_timeout{30'000};
    std::chrono::milliseconds enquire_after{30'000};    // without a PDU from the SMSC
    std::chrono::milliseconds enquire_timeout{10'000};  // without a PDU after that: the connection is dead
    std::chrono::milliseconds confirm_timeout{20'000};  // a delivery that nobody confirmed is refused for a later try
    std::chrono::milliseconds unbind_timeout{10'000};   // for draining, and again for the unbind_resp
};

// What is wrong with settings, for the operator and without secrets ("window must be 1 to 10000"); empty if nothing is.
[[nodiscard]] std::string_view fault_of(const link_settings& settings);

// Ours, for finding the message that a result belongs to.
using request_token = std::uint64_t;
// Names a delivery for confirm(). Never used twice by one link.
using delivery_id = std::uint64_t;

// ---- events
// ----------------------------------------------------------------------------------------------------------

struct bound {
    std::string_view system_id;           // the SMSC's
    std::optional<std::uint8_t> version;  // sc_interface_version; without one, TLVs may not be understood
};

enum class request_end {
    answered,    // a response, or a generic_nack with its sequence number: `code` says which
    unanswered,  // its deadline passed: it may have been taken
    cut_off,     // the connection ended first: it may have been taken
    unsent,      // the connection ended before its octets were taken for writing: surely not taken
    late,        // a response after all, to one that was told as unanswered
};

// Exactly one for every token that was taken, `late` aside.
struct request_result {
    request_token token = 0;
    command request{};  // submit_sm, data_sm, query_sm, cancel_sm, replace_sm
    request_end end = request_end::unanswered;
    status code = status::rok;    // answered and late only; never rok for a nack
    std::string_view message_id;  // may be empty even with rok
    std::string_view final_date;  // query_sm
    std::uint8_t state = 0;       // query_sm: smpp::message_state
    std::uint8_t error_code = 0;  // query_sm
    tlv_view tlvs;
    std::chrono::steady_clock::duration elapsed{};
};

// A message or receipt that waits for confirm().
struct delivery {
    delivery_id id = 0;
    command request{};  // deliver_sm or data_sm
    message content;
};

struct alerted {
    alert_notice notice;
};

enum class end_reason {
    bind_refused,     // `code` says why
    bind_unanswered,  // also: no outbind came
    outbind_refused,  // not the id or the password that was agreed
    enquiry_unanswered,
    out_of_step,  // a frame of an impossible length
    unbound,      // our wish, and drained
    unbound_by_peer,
    unbind_unanswered,
    peer_does_not_read,  // far more to write than it takes
    connection_lost,     // closed() was called
};
[[nodiscard]] std::string_view name_of(end_reason reason);

// The last event of a connection; the results of all outstanding requests came before it.
struct ended {
    end_reason reason = end_reason::connection_lost;
    status code = status::rok;
    bool was_bound = false;
};

using link_event = std::variant<request_result, delivery, bound, alerted, ended>;

// ---- the link
// --------------------------------------------------------------------------------------------------------

enum class link_state { idle, awaiting_outbind, binding, bound, draining, unbinding, ended };
[[nodiscard]] std::string_view name_of(link_state state);

enum class request_refusal {
    not_bound,    // or not as a transmitter
    unbinding,    // draining or later: nothing new
    window_full,  // until a result, or until take_output() when much is written and not taken
    held_back,    // by the rate, until submit_at()
    malformed,    // a field that does not fit: `field` is what an SMSC would say (RINVDSTADR …)
};
struct request_fault {
    request_refusal what;
    status field = status::rok;
};

struct link_counts {
    std::uint64_t submitted = 0;
    std::uint64_t answered = 0;
    std::uint64_t throttled = 0;
    std::uint64_t unanswered = 0;
    std::uint64_t late = 0;
    std::uint64_t unexpected = 0;   // responses that no request of ours waits for
    std::uint64_t delivered = 0;    // handed up
    std::uint64_t turned_away = 0;  // deliveries refused because too many were unconfirmed, or too long
    std::uint64_t nacks_sent = 0;
    std::uint64_t nacks_received = 0;
    std::uint64_t out_of_place = 0;  // requests answered with RINVBNDSTS
};

class link {
public:
    using time_point = std::chrono::steady_clock::time_point;

    explicit link(link_settings settings);

    // ---- what happens. The events, and all that they view, are valid until the next call of one of these four; the
    // octets given to received() must stay as long. Give octets that are there before the time that has passed.
    [[nodiscard]] std::span<const link_event> connected(time_point now);
    [[nodiscard]] std::span<const link_event> received(std::string_view octets, time_point now);
    [[nodiscard]] std::span<const link_event> tick(time_point now);
    [[nodiscard]] std::span<const link_event> closed(time_point now);
    // When tick() is wanted; time_point::max() for never. Changes with every call.
    [[nodiscard]] time_point next_deadline() const;

    // ---- wishes. None makes an event at once; a refused request leaves no trace.
    // submit() is for submit_sm and data_sm, and takes one from the rate; the others only need room in the window.
    using requested = std::expected<void, request_fault>;
    [[nodiscard]] requested submit(const message& content, request_token token, time_point now,
                                   command id = command::submit_sm);
    [[nodiscard]] requested query(const query_request& request, request_token token, time_point now);
    [[nodiscard]] requested cancel(const cancel_request& request, request_token token, time_point now);
    [[nodiscard]] requested replace(const replace_request& request, request_token token, time_point now);
    // When submit() may succeed: `now` or earlier for at once, time_point::max() when an event must come first.
    [[nodiscard]] time_point submit_at(time_point now) const;
    // Answers a delivery: rok when it is stored, rx_t_appn to have it sent again, rx_p_appn never to see it again.
    // False when it is no longer waited for (timed out, or the connection it came by is gone): it will come again.
    bool confirm(delivery_id id, status code, time_point now);
    // Take nothing new, wait for what is outstanding, unbind, end. Before the bind is done it ends at once, at the next
    // tick().
    void unbind(time_point now, time_point drained_by = time_point::max());

    // ---- octets to write: moves them into `into` (what was in it is dropped, its capacity is used again). False:
    // none.
    bool take_output(std::string& into);
    [[nodiscard]] bool wants_input() const { return output_.size() < settings_.output_pause; }

    [[nodiscard]] link_state state() const { return state_; }
    [[nodiscard]] std::size_t outstanding() const { return outstanding_; }
    [[nodiscard]] std::size_t unconfirmed() const { return unconfirmed_count_; }
    [[nodiscard]] double rate_per_second() const { return rate_.per_second(); }
    [[nodiscard]] const link_counts& counts() const { return counts_; }
    [[nodiscard]] const link_settings& settings() const { return settings_; }

private:
    // A request that waits for its response. Its place is its sequence number modulo the table's size.
    struct slot {
        std::uint32_t sequence = 0;  // 0: free
        std::uint32_t previous = no_place;
        std::uint32_t next = no_place;
        command request{};
        request_token token = 0;
        time_point sent{};
        std::uint64_t position = 0;  // of its first octet in all that was ever written
    };
    struct forgotten {  // told as unanswered
        std::uint32_t sequence = 0;
        command request{};
        request_token token = 0;
        time_point sent{};
    };
    struct pending_delivery {
        delivery_id id = 0;  // 0: free
        std::uint32_t previous = no_place;
        std::uint32_t next = no_place;
        std::uint32_t sequence = 0;
        command request{};
        time_point came{};
    };

    // link.cpp: states and time
    void begin(time_point now);
    void send_bind(time_point now);
    void send_unbind(time_point now);
    void settle_drain(time_point now);
    void finish_drain(time_point now);
    void end(end_reason reason, status code, time_point now);
    void expire(time_point now);
    void expire_deliveries(time_point now);
    void enquire(time_point now);
    [[nodiscard]] time_point drain_deadline() const;
    [[nodiscard]] bool is_up() const;  // bound, draining or unbinding
    [[nodiscard]] bool is_drained() const { return outstanding_ == 0 && unconfirmed_count_ == 0; }

    // link_requests.cpp: ours and their results
    template <class Append>
    [[nodiscard]] requested request(command id, request_token token, time_point now, Append append);
    [[nodiscard]] std::uint32_t take_sequence();
    void finish(std::uint32_t place, request_end how, time_point now, const frame* from);
    void steer(const request_result& result, time_point sent, time_point now);
    [[nodiscard]] bool finish_late(const frame& from, time_point now);
    void expire_requests(time_point now);

    // link_receive.cpp: theirs
    [[nodiscard]] std::string_view take_in(std::string_view octets);
    void keep_rest(std::string_view rest);
    void on_response(const frame& from, time_point now);
    void on_nack(const frame& from, time_point now);
    void on_bind_response(const frame& from, time_point now);
    void on_request(const frame& from, time_point now);
    void on_outbind(const frame& from, time_point now);
    void on_delivery(const frame& from, time_point now);
    void on_alert(const frame& from);
    void on_unbind(const frame& from, time_point now);
    void nack(status code, std::uint32_t sequence);

    link_settings settings_;
    link_state state_ = link_state::idle;
    time_point seen_{};         // the last time that was told
    time_point state_until_{};  // of awaiting_outbind, binding, draining, unbinding
    bool was_bound_ = false;
    bool gives_up_ = false;  // unbind() before the bind was done
    std::vector<link_event> events_;

    std::string input_;           // of a frame that is not all there
    std::size_t input_used_ = 0;  // the events of the last call view what is before
    std::string output_;
    std::uint64_t taken_ = 0;  // octets

    std::uint32_t next_sequence_ = 1;
    std::uint32_t bind_sequence_ = 0;
    std::uint32_t unbind_sequence_ = 0;
    std::optional<std::uint32_t> peer_unbind_;

    std::vector<slot> slots_;  // a power of two, at least twice the window
    place_queue<slot> waiting_;
    std::size_t outstanding_ = 0;
    std::vector<forgotten> forgotten_;  // a ring
    std::size_t next_forgotten_ = 0;

    std::vector<pending_delivery> deliveries_;
    place_queue<pending_delivery> unconfirmed_;
    std::vector<std::uint32_t> free_deliveries_;
    std::size_t unconfirmed_count_ = 0;
    std::uint64_t delivery_count_ = 0;

    time_point last_pdu_{};
    std::uint32_t enquiry_ = 0;  // the last one's sequence number
    bool enquiry_open_ = false;
    time_point enquiry_until_{};
    time_point grace_until_{};

    rate rate_;
    link_counts counts_;
};

}  // namespace mlango::gsm::smpp
