// What keeps the wallet in order while nobody asks: status lists get successors and their decoys change, what lapsed is
// revoked, what is not needed any more is forgotten, and guessing at the whole house raises an alarm. One of a program,
// on its first thread. Caller: server spawns run().
#pragma once

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "base/task.hpp"

namespace mlango::wallet {

struct parts;  // wallet/parts.hpp

// Codes tried in ten minutes that were nobody's, from which on somebody must look.
inline constexpr int alarming_misses = 100;

class rounds {
public:
    rounds(const parts& house, metrics& numbers);

    task<void> run();
    // One round; tests call it.
    task<void> look();

private:
    const parts& house_;
    gauge& misses_;
    wall_time listed_at_{}, alarmed_at_{};
};

}  // namespace mlango::wallet
