// What gateways tell about messages that were handed to them. A receipt finds its message by gateway and id (in any of
// the forms it may be written in), the destination telling apart what shares an id; a message without a known id by our
// reference, or by its destination where only one can be meant. What finds nothing is parked for some minutes, since
// the answer to a submission may come after its receipt. Every receipt can be acknowledged when take() returns.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/seal.hpp"
#include "registry/pool.hpp"

namespace mlango::registry {

struct receipt_word {
    std::string gateway;
    std::string provider_id;         // as the gateway wrote it; empty: it names none
    std::vector<std::string> forms;  // in which the answer to the submission may have written it, the canonical first
    std::string e164;                // destination; empty: it does not say
    std::uint64_t reference = 0;     // ours; 0: it does not say
    std::string word;                // delivered, or any other word
    bool final = false;
    bool may_wait = true;  // parked when it finds nothing; the answer to a question need not be
};

enum class receipt_outcome { joined, parked, duplicate, unknown };
[[nodiscard]] std::string_view name_of(receipt_outcome outcome);

class receipts {
public:
    receipts(pg_pool& pool, blinder& blind, const clock& time);

    // One after the other, in one statement and one transaction; what became of each.
    task<std::vector<receipt_outcome>> take(std::span<const receipt_word> these);

    // Parked receipts that may have met the record of their submission in the middle: tried once more when they are
    // `after` old. How many found their message.
    task<std::size_t> look_again(std::chrono::seconds after, int limit);
    // Those that waited for `longest`: tried for the last time and forgotten. How many were for no message of ours.
    task<std::size_t> forget(std::chrono::seconds longest, int limit);
    task<std::int64_t> parked();

private:
    pg_pool& pool_;
    blinder& blind_;
    const clock& time_;
};

}  // namespace mlango::registry
