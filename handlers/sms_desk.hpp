// What happens with a short message that comes in: it is stored once, STOP and START are honoured at once in every
// language we speak, and everything else is answered by the same menu as USSD (sms_answering). The pieces of a long one
// are kept until they are all there. Delivery reports settle what the outbox sent. One desk a thread.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "gsm/sms.hpp"
#include "handlers/house.hpp"
#include "handlers/message_ids.hpp"
#include "handlers/receipt_batch.hpp"
#include "handlers/sms_answering.hpp"
#include "handlers/sms_conversation.hpp"

namespace mlango::handlers {

struct desk_limits {
    int fragments_of_sender = 40;            // parts of long messages that wait for others
    std::int64_t fragments = 50'000;         // of all senders; beyond it the gateway is told to come again
    std::int64_t parked_receipts = 200'000;  // beyond it what finds no message is forgotten at once
};

class sms_desk final : public gsm::sms_sink {
public:
    explicit sms_desk(house& rooms, message_ids ids = {}, desk_limits limits = {});
    // Reports go through these connections from now on, each batch when `recorded` has ended. Both outlive the desk's
    // use.
    void report_to(registry::receipts& receipts, std::function<task<void>()> recorded) {
        receipts_.store_in(receipts, std::move(recorded));
    }
    task<void> on_message(gsm::sms_in message) override;
    task<void> on_fragment(gsm::sms_fragment part) override;
    task<void> on_receipt(gsm::sms_receipt receipt) override;
    void on_confirmed(std::string_view gateway, std::string_view provider_id) override;

    // What has come of a long message becomes a message, once; also when it is not whole.
    task<void> join(registry::fragment_set set);
    // What a gateway told about a message, by whatever way; `may_wait`: its submission may not be recorded yet.
    task<registry::receipt_outcome> settle(gsm::sms_receipt receipt, bool may_wait);
    [[nodiscard]] sms_answering& answering() { return answering_; }

private:
    task<void> take(gsm::sms_in message, const registry::fragment_set* of);
    task<bool> store(const gsm::sms_in& message, const std::string& e164);
    task<void> confirm();

    house& rooms_;
    message_ids ids_;
    desk_limits limits_;
    receipt_batch receipts_;
    sms_answering answering_;
    std::unordered_map<std::string, registry::inbox::confirmed> unconfirmed_;  // by id
    std::vector<registry::inbox::confirmed> confirmed_;
    bool confirming_ = false;
    counter& received_;
    counter& repeated_;
    gauge& fragments_;  // that wait, and receipts: sms_rounds counts them now and then
    gauge& parked_;
};

}  // namespace mlango::handlers
