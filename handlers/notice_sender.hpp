// Drains the outbox: claims what is due, words it in her language, hands it to a gateway, records what became of it.
// A submission without an answer may have been sent; it is never repeated by itself. One sender a server process.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "gsm/sms.hpp"
#include "handlers/house.hpp"

namespace mlango::handlers {

struct sender_settings {
    std::chrono::milliseconds pause{300};  // between looks into an empty outbox
    int batch = 50;
    std::chrono::seconds lease{120};
    std::chrono::seconds submit_deadline{10};
    int most_attempts = 5;
};

class notice_sender {
public:
    // `gateway` may be null: nothing is sent then. All must outlive run().
    notice_sender(house& rooms, gsm::sms_gateway* gateway, std::string sender, sender_settings settings);

    // Until the coroutine is cancelled. A registry that is away is waited for; what was claimed before it went is sent
    // when it is back.
    task<void> run();
    // One look; how many were handled.
    task<int> drain_once();

    // The text of a notice. Texts by SMS are worded neutrally in the catalogue: their keys begin with "sms.", and no
    // other key is ever sent.
    [[nodiscard]] std::optional<std::string> text_of(const registry::outgoing_notice& notice) const;

private:
    task<void> send(const registry::outgoing_notice& notice);

    std::vector<registry::outgoing_notice> claimed_;  // what is left of the last claim, the next one last
    house& rooms_;
    gsm::sms_gateway* gateway_;
    std::string sender_;
    sender_settings settings_;
    counter& sent_;
    counter& failed_;
    counter& uncertain_;
};

}  // namespace mlango::handlers
