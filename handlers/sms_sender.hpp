// Drains the outbox: claims what is due, words it in her language, hands it to a gateway of its route, records what
// became of it. Several submissions are under way at once, up to each gateway's window; replies overtake what is sent
// to many. A message is handed over at most once an attempt: it is written down before, and what may have been sent is
// never sent again by itself, nor by another gateway. So that a gateway need not wait for PostgreSQL, some attempts are
// written down ahead: as many as it takes in the time that the writing takes. Several servers may each run one.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/within.hpp"
#include "gsm/sms.hpp"
#include "gsm/ussd_push.hpp"
#include "handlers/house.hpp"
#include "handlers/message_ids.hpp"
#include "handlers/sms_routes.hpp"

namespace mlango::handlers {

struct sender_settings {
    std::chrono::milliseconds pause{300};  // between looks into an empty outbox
    // Of what is claimed: it comes back then when its holder died. Of an attempt, beyond its deadline: it is unknown
    // then when nobody recorded what became of it.
    std::chrono::seconds lease{60};
    std::chrono::seconds submit_deadline{10};
    int most_attempts = 5;
    int bulk_a_day = 3;                            // that a number gets; 0 is no limit
    std::chrono::seconds first_query{5};           // after a submission without an answer; then ever more rarely
    std::chrono::seconds query_sent{6 * 60 * 60};  // a message without a final receipt is asked about then; 0: never
    std::vector<sms_route> routes = {};            // empty: every gateway, in order
};

// The words of broadcasts, which are kept with them.
class broadcast_texts {
public:
    virtual ~broadcast_texts() = default;
    // nullopt: the broadcast is gone, or has nothing in that language. `service_code` takes the place of {code}.
    virtual task<std::optional<std::string>> text(std::int64_t broadcast, std::string_view language,
                                                  std::string_view service_code) = 0;
};

struct sending_gateway {
    gsm::sms_gateway* gateway = nullptr;
    std::string sender;  // short code or name that messages come from, unless they answer one to another
};

class sms_sender {
public:
    // Without gateways nothing is sent. All must outlive run(); `broadcasts` may be null.
    sms_sender(house& rooms, std::vector<sending_gateway> gateways, message_ids ids, sender_settings settings,
               broadcast_texts* broadcasts = nullptr);
    ~sms_sender();

    // That a verifier's question waits for her is also shown on her phone at once, where a door can do so. The SMS goes
    // all the same: nobody knows whether she looked. `by` outlives run().
    void show_questions_by(gsm::ussd_push& by) { questions_ = &by; }

    // Until the coroutine is cancelled or close() was called. A registry that is away is waited for; results that it
    // could not take are kept until it is back.
    task<void> run();
    // Sends what is due and can be sent now, and waits for all of it; how many were handed to a gateway.
    task<int> drain_once();
    // No new claims; what is under way gets until `patience`. What was claimed and not tried goes back.
    task<void> close(deadline patience);
    // Until the answers that are in hand now are recorded, or can not be: a receipt that waits for it finds its
    // message.
    task<void> recorded();

private:
    struct lane;
    struct message;
    struct starting;

    task<void> open();
    void pump();
    void wake();
    task<void> wait_for_something(std::chrono::milliseconds longest);
    [[nodiscard]] bool under_way() const;

    [[nodiscard]] std::size_t wanted() const;
    [[nodiscard]] bool wants_claim() const;
    task<void> claim();
    task<void> word(registry::outgoing_notice notice);
    task<void> show_question(gsm::msisdn to, std::string text);
    [[nodiscard]] std::size_t ahead(const lane& through) const;
    [[nodiscard]] bool is_there(lane& one) const;
    [[nodiscard]] std::size_t room(registry::message_priority priority) const;
    [[nodiscard]] std::vector<starting> choose();
    void choose_from(std::deque<message>& queue, std::size_t free, std::vector<starting>& these);
    [[nodiscard]] std::vector<lane*> candidates(const message& what) const;
    [[nodiscard]] lane* lane_for(const message& what, bool& hopeless);
    void dispatch();
    task<void> begin(std::vector<starting> these);
    task<void> submit(starting one);
    void finish(starting one, const std::expected<gsm::sms_accepted, gsm::submit_failure>& answer);
    void put_back(message what);
    void tell(registry::attempt_result result);
    task<void> flush();
    task<void> record(const std::vector<registry::attempt_result>& these);
    void set_aside(const registry::outgoing_notice& notice, std::string_view state, std::string_view reason,
                   std::optional<wall_time> due = std::nullopt);
    void give_back();
    [[nodiscard]] std::chrono::milliseconds spread(std::chrono::milliseconds base) const;

    house& rooms_;
    message_ids ids_;
    sender_settings settings_;
    broadcast_texts* broadcasts_;
    gsm::ussd_push* questions_ = nullptr;
    std::vector<std::unique_ptr<lane>> lanes_;
    std::array<std::deque<message>, 3> queues_;  // by priority: claimed and worded, not begun
    std::set<blind_key> in_flight_;              // numbers that have a submission under way
    std::vector<registry::attempt_result> results_;
    std::vector<message> returning_;  // to their queue, as soon as the result that says so is recorded
    std::vector<registry::aside> asides_;
    std::unique_ptr<task_group> tasks_;        // claims, begins, flushes
    std::unique_ptr<task_group> submissions_;  // each waits for its gateway
    coarse_timer* waiting_ = nullptr;
    bool woken_ = false;
    bool look_ = true;            // whether something may be due
    std::array<bool, 3> more_{};  // by priority: the last claim had some, so more may be due
    bool claiming_ = false, flushing_ = false;
    int beginning_ = 0;
    double begin_seconds_ = 0;             // what writing down takes, smoothed
    std::uint64_t told_ = 0, stored_ = 0;  // results
    std::optional<coarse_timer> recorded_;
    bool away_ = false;  // the registry, at the last try
    bool closing_ = false, closed_ = false;
    int submitted_ = 0;
    counter& claimed_;
    counter& refused_texts_;
    counter& shown_questions_;
};

}  // namespace mlango::handlers
