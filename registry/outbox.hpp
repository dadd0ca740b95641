// Messages that shall leave the house: written in the transaction of the change they tell about, sent afterwards.
// A row holds the text's key and arguments, not the text; it is worded when it is sent, in her language.
//
// A message's way: claim() (nobody else takes it for a while) → begin() (written down, with the gateway: from here on
// it may have been sent) → submitted → record(). What becomes of it then is told by receipts (registry/receipts.hpp).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/seal.hpp"
#include "registry/ids.hpp"
#include "registry/pool.hpp"

namespace mlango::registry {

// What to send; number and arguments are sealed before they reach a statement (make_notice). Sealing contexts: "msisdn"
// for numbers, "notice" for arguments, and "sms" for whole texts.
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

enum class message_priority : std::uint8_t {
    reply,   // she waits for it: overtakes all, and goes at night
    notice,  // what a change wrote
    bulk,    // broadcasts: never fills a gateway's window, and is capped by number and day
};

// How a message goes.
struct dispatch {
    message_priority priority = message_priority::notice;
    std::optional<wall_time> expires_at = std::nullopt;  // not sent from then on; the network is told as well
    std::optional<wall_time> due_at = std::nullopt;      // not before
    bool asked = true;                                   // it answers something that she did herself
};

struct outgoing_notice {
    outbox_id id;
    std::string e164;
    blind_key number{};
    std::string language;
    std::string text;                       // key; empty where there is a broadcast
    std::optional<std::int64_t> broadcast;  // whose text it is
    std::vector<std::pair<std::string, std::string>> arguments;
    int attempts = 0;  // that were begun before
    message_priority priority = message_priority::notice;
    std::optional<wall_time> expires_at;
    std::string last_gateway;  // of the attempt before
    std::int64_t claim = 0;    // what begin() and set_aside() prove the claim with
};

// How many of each priority to claim.
struct claim_limits {
    int replies = 0, notices = 0, bulk = 0;
};

// A message about to be handed to a gateway.
struct attempt {
    outbox_id id;
    std::int64_t claim = 0;
    std::string_view gateway;
    blind_key number{};
    bool bulk = false;
};
struct begun {
    std::vector<outbox_id> ours;  // written down: submit them
    std::vector<outbox_id>
        capped;  // the number had its bulk messages for today; what is in neither is not ours any more, or not to go
};

// Why a claimed message is not tried now, or never.
struct aside {
    outbox_id id;
    std::int64_t claim = 0;
    std::string_view state;  // pending, failed, suppressed
    std::string_view reason;
    std::optional<wall_time> due_at = std::nullopt;  // of pending
};

// The id a gateway gave a part: as it wrote it, and every form in which a receipt may write it, the canonical one
// first.
struct part_id {
    std::string raw;
    std::vector<std::string> forms;
};

// What became of an attempt.
struct attempt_result {
    enum class kind {
        sent,
        again,    // surely not sent: due again at `at`
        back,     // not even tried: as if the attempt had not been; due at `at`
        failed,   // surely not sent, and given up
        unknown,  // may have been sent: the gateway is asked from `at` on
    };
    outbox_id id;
    int attempt = 1;  // its number: outgoing_notice::attempts + 1
    kind what = kind::sent;
    std::string gateway;
    std::string reason;           // at most 100 bytes, without content
    std::optional<wall_time> at;  // again, back: due; sent, unknown: when to ask the gateway, if at all
    std::vector<part_id> parts;   // sent; unknown: those that are
    std::size_t of_parts = 1;     // unknown: that the message has
};

// A message whose gateway is to be asked what became of it.
struct open_question {
    outbox_id id;
    std::string e164;
    std::string gateway;
    std::string provider_id;  // of its first part without a final word; empty where none is known
};

struct outbox_depth {
    std::string state;  // pending, sending, unknown
    message_priority priority = message_priority::notice;
    std::int64_t messages = 0;
    std::int64_t oldest_due_seconds = 0;  // of pending: for how long the oldest has been due; else 0
};

class outbox {
public:
    // `blind` finds what a number wants (registry/preferences.hpp) when its message would be claimed: after STOP it is
    // set aside; outside her hours it becomes due when they begin, in the time of the operation that registered her,
    // unless it is urgent.
    outbox(pg_pool& pool, sealer& record, blinder& blind, const clock& time);

    // One message outside a change (a reply to an SMS).
    task<void> put(const notice& what, dispatch how = {});
    // The same, once for all deliveries of a hop.
    task<void> put_once(const notice& what, const blind_key& hop, dispatch how = {});

    // Takes due rows, replies before notices before bulk, and of each the oldest first. Nobody else takes them for
    // `lease` (FOR UPDATE SKIP LOCKED); then they come back by themselves. What is past its time becomes expired.
    // `taken`, where given, gets how many rows were due, with those that were set aside.
    task<std::vector<outgoing_notice>> claim(claim_limits limits, std::chrono::seconds lease, int* taken = nullptr);
    // Writes down that these are handed over now; at most one a number. A row whose `lease` ends without a result
    // becomes unknown (lose()). Not what is past its time or goes to a number that said STOP since the claim.
    // `bulk_a_day`: how many bulk messages a number gets on a day; 0 is no limit.
    task<begun> begin(std::span<const attempt> these, std::chrono::seconds lease, int bulk_a_day);
    // Claimed, and not begun.
    task<void> set_aside(std::span<const aside> these);
    // Results of attempts; recording one twice does nothing more. What its holder reports counts also after the lease
    // ran out, unless another attempt was begun. Parked receipts find their messages.
    task<void> record(std::span<const attempt_result> these);

    // Messages whose attempt ended without a word: they become unknown. How many.
    task<std::size_t> lose(int limit);
    // Messages whose gateway is to be asked now. Each is asked `most` times, with growing pauses from `first` on.
    task<std::vector<open_question>> ask(int limit, int most, std::chrono::seconds first);
    // These were to be asked about, and were not: as if nothing had been, and due `after`.
    task<void> not_asked(std::span<const outbox_id> these, std::chrono::seconds after);
    // The gateway, asked by our reference, knows no such message: due once more, unless its time or its attempts are
    // over. Only the second such answer counts, since what was under way may have come in after the first.
    task<bool> not_taken(outbox_id id, int most_attempts);
    // What the gateway said of an unknown message came with an id. ours: it is of no other message. older: a message of
    // ours before it has it, so that this one was not taken (references repeat). cannot_tell: anything else.
    enum class named { ours, older, cannot_tell };
    task<named> whose(outbox_id id, std::string_view gateway, const part_id& told);
    // Unknown messages that nobody could tell anything about for `after` stay so, and are not asked about any more;
    // only a receipt may still settle them. How many.
    task<std::size_t> give_up_unknown(std::chrono::seconds after);
    // Unknown messages that nobody could tell anything about for `after`, and whose text (`texts`: keys) does no harm
    // when it comes twice: due once more. How many.
    task<std::size_t> resend_unknown(std::chrono::seconds after, std::span<const std::string_view> texts, int attempts);

    task<std::vector<outbox_depth>> depth();
    // Forgets counts of bulk messages of days gone by.
    task<void> tidy();

private:
    task<std::vector<outgoing_notice>> wished(std::vector<outgoing_notice> claimed, std::vector<bool> asked,
                                              std::vector<aside> asides);
    task<void> join_parked(const rows& parked);

    pg_pool& pool_;
    sealer& record_;
    blinder& blind_;
    const clock& time_;
};

}  // namespace mlango::registry
