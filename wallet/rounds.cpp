#include "wallet/rounds.hpp"

#include "base/log.hpp"
#include "base/within.hpp"
#include "registry/wallet/status_rows.hpp"
#include "wallet/parts.hpp"

namespace mlango::wallet {

namespace {

using namespace std::chrono_literals;

constexpr int batch = 1'000;
constexpr auto pause_between = 10s;
constexpr auto pause_after_failure = 200ms;  // nothing can be taken before the first list is there
constexpr auto lists_every = 60s;
constexpr int most_decoys = 3;

}  // namespace

rounds::rounds(const parts& house, metrics& numbers)
    : house_(house),
      misses_(numbers.level("wallet_code_misses", "Share codes tried within ten minutes that were nobody's")) {}

task<void> rounds::look() {
    registry::status_rows rows(house_.pool, house_.time, house_.random);
    const wall_time now = house_.time.now();
    if (now - listed_at_ >= lists_every) {
        co_await rows.provide_lists(house_.options.list_size);
        // As many as chance wants, so that a revocation does not show by its time.
        const auto some = [&] { return static_cast<int>(house_.random.below(most_decoys + 1)); };
        const int of_shares = some(), of_bases = some();
        co_await rows.turn_decoys(of_shares, of_bases);
        while (co_await rows.revoke_lapsed(batch) == batch) {
        }
        for (std::int64_t after = 0; (after = co_await rows.follow_registry(after, batch)) != 0;) {
        }
        while (co_await rows.forget(batch) >= batch) {
        }
        listed_at_ = now;
    }
    const auto misses = co_await rows.recent_misses();
    misses_.set(misses);
    if (misses < alarming_misses || now - alarmed_at_ < 10min) co_return;
    alarmed_at_ = now;
    log_error("wallet_codes_are_guessed", {{"misses", std::to_string(misses)}});
    co_await rows.note_guessing();
}

task<void> rounds::run() {
    coarse_timer pause(co_await asio::this_coro::executor);
    for (;;) {
        bool failed = false;
        try {
            co_await look();
        } catch (const registry::registry_unavailable&) {
            log_debug("wallet_rounds_wait_for_registry");
            failed = true;
        }
        pause.expires_after(failed ? pause_after_failure : pause_between);
        co_await pause.async_wait(use_task);
    }
}

}  // namespace mlango::wallet
