// The coroutine beside one link: connects, reads, writes what the link has to say once a loop turn, waits for its
// deadlines, and connects again. It decides nothing that the link, the backoff or the account decide. Caller: client.
// One thread.
#pragma once

#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/task_group.hpp"
#include "gsm/msisdn.hpp"
#include "gsm/smpp/backoff.hpp"
#include "gsm/smpp/transport.hpp"

namespace mlango::gsm::smpp {

// What became of a request. No `end`: the deadline of who waited came first.
struct request_answer {
    std::optional<request_end> end;
    status code = status::rok;
    std::string message_id;
    std::uint8_t state = 0;       // query_sm
    std::uint8_t error_code = 0;  // query_sm
};

// What is said of a submission whose answer came when nobody waited for it any more.
struct submission_note {
    std::optional<msisdn> to;
    std::uint64_t reference = 0;
    bool whole = false;  // the message has no other part
};

class bind;

// The account, as its binds know it.
class bind_owner {
public:
    virtual ~bind_owner() = default;
    virtual void on_delivery(bind& from, const delivery& what) = 0;
    virtual void on_late_answer(const submission_note& note, const request_answer& answer) = 0;
    virtual void on_answer(const request_result& result) = 0;
    virtual void on_heard(const bind& from) = 0;
    // There may be room, or a bind may have come or gone.
    virtual void on_change() = 0;
    virtual void on_session_end(const bind& from, const ended& what) = 0;
};

class bind : public std::enable_shared_from_this<bind> {
public:
    // Everything must outlive run().
    bind(executor where, const account_settings& account, link_settings settings, unsigned number,
         std::shared_ptr<asio::ssl::context> authorities, bind_owner& owner, task_group& tasks, const clock& time,
         random_source& random);

    task<void> run();
    // Takes nothing new, drains, unbinds; run() then ends. What has no answer shortly before `until` is left without
    // one.
    void stop(deadline until);

    [[nodiscard]] bool is_bound() const { return link_.state() == link_state::bound; }
    [[nodiscard]] bool transmits() const { return link_.settings().kind != bind_kind::receiver; }
    [[nodiscard]] deadline submit_at() const { return link_.submit_at(time_.steady()); }
    [[nodiscard]] bool can_submit() const { return transmits() && is_bound() && submit_at() <= time_.steady(); }
    [[nodiscard]] std::uint64_t session() const { return session_; }  // of the connection; never used twice
    [[nodiscard]] const class link& line() const { return link_; }

    using requested = std::expected<request_token, request_fault>;
    [[nodiscard]] requested submit(const message& content, const submission_note& note, deadline until,
                                   command id = command::submit_sm);
    [[nodiscard]] requested query(const query_request& request, deadline until);
    // To be awaited at once, once for each token.
    [[nodiscard]] task<request_answer> answer_to(request_token token);

    // False: the SMSC will deliver it again.
    bool confirm(delivery_id id, status code);
    // Lets those go on whose deadline has passed.
    void expire();

private:
    using resumption = asio::async_result<asio::use_awaitable_t<executor>, void(request_answer)>::handler_type;
    struct place {
        std::optional<resumption> resume;
        deadline until{};
        request_token token = 0;  // 0: free
        submission_note note;
    };

    task<ended> serve();
    void handle(std::span<const link_event> events);
    void settle(const request_result& result);
    void finish(const ended& what);
    void schedule_flush();
    void flush();
    static task<void> write_rest(std::shared_ptr<bind> self, std::shared_ptr<transport> to, std::size_t done);
    void arm();
    request_token take_place(const submission_note& note, deadline until);
    void leave_place(request_token token);
    void log_end(const ended& what) const;

    executor where_;
    const account_settings& account_;
    class link link_;
    unsigned number_;
    std::shared_ptr<asio::ssl::context> authorities_;
    bind_owner& owner_;
    task_group& tasks_;
    const clock& time_;
    random_source& random_;
    backoff backoff_;
    coarse_timer tick_, pause_, written_, last_;
    deadline armed_ = deadline::max();
    std::shared_ptr<transport> transport_;
    std::optional<ended> over_;
    std::uint64_t session_ = 0;
    deadline bound_at_{};
    std::string out_;  // being written
    bool writing_ = false, flush_posted_ = false, handling_ = false, stopping_ = false;
    std::vector<place> places_;
    std::vector<std::uint32_t> free_;
    std::uint64_t next_token_ = 1;
    // Submissions that were told as unanswered: a response may still come.
    std::unordered_map<request_token, submission_note> overdue_;
    std::deque<request_token> overdue_order_;
};

}  // namespace mlango::gsm::smpp
