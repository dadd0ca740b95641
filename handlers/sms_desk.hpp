// What happens with a short message that comes in: it is stored once, STOP and START are honoured at once in every
// language we speak, and everything else is answered by the same menu as USSD (sms_answering). Delivery reports settle
// what the outbox sent. One desk a thread.
#pragma once

#include "gsm/sms.hpp"
#include "handlers/house.hpp"
#include "handlers/sms_answering.hpp"
#include "handlers/sms_conversation.hpp"

namespace mlango::handlers {

class sms_desk final : public gsm::sms_sink {
public:
    explicit sms_desk(house& rooms);
    task<void> on_message(gsm::sms_in message) override;
    task<void> on_fragment(gsm::sms_fragment part) override;
    task<void> on_receipt(gsm::sms_receipt receipt) override;

    [[nodiscard]] sms_answering& answering() { return answering_; }

private:
    house& rooms_;
    sms_answering answering_;
    counter& received_;
    counter& repeated_;
    counter& unmatched_;
};

}  // namespace mlango::handlers
