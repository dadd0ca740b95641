// Attempts of the sender: begun, submitted, and what became of them.
#include <algorithm>
#include <unordered_set>

#include "base/exception_kind.hpp"
#include "base/log.hpp"
#include "handlers/sms_sender_lanes.hpp"

namespace mlango::handlers {

namespace {

using namespace std::chrono_literals;
using registry::attempt_result;
using registry::message_priority;

constexpr auto first_busy_pause = 100ms;
constexpr std::chrono::milliseconds longest_busy_pause = 5s;
constexpr std::chrono::seconds first_delay = 30s;
// Then it is claimed anew, with all that is asked there: her hours, her wishes, a stopped broadcast.
constexpr auto longest_in_hand = 3min;
// A gateway that takes nothing of anybody (out of credit, a changed password) is the fault of no message.
constexpr int refusals_of_a_gateway = 10;
constexpr std::chrono::seconds longest_refused_pause = 60s;

// A gateway's word is stored only where it can be no text of hers.
std::string word_of(const gsm::submit_failure& failure) {
    const bool plain = std::ranges::all_of(failure.reason, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
               c == '.';
    });
    if (plain && !failure.reason.empty() && failure.reason.size() <= 64) return failure.reason;
    return failure.what == gsm::submit_refusal::permanent ? "permanent" : "temporary";
}

wall_time next_midnight(wall_time now) {
    return std::chrono::floor<std::chrono::days>(now) + std::chrono::days(1);
}

}  // namespace

task<void> sms_sender::begin(std::vector<starting> these) {
    std::vector<registry::attempt> attempts;
    for (const starting& each : these)
        attempts.push_back({.id = each.what.notice.id,
                            .claim = each.what.notice.claim,
                            .gateway = each.through->gateway->name(),
                            .number = each.what.notice.number,
                            .bulk = each.what.notice.priority == message_priority::bulk});
    bool known = false;
    registry::begun got;
    const deadline asked_at = rooms_.time.steady();
    try {
        got = co_await rooms_.registry.outbox.begin(attempts, settings_.submit_deadline + settings_.lease,
                                                    settings_.bulk_a_day);
        known = true;
    } catch (const registry::registry_unavailable&) {
        away_ = true;
    } catch (const std::exception&) {
        if (is_cancellation(std::current_exception())) throw;
        log_error("sms_begin_failed", {{"kind", exception_kind(std::current_exception())}});
    }
    const double took = std::chrono::duration<double>(rooms_.time.steady() - asked_at).count();
    begin_seconds_ += (took - begin_seconds_) / 8;
    std::unordered_set<std::int64_t> ours, capped;
    for (const auto id : got.ours) ours.insert(id.value);
    for (const auto id : got.capped) capped.insert(id.value);
    for (starting& each : these) {
        const auto& notice = each.what.notice;
        --each.through->beginning;
        if (ours.contains(notice.id.value)) {
            each.what.begun_at = asked_at;
            each.through->begun[static_cast<std::size_t>(notice.priority)].push_back(std::move(each.what));
            continue;
        }
        in_flight_.erase(notice.number);
        if (capped.contains(notice.id.value))
            set_aside(notice, "pending", "cap", next_midnight(rooms_.time.now()) + spread(1min));
        else if (!known)  // it may have been written down, and surely nothing was sent
            tell({.id = notice.id,
                  .attempt = notice.attempts + 1,
                  .what = attempt_result::kind::back,
                  .gateway = {},
                  .reason = {},
                  .at = rooms_.time.now(),
                  .parts = {}});
    }
    --beginning_;
    wake();
}

void sms_sender::tell(attempt_result result) {
    ++told_;
    results_.push_back(std::move(result));
}

// Written down, surely not sent, and ours to try again.
void sms_sender::put_back(message what) {
    in_flight_.erase(what.notice.number);
    const bool keeps = rooms_.time.steady() - what.claimed_at < longest_in_hand;
    const wall_time at = keeps ? rooms_.time.now() + settings_.lease : rooms_.time.now();
    what.notice.claim = at.time_since_epoch().count();
    tell({.id = what.notice.id,
          .attempt = what.notice.attempts + 1,
          .what = attempt_result::kind::back,
          .gateway = {},
          .reason = {},
          .at = at,
          .parts = {}});
    if (keeps) returning_.push_back(std::move(what));
}

task<void> sms_sender::submit(starting one) {
    std::expected<gsm::sms_accepted, gsm::submit_failure> answer =
        std::unexpected(gsm::submit_failure(gsm::submit_refusal::unknown));
    std::exception_ptr failure;
    if (one.what.out.sender.empty()) one.what.out.sender = one.through->sender;
    if (one.what.notice.expires_at)
        one.what.out.lasts = std::max<std::chrono::seconds>(
            1s, std::chrono::floor<std::chrono::seconds>(*one.what.notice.expires_at - rooms_.time.now()));
    try {
        answer = co_await one.through->gateway->submit(one.what.out, rooms_.time.steady() + settings_.submit_deadline);
    } catch (const std::exception&) {
        failure = std::current_exception();  // it may have been sent before
    }
    finish(std::move(one), answer);
    if (!failure) co_return;
    if (is_cancellation(failure)) std::rethrow_exception(failure);
    log_error("sms_submission_failed", {{"kind", exception_kind(failure)}});
}

