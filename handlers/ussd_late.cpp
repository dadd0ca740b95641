// The registry is slow: she waits as long as her gateway does; then an SMS will tell her, and the hop is finished in
// the background.
#include <algorithm>

#include "base/log.hpp"
#include "handlers/ussd_hop_state.hpp"

namespace mlango::handlers {

namespace {

constexpr std::chrono::milliseconds slow_after{200};  // a failure that took longer is no refusal
constexpr std::chrono::milliseconds asked_again_after{150};
constexpr std::chrono::minutes finished_within{5};

}  // namespace

bool ussd_desk::was_slow(const hop_state& hop) const {
    return rooms_.time.steady() - hop.began >= slow_after;
}

task<gsm::ussd_reply> ussd_desk::late(hop_state hop) {
    coarse_timer pause(co_await asio::this_coro::executor);
    while (rooms_.time.steady() < hop.last_start) {
        pause.expires_after(asked_again_after);
        co_await pause.async_wait(use_task);
        try {
            co_return co_await answer_hop(hop);
        } catch (const registry::registry_unavailable&) {
        } catch (const house_busy&) {
        } catch (const std::exception& bug) {
            log_error("hop_failed", {{"session", to_hex(hop.session_id).substr(0, 8)}, {"what", typeid(bug).name()}});
            break;
        }
    }
    const auto& edition = rooms_.editions.current();
    const auto language = edition.words.find_language(hop.language);
    hop.is_late = true;
    gsm::ussd_reply reply{.text = hop.say(edition.words, edition.screens.common().late, language.value_or(0)),
                          .ends = true};
    // What nobody will finish is not promised.
    hop_state unpromised = hop;
    if (!rooms_.background.spawn("late_hop", finish(std::move(hop)))) co_return co_await apology(unpromised);
    late_.add();
    co_return reply;
}

task<void> ussd_desk::finish(hop_state hop) {
    coarse_timer pause(co_await asio::this_coro::executor);
    const deadline give_up = rooms_.time.steady() + finished_within;
    hop.last_start = give_up;
    std::chrono::milliseconds wait{500};
    while (rooms_.time.steady() < give_up) {
        try {
            if (!hop.saved) (void)co_await answer_hop(hop);
            if (hop.saved && !hop.tells_itself) {
                const auto notice = registry::make_notice(rooms_.record, hop.e164, hop.language, "sms.ready", {});
                co_await rooms_.registry.outbox.put_once(notice, key_of(hop));
            }
            if (hop.saved) {
                finished_late_.add();
                co_return;
            }
        } catch (const registry::registry_unavailable&) {
        } catch (const house_busy&) {
        } catch (const std::exception& bug) {
            log_error("late_hop_failed",
                      {{"session", to_hex(hop.session_id).substr(0, 8)}, {"what", typeid(bug).name()}});
        }
        pause.expires_after(wait);
        co_await pause.async_wait(use_task);
        wait = std::min(wait * 2, std::chrono::milliseconds(10'000));
    }
    log_error("late_hop_given_up", {{"session", to_hex(hop.session_id).substr(0, 8)}});
}

}  // namespace mlango::handlers
