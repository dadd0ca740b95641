// What must happen to short messages although nobody asks for it: attempts that ended without a word become unknown,
// gateways are asked what became of them, parked receipts are tried again and forgotten at last, long messages that
// stay incomplete are told of with what came, and the outbox is counted. On one worker of a server; several servers do
// no harm to each other.
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "gsm/sms.hpp"
#include "handlers/house.hpp"
#include "handlers/message_ids.hpp"
#include "handlers/sms_desk.hpp"

namespace mlango::handlers {

struct rounds_settings {
    std::chrono::milliseconds pause{1'000};
    int most_queries = 6;  // of one message, the pause between them tripling from first_query on
    std::chrono::seconds first_query{10};
    std::chrono::seconds query_deadline{10};
    // What nobody can say anything about for so long is sent once more, if its text does no harm when it comes twice
    // (harmless_twice in sms_wording.hpp); nullopt: never, and staff see it as unknown.
    std::optional<std::chrono::seconds> resend_unknown = std::nullopt;
    std::chrono::seconds unknown_after{24 * 60 * 60};  // without a word for so long: unknown it stays
    int most_attempts = 5;
    std::chrono::seconds look_again{5};           // beyond the longest statement: what was recorded meanwhile is there
    std::chrono::seconds receipts_wait{15 * 60};  // longer than an attempt's lease
    std::chrono::seconds fragments_wait{30 * 60};
    std::chrono::seconds fragments_known{60 * 60};   // that a repeated part of a joined message is recognised
    std::chrono::seconds unconfirmed_wait{10 * 60};  // that a repetition of hers by words alone is recognised
    std::chrono::seconds count_every{15};
};

class sms_rounds {
public:
    sms_rounds(house& rooms, sms_desk& desk, std::vector<gsm::sms_gateway*> gateways, rounds_settings settings,
               message_ids ids = {});

    // Until the coroutine is cancelled. A registry that is away is waited for.
    task<void> run();
    // One round.
    task<void> look();

private:
    task<void> join(const registry::fragment_set& set);
    task<void> ask();
    task<void> ask_one(registry::open_question question, gsm::sms_gateway& gateway);
    task<registry::outbox::named> whose(const registry::open_question& question, const gsm::sms_receipt& answer);
    task<void> count();

    house& rooms_;
    sms_desk& desk_;
    std::vector<gsm::sms_gateway*> gateways_;
    rounds_settings settings_;
    message_ids ids_;
    deadline counted_{};
    bool counted_once_ = false;
    counter& lost_;
    counter& asked_;
    counter& told_;
    counter& resent_;
    counter& not_taken_;
    counter& given_up_;
    counter& forgotten_;
    gauge& fragments_;
    gauge& parked_;
};

}  // namespace mlango::handlers
