// Messages that shall leave the house: written in the transaction of the change they tell about, sent afterwards.
// A row holds the text's key and arguments, not the text; it is worded when it is sent, in her language.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/seal.hpp"
#include "registry/ids.hpp"
#include "registry/pool.hpp"

namespace mlango::registry {

// What to send; number and arguments are sealed before they reach a statement (make_notice). Sealing contexts: "msisdn"
// for numbers, "notice" for arguments, and "sms" for the text of a message that came in.
struct notice {
    std::string sealed_to;  // E.164, sealed
    std::string language;
    std::string text;              // key of the text
    std::string sealed_arguments;  // JSON object of strings, sealed
};
[[nodiscard]] notice make_notice(sealer& record, std::string_view e164, std::string_view language,
                                 std::string_view text,
                                 const std::vector<std::pair<std::string, std::string>>& arguments);

// The one text that still goes to a number that said STOP: that it was heard.
inline constexpr std::string_view stop_confirmed = "sms.stopped";

struct outgoing_notice {
    outbox_id id;
    std::string e164;
    std::string language;
    std::string text;
    std::vector<std::pair<std::string, std::string>> arguments;
    int attempts = 0;
};

class outbox {
public:
    // `blind` finds what a number wants (registry/preferences.hpp) when its message would be claimed: after STOP it is
    // set aside; outside her hours it becomes due when they begin, in the time of the operation that registered her,
    // unless it is urgent.
    outbox(pg_pool& pool, sealer& record, blinder& blind, const clock& time);

    // Takes up to `limit` due rows for `lease`: nobody else takes them meanwhile (FOR UPDATE SKIP LOCKED). A row whose
    // lease ran out may have been sent: it becomes unknown and is not taken again.
    task<std::vector<outgoing_notice>> claim(int limit, std::chrono::seconds lease);
    task<void> sent(outbox_id id, std::string_view gateway, std::string_view provider_id);
    // Not sent for sure: again after `delay`, or given up (nullopt).
    task<void> failed(outbox_id id, std::optional<std::chrono::seconds> delay, std::string_view reason);
    // It may have been sent: never again by itself; a receipt settles it.
    task<void> uncertain(outbox_id id, std::string_view gateway);
    // A delivery report; a final `state` is "delivered", or any other word for not delivered. False when no message has
    // that id (counted, not an error).
    task<bool> receipt(std::string_view gateway, std::string_view provider_id, std::string_view state, bool final);

    // One message outside a change (a reply to an SMS).
    task<void> put(const notice& what);
    // The same, once for all deliveries of a hop.
    task<void> put_once(const notice& what, const blind_key& hop);

private:
    task<void> postpone(outbox_id id, std::string_view until_microseconds);
    task<void> settle(outbox_id id, std::string_view state, std::string_view reason);

    pg_pool& pool_;
    sealer& record_;
    blinder& blind_;
    const clock& time_;
};

// Messages that came in. False when gateway and id were stored before.
class inbox {
public:
    inbox(pg_pool& pool, sealer& record, blinder& blind);
    task<bool> store(std::string_view gateway, std::string_view provider_id, std::string_view e164, std::string_view to,
                     std::string_view text);
    // STOP and START: whether SMS may be sent to the number at all.
    task<void> allow_sms(std::string_view e164, bool allowed);

private:
    pg_pool& pool_;
    sealer& record_;
    blinder& blind_;
};

}  // namespace mlango::registry
