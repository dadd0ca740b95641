// What happens with a short message that comes in: it is stored once, STOP and START are honoured at once in every
// language we speak, and whoever writes anything else is told how to reach the menu (rarely, so that two machines never
// talk to each other for long). Delivery reports settle what the outbox sent. One desk a thread.
#pragma once

#include <string_view>

#include "gsm/sms.hpp"
#include "handlers/house.hpp"

namespace mlango::handlers {

enum class sms_keyword { none, stop, start };

// The first word of the message, whatever its case: STOP, ARRET, ACHA, قف …; pure.
[[nodiscard]] sms_keyword keyword_of(std::string_view text);

class sms_desk final : public gsm::sms_sink {
public:
    explicit sms_desk(house& rooms);
    task<void> on_message(gsm::sms_in message) override;
    task<void> on_fragment(gsm::sms_fragment part) override;
    task<void> on_receipt(gsm::sms_receipt receipt) override;

private:
    house& rooms_;
    counter& received_;
    counter& repeated_;
    counter& unmatched_;
};

}  // namespace mlango::handlers
