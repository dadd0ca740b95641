#include "handlers/sms_sender.hpp"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>

#include "base/exception_kind.hpp"
#include "base/log.hpp"
#include "handlers/sms_sender_lanes.hpp"
#include "handlers/sms_wording.hpp"

namespace mlango::handlers {

namespace {

using namespace std::chrono_literals;
using registry::message_priority;

constexpr std::size_t fewest_in_hand = 16;
constexpr std::size_t most_in_hand = 1'000;
constexpr int begins_at_once = 2;
constexpr std::string_view question_text = "sms.id_asked";
constexpr auto question_lasts = 10s;
constexpr auto poll = 20ms;  // of gateways that are not ready, while something waits for them
constexpr auto longest_wait_for_record = 2s;

}  // namespace

sms_sender::sms_sender(house& rooms, std::vector<sending_gateway> gateways, message_ids ids, sender_settings settings,
                       broadcast_texts* broadcasts)
    : rooms_(rooms),
      ids_(std::move(ids)),
      settings_(std::move(settings)),
      broadcasts_(broadcasts),
      claimed_(rooms.numbers.count("outbox_claimed_total", "Messages taken from the outbox to be sent")),
      refused_texts_(rooms.numbers.count("sms_texts_refused_total", "Texts that may not be sent by SMS")),
      shown_questions_(
          rooms.numbers.count("ussd_questions_shown_total", "Phones that showed at once that a question waits")) {
    for (auto& each : gateways) {
        auto& made = *lanes_.emplace_back(
            std::make_unique<lane>(lane{.gateway = each.gateway, .sender = std::move(each.sender), .outcomes = {}}));
        std::size_t place = 0;
        for (const char* outcome : {"accepted", "temporary", "permanent", "unknown", "busy"})
            made.outcomes[place++] =
                &rooms.numbers.count("sms_submissions_total", "Submissions to gateways, by outcome",
                                     {{"gateway", made.gateway->name()}, {"outcome", outcome}});
    }
}

sms_sender::~sms_sender() = default;

task<void> sms_sender::open() {
    if (tasks_) co_return;
    const auto here = co_await asio::this_coro::executor;
    tasks_ = std::make_unique<task_group>(here);
    submissions_ = std::make_unique<task_group>(here);
    recorded_.emplace(here);
}

void sms_sender::wake() {
    woken_ = true;
    if (waiting_ != nullptr) waiting_->cancel();
}

task<void> sms_sender::wait_for_something(std::chrono::milliseconds longest) {
    if (std::exchange(woken_, false)) co_return;
    coarse_timer timer(co_await asio::this_coro::executor);
    timer.expires_after(longest);
    waiting_ = &timer;
    boost::system::error_code ended;
    co_await timer.async_wait(asio::redirect_error(use_task, ended));
    waiting_ = nullptr;
    woken_ = false;
}

bool sms_sender::under_way() const {
    return claiming_ || beginning_ > 0 || flushing_ || tasks_->size() > 0 || submissions_->size() > 0 ||
           std::ranges::any_of(lanes_, [](const auto& each) { return each->waiting() > 0; });
}

task<void> sms_sender::run() {
    if (lanes_.empty()) co_return;
    co_await open();
    std::exception_ptr failure;
    auto looked_at = std::chrono::steady_clock::now();
    try {
        while (!closed_) {
            pump();
            const bool waits = std::ranges::any_of(queues_, [](const auto& queue) { return !queue.empty(); });
            const auto longest = waits ? std::min<std::chrono::milliseconds>(poll, settings_.pause) : settings_.pause;
            co_await wait_for_something(longest);
            const auto now = std::chrono::steady_clock::now();
            if (now - looked_at < settings_.pause) continue;
            looked_at = now;
            away_ = false;
            look_ = true;
        }
    } catch (...) {
        failure = std::current_exception();
    }
    if (!failure) co_return;
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    co_await close(rooms_.time.steady());
    std::rethrow_exception(failure);
}

task<int> sms_sender::drain_once() {
    if (lanes_.empty()) co_return 0;
    co_await open();
    submitted_ = 0;
    look_ = true;
    away_ = false;
    for (pump(); under_way(); pump()) co_await wait_for_something(5ms);
    co_return submitted_;
}

// Starts whatever can be started; each of them wakes the loop when it ends.
void sms_sender::pump() {
    if (away_) return;
    if (!flushing_ && (!results_.empty() || !asides_.empty())) {
        flushing_ = true;
        if (!tasks_->spawn("sms results", flush())) flushing_ = false;
    }
    if (closing_) return;
    dispatch();
    while (beginning_ < begins_at_once) {
        auto these = choose();
        if (these.empty()) break;
        ++beginning_;
        tasks_->spawn("sms attempts", begin(std::move(these)));
    }
    if (claiming_ || !wants_claim()) return;
    look_ = false;
    claiming_ = true;
    tasks_->spawn("sms claim", claim());
}

// As much in hand as gateways that are there can take in two rounds.
std::size_t sms_sender::wanted() const {
    std::size_t all = 0;
    for (const auto& each : lanes_)
        if (is_there(*each)) all += std::max<std::size_t>(1, each->gateway->window()) + 2 * ahead(*each);
    return all == 0 ? 0 : std::clamp(all * 2, fewest_in_hand, most_in_hand);
}

// Not for every place that gets free: a claim costs PostgreSQL the same for one message as for many.
bool sms_sender::wants_claim() const {
    const std::size_t all = wanted();
    if (all == 0) return false;
    for (std::size_t priority = 0; priority < queues_.size(); ++priority)
        if (queues_[priority].size() <= all / 2 && (look_ || more_[priority])) return true;
    return false;
}

task<void> sms_sender::claim() {
    try {
        const std::size_t all = wanted();
        const auto left = [&](std::size_t priority) {
            const std::size_t held = queues_[priority].size();
            return held < all ? static_cast<int>(all - held) : 0;
        };
        int taken = 0;
        auto claimed = co_await rooms_.registry.outbox.claim({.replies = left(0), .notices = left(1), .bulk = left(2)},
                                                             settings_.lease, &taken);
        claimed_.add(claimed.size());
        more_ = {};
        for (const auto& each : claimed) more_[static_cast<std::size_t>(each.priority)] = true;
        if (taken > 0 && claimed.empty()) look_ = true;
        for (auto& each : claimed) co_await word(std::move(each));
    } catch (const registry::registry_unavailable&) {
        away_ = true;  // what was claimed comes back when its lease ends
    } catch (const std::exception&) {
        if (is_cancellation(std::current_exception())) throw;
        log_error("sms_claim_failed", {{"kind", exception_kind(std::current_exception())}});
    }
    claiming_ = false;
    wake();
}

task<void> sms_sender::word(registry::outgoing_notice notice) {
    const std::string_view code = rooms_.operation.code_for(notice.e164);
    std::optional<std::string> broadcast_text;
    if (notice.broadcast && broadcasts_ != nullptr)
        broadcast_text = co_await broadcasts_->text(*notice.broadcast, notice.language, code);
    auto words = words_of(notice, broadcast_text.value_or(std::string()), rooms_.editions.current(), code);
    const auto to = gsm::msisdn::from_e164(notice.e164);
    if (!words || !to) {
        const std::string_view why = words ? "not a number" : name_of(words.error());
        refused_texts_.add();
        log_error("sms_not_sent", {{"outbox", notice.id.value}, {"why", why}});
        set_aside(notice, "failed", why);
        co_return;
    }
    const sms_route* route = route_of(settings_.routes, notice.e164);
    if (!settings_.routes.empty() && route == nullptr) {
        set_aside(notice, "failed", "no route");
        co_return;
    }
    message made{.notice = std::move(notice),
                 .out = {.to = *to, .sender = {}, .text = std::move(*words)},
                 .route = route,
                 .claimed_at = rooms_.time.steady()};
    made.out.sender = argument_of(made.notice, "sender");
    made.out.reference = static_cast<std::uint64_t>(made.notice.id.value);
    made.out.urgent = made.notice.priority == message_priority::reply;
    if (questions_ != nullptr && made.notice.text == question_text && made.notice.attempts == 0)
        tasks_->spawn("show question", show_question(made.out.to, made.out.text));
    queues_[static_cast<std::size_t>(made.notice.priority)].push_back(std::move(made));
}

// She sees a sentence without asking for it. What becomes of it changes nothing: the SMS is on its way.
task<void> sms_sender::show_question(gsm::msisdn to, std::string text) {
    const auto shown = co_await questions_->notify(to, std::move(text), rooms_.time.steady() + question_lasts);
    if (shown.end == gsm::push_end::acknowledged) shown_questions_.add();
}

void sms_sender::set_aside(const registry::outgoing_notice& notice, std::string_view state, std::string_view reason,
                           std::optional<wall_time> due) {
    asides_.push_back({.id = notice.id, .claim = notice.claim, .state = state, .reason = reason, .due_at = due});
}

void sms_sender::give_back() {
    for (auto& queue : queues_) {
        for (const message& each : queue) set_aside(each.notice, "pending", {}, rooms_.time.now());
        queue.clear();
    }
    // Written down, and surely not sent.
    for (const auto& each : lanes_) {
        for (auto& begun : each->begun) {
            for (const message& one : begun) {
                in_flight_.erase(one.notice.number);
                tell({.id = one.notice.id,
                      .attempt = one.notice.attempts + 1,
                      .what = registry::attempt_result::kind::back,
                      .gateway = {},
                      .reason = {},
                      .at = rooms_.time.now(),
                      .parts = {}});
            }
            begun.clear();
        }
    }
}

std::chrono::milliseconds sms_sender::spread(std::chrono::milliseconds base) const {
    return base + std::chrono::milliseconds(rooms_.random.below(static_cast<std::uint64_t>(base.count()) / 2 + 1));
}

task<void> sms_sender::close(deadline patience) {
    closing_ = true;
    if (tasks_) {
        coarse_timer pause(co_await asio::this_coro::executor);
        const auto wait_while = [&](auto busy, deadline until) -> task<void> {
            while (busy() && std::chrono::steady_clock::now() < until) {
                away_ = false;
                pump();
                pause.expires_after(10ms);
                boost::system::error_code ended;
                co_await pause.async_wait(asio::redirect_error(use_task, ended));
            }
        };
        co_await wait_while([&] { return claiming_ || beginning_ > 0 || submissions_->size() > 0; }, patience);
        co_await submissions_->close(std::chrono::steady_clock::now());
        give_back();
        co_await wait_while([&] { return flushing_ || !results_.empty() || !asides_.empty(); },
                            std::max(patience, std::chrono::steady_clock::now() + 1s));
        co_await tasks_->close(std::chrono::steady_clock::now());
    }
    closed_ = true;
    if (recorded_) recorded_->cancel();
    wake();
}

task<void> sms_sender::recorded() {
    const std::uint64_t mine = told_;
    const deadline until = std::chrono::steady_clock::now() + longest_wait_for_record;
    while (recorded_ && stored_ < mine && !away_ && !closed_ && std::chrono::steady_clock::now() < until) {
        recorded_->expires_at(until);
        boost::system::error_code woken;
        co_await recorded_->async_wait(asio::redirect_error(use_task, woken));
    }
}

}  // namespace mlango::handlers