void sms_sender::finish(starting one, const std::expected<gsm::sms_accepted, gsm::submit_failure>& answer) {
    using kind = attempt_result::kind;
    lane& through = *one.through;
    auto& notice = one.what.notice;
    const wall_time now = rooms_.time.now();
    --through.under_way;
    attempt_result result{.id = notice.id,
                          .attempt = notice.attempts + 1,
                          .what = kind::sent,
                          .gateway = std::string(through.gateway->name()),
                          .reason = {},
                          .at = {},
                          .parts = {}};
    if (answer) {
        through.outcomes[0]->add();
        through.busy_pause = 0ms;
        through.refused_in_row = 0;
        through.took(rooms_.time.steady());
        for (const std::string& id : answer->provider_ids)
            result.parts.push_back({.raw = id, .forms = ids_.of(result.gateway, id)});
        if (settings_.query_sent > 0s) result.at = now + settings_.query_sent;
    } else if (answer.error() == gsm::submit_refusal::unknown) {
        through.outcomes[3]->add();
        result.what = kind::unknown;
        result.reason = "gateway";
        result.at = now + settings_.first_query;
        result.of_parts = answer.error().parts;
        for (const std::string& id : answer.error().accepted)
            result.parts.push_back({.raw = id, .forms = ids_.of(result.gateway, id)});
    } else if (answer.error() == gsm::submit_refusal::busy) {
        through.outcomes[4]->add();
        through.busy_pause =
            std::min(longest_busy_pause, std::max<std::chrono::milliseconds>(first_busy_pause, through.busy_pause * 2));
        through.not_before = rooms_.time.steady() + spread(through.busy_pause);
        put_back(std::move(one.what));
        return wake();
    } else {
        const bool permanent = answer.error() == gsm::submit_refusal::permanent;
        through.outcomes[permanent ? 2 : 1]->add();
        result.reason = word_of(answer.error());
        through.refused_in_row = permanent ? 0 : through.refused_in_row + 1;
        if (through.refused_in_row >= refusals_of_a_gateway) {
            const int doubled = std::min(through.refused_in_row - refusals_of_a_gateway, 6);
            const auto pause = spread(std::min(longest_refused_pause, 1s * (1 << doubled)));
            through.not_before = std::max(through.not_before, rooms_.time.steady() + pause);
            result.what = kind::back;  // to the queue's end, so that the next try is another message
            result.at = now + pause;
        } else if (!permanent && result.attempt < settings_.most_attempts) {
            result.what = kind::again;
            result.at = now + spread(first_delay * (1 << std::min(result.attempt, 6)));
        } else {
            result.what = kind::failed;
        }
        log_warning("sms_not_taken", {{"gateway", result.gateway},
                                      {"outbox", notice.id.value},
                                      {"attempt", result.attempt},
                                      {"why", std::string_view(result.reason)}});
    }
    in_flight_.erase(notice.number);
    tell(std::move(result));
    wake();
}

// What the registry can not take is kept: what is known to be sent must not be forgotten.
task<void> sms_sender::flush() {
    const auto results = std::exchange(results_, {});
    auto returning = std::exchange(returning_, {});
    const auto asides = std::exchange(asides_, {});
    bool stored = false;
    try {
        co_await record(results);
        stored = true;
        stored_ += results.size();
        recorded_->cancel();
        co_await rooms_.registry.outbox.set_aside(asides);
        for (message& each : returning)
            queues_[static_cast<std::size_t>(each.notice.priority)].push_front(std::move(each));
        if (closing_) give_back();
    } catch (const registry::registry_unavailable&) {
        away_ = true;
        recorded_->cancel();
        if (!stored) results_.insert(results_.begin(), results.begin(), results.end());
        asides_.insert(asides_.begin(), asides.begin(), asides.end());
        std::ranges::move(returning, std::back_inserter(returning_));
    } catch (const std::exception&) {
        if (is_cancellation(std::current_exception())) throw;
        log_error("sms_set_aside_failed", {{"kind", exception_kind(std::current_exception())}});
    }
    flushing_ = false;
    wake();
}

// A result that PostgreSQL refuses must not keep the others from being recorded; its message becomes unknown when its
// lease ends.
task<void> sms_sender::record(const std::vector<attempt_result>& these) {
    bool refused = false;
    try {
        co_await rooms_.registry.outbox.record(these);
    } catch (const registry::statement_refused&) {
        refused = true;
    }
    if (!refused) co_return;
    for (const attempt_result& each : these) {
        try {
            co_await rooms_.registry.outbox.record({&each, 1});
        } catch (const registry::statement_refused& fault) {
            log_error("sms_result_refused", {{"outbox", each.id.value}, {"sqlstate", fault.sqlstate}});
        }
    }
}

}  // namespace mlango::handlers
