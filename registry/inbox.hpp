// Messages that came in, whole or in pieces. Numbers, texts and pieces are sealed.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/seal.hpp"
#include "registry/pool.hpp"

namespace mlango::registry {

// One part of a long message. Parts belong together that agree in everything but number and payload
// (3GPP TS 23.040 §9.2.3.24.1).
struct fragment {
    std::string gateway;
    std::string e164;
    std::string to;  // our short code
    unsigned reference = 0;
    bool wide_reference = false;
    unsigned total = 0;   // 1 … 255
    unsigned number = 0;  // 1 … total
    std::string payload;
};

enum class fragment_fate {
    kept,
    again,  // it was there, or in a message that was put together lately
    clash,  // the set has another payload in its place: a message before it was never completed
    full,   // the sender has as many parts waiting as she may
};

// What has come of a long message.
struct fragment_set {
    blind_key key{};
    std::string gateway;
    std::string e164;
    std::string to;
    std::vector<std::string> payloads;  // in order; what is missing is empty
    std::vector<int> parts;             // that came
    wall_time first;                    // when the first of them came
    [[nodiscard]] bool complete() const { return !payloads.empty() && parts.size() == payloads.size(); }
};

class inbox {
public:
    inbox(pg_pool& pool, sealer& record, blinder& blind, const clock& time);

    // False when gateway and id were stored before.
    task<bool> store(std::string_view gateway, std::string_view provider_id, std::string_view e164, std::string_view to,
                     std::string_view text);
    // A message that its gateway gave no id. Until the gateway is told that it is stored, it goes by its words, so that
    // a repetition is known although whoever heard the first one is gone. False: it is there, by its words or by
    // `made_id`. `anew`: the same words that are there are others, and these go by `made_id` at once.
    task<bool> store_by_words(std::string_view gateway, std::string_view made_id, std::string_view e164,
                              std::string_view to, std::string_view text, bool anew);
    struct confirmed {
        std::string gateway, words, made_id;  // `words`: words_of()
    };
    [[nodiscard]] std::string words_of(std::string_view gateway, std::string_view e164, std::string_view to,
                                       std::string_view text);
    // The gateway was told that these are stored: the same words are new ones from now on.
    task<void> confirm(std::span<const confirmed> these);
    // Nobody repeats these any more: those that have been unconfirmed for `longest`.
    task<void> forget_unconfirmed(std::span<const std::string> gateways, std::chrono::seconds longest);
    // STOP and START: whether SMS may be sent to the number at all.
    task<void> allow_sms(std::string_view e164, bool allowed);

    task<fragment_fate> keep(const fragment& part, int most_of_sender);
    // The set that `part` belongs to; nullopt when nothing of it waits (any more). Two parts that come at once both see
    // the whole set: each looks after its own was stored.
    task<std::optional<fragment_set>> set_of(const fragment& part);
    // Sets whose first part came `longest` ago, and which nothing completed since.
    task<std::vector<fragment_set>> overdue(std::chrono::seconds longest, int limit);
    // Stores the text as one message and removes the parts it was made of, in one transaction. False when somebody else
    // did.
    task<bool> store_joined(const fragment_set& set, std::string_view text);
    // Parts that can not be made a message: they are forgotten, and known when they come again.
    task<void> drop(const fragment_set& set);
    // Forgets which parts were put together `longest` ago. How many parts still wait.
    task<std::int64_t> tidy(std::chrono::seconds longest);

private:
    [[nodiscard]] blind_key key_of(const fragment& part);
    [[nodiscard]] std::string id_of(const fragment_set& set);
    [[nodiscard]] std::optional<fragment_set> assembled(const blind_key& key, const rows& got, int first, int last);

    pg_pool& pool_;
    sealer& record_;
    blinder& blind_;
    const clock& time_;
};

}  // namespace mlango::registry
