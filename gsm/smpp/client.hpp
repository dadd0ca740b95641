// One SMPP account as an SMS gateway: several binds, messages over any of them, all parts of a message in order over
// one, answers and receipts of all of them together. What comes in is answered to the SMSC when the sink has stored it.
// Belongs to one io_context thread. Callers: server, the outbox's sender (through sms_gateway). Not here: which of
// several accounts carries a message, the queue, what a message says.
//
// Metrics, all with {account}: smpp_binds_up, smpp_window_in_use, smpp_rate (submissions a second, all binds),
// smpp_submits_total{outcome}, smpp_throttled_total, smpp_submit_seconds, smpp_sessions_ended_total,
// smpp_receipts_total, smpp_messages_in_total, smpp_messages_repeated_total, smpp_passed_over_total{reason},
// smpp_unexpected_responses_total.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "gsm/smpp/account.hpp"
#include "gsm/smpp/pdu.hpp"
#include "gsm/sms.hpp"

namespace mlango::gsm::smpp {

class client final : public sms_gateway {
public:
    // Precondition: faults_of(settings) is empty. Throws std::runtime_error when ca_file can not be used. `sink`,
    // `time`, `random` and `numbers` must outlive run().
    client(asio::io_context& context, account_settings settings, sms_sink& sink, const clock& time,
           random_source& random, metrics& numbers);
    ~client() override;

    // Looks at each delivery before it is read as a message; a status answers it at once, nullopt leaves it (USSD).
    using delivery_watch = std::function<std::optional<status>(const message& content)>;
    void watch_deliveries(delivery_watch watch);

    // Connects and keeps connected until close(); spawn it on the context.
    task<void> run();
    // Nothing new is taken; what is under way is waited for until `patience`, then every bind is unbound.
    task<void> close(deadline patience);
    // Begins to unbind, and close() waits for it: so that several accounts may end at the same time. What has no answer
    // shortly before `patience` is left without one.
    void stop(deadline patience);

    // All parts, in order, over one bind while it lasts. busy: no bind, or no room for the first part within half of
    // the time; temporary: refused, or no way for a later part; unknown: a part may have been taken.
    task<std::expected<sms_accepted, submit_failure>> submit(const sms_out& message, deadline until) override;
    // One submission as it stands, as submit_sm or data_sm (USSD). The same failures.
    task<std::expected<sms_accepted, submit_failure>> submit_as_is(const message& content, command id, deadline until);
    // By provider_id only: SMPP can not be asked by our reference.
    task<std::optional<sms_receipt>> query(const sms_out& message, std::string_view provider_id,
                                           deadline until) override;
    [[nodiscard]] std::size_t window() const override;
    [[nodiscard]] bool ready() const override;
    [[nodiscard]] std::string_view name() const override;
    [[nodiscard]] std::size_t binds_up() const;

private:
    struct state;
    std::shared_ptr<state> state_;
};

}  // namespace mlango::gsm::smpp
