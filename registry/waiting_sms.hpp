// Messages that came in and wait for their answer. One number's are handed out one after the other, each to one worker;
// who dies with one in hand leaves it to the next when the claim has run out. What she wrote is kept only until it was
// acted on.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/seal.hpp"
#include "registry/ids.hpp"
#include "registry/pool.hpp"

namespace mlango::registry {

using inbox_id = record_id<struct inbox_tag>;

struct claimed_sms {
    inbox_id id;
    std::string gateway;
    std::string provider_id;
    std::string e164;
    std::string recipient;  // our short code
    std::string text;
    int attempts = 0;  // this one among them
};

enum class sms_end {
    done,   // answered: the text is deleted
    asked,  // she was asked about the text
    kept,   // nobody could act on the text: it stays
    failed,
};

class waiting_sms {
public:
    waiting_sms(pg_pool& pool, sealer& record, blinder& blind, const clock& time);

    // The number's oldest one that waits, unless somebody has it.
    task<std::optional<claimed_sms>> claim_of(std::string_view e164, std::chrono::seconds lease);
    // The same of any numbers, each number once.
    task<std::vector<claimed_sms>> claim(int limit, std::chrono::seconds lease);
    task<void> finish(inbox_id id, sms_end how);

    // The text that she was asked about, from this number; nullopt: there is none any more.
    task<std::optional<std::string>> asked_text(inbox_id id, std::string_view e164);
    // Those that she was asked about before `since` and did not answer for.
    task<std::vector<claimed_sms>> unanswered(int limit, wall_time since);

private:
    [[nodiscard]] std::vector<claimed_sms> read(const rows& got);

    pg_pool& pool_;
    sealer& record_;
    blinder& blind_;
    const clock& time_;
};

}  // namespace mlango::registry
