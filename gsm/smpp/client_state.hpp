// The account behind client.hpp. Callers: client.cpp (what we send), client_incoming.cpp (what comes).
#pragma once

#include <list>

#include "gsm/smpp/bind.hpp"
#include "gsm/smpp/client.hpp"
#include "gsm/smpp/incoming.hpp"
#include "gsm/smpp/outgoing.hpp"

namespace mlango::gsm::smpp {

struct account_metrics {
    account_metrics(metrics& numbers, std::string_view account);
    gauge &binds_up, &window_in_use, &rate;
    counter &accepted, &refused, &unknown, &throttled, &sessions_ended;
    counter &receipts, &messages, &repeated, &unexpected, &not_stored;
    latency& submit;
    std::array<counter*, 3> passed_over;
};

struct client::state final : bind_owner, std::enable_shared_from_this<client::state> {
    using submission = std::expected<sms_accepted, submit_failure>;

    state(asio::io_context& context, account_settings given, sms_sink& sink, const clock& time, random_source& random,
          metrics& numbers);
    void make_binds();

    // ---- what we send
    task<submission> send(outgoing parts, submission_note note, deadline until);
    task<submission> send_one(const message& content, const submission_note& note, deadline until, bool is_first,
                              std::shared_ptr<bind>& over);
    [[nodiscard]] std::shared_ptr<bind> choose(const std::shared_ptr<bind>& kept) const;
    [[nodiscard]] bool any_bound() const;
    // Waits for room; false when there was none by `until`.
    task<bool> room(deadline until);
    void wake();
    void arm_room();
    void look_after();

    // ---- what comes
    struct arrival {
        std::shared_ptr<bind> by;
        std::uint64_t session;
        delivery_id id;
        incoming what;
    };
    void on_delivery(bind& from, const delivery& what) override;
    void pump();
    static task<void> store_arrivals(std::shared_ptr<state> self);
    task<bool> store(incoming what);

    void on_late_answer(const submission_note& note, const request_answer& answer) override;
    static task<void> tell_late(std::shared_ptr<state> self, sms_receipt receipt);
    void on_answer(const request_result& result) override;
    void on_heard(const bind& from) override { repeats.heard(from.session(), time.steady()); }
    void on_change() override;
    void on_session_end(const bind& from, const ended& what) override;

    executor where;
    const account_settings settings;
    sms_sink& sink;
    const clock& time;
    random_source& random;
    account_metrics numbers;
    task_group tasks;
    std::vector<std::shared_ptr<bind>> binds;
    bool closing = false;
    coarse_timer end, room_timer;

    using resumption = asio::async_result<asio::use_awaitable_t<executor>, void(bool)>::handler_type;
    struct room_waiter {
        resumption resume;
        deadline until;
    };
    std::list<room_waiter> waiting_for_room;
    deadline room_armed = deadline::max();
    std::uint16_t joint_reference;

    delivery_watch watch;
    redeliveries repeats;
    std::deque<arrival> arrivals;
    std::size_t storing = 0;
    bool pump_posted = false;
};

}  // namespace mlango::gsm::smpp
