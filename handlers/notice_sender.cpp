#include "handlers/notice_sender.hpp"

#include <algorithm>

#include "base/exception_kind.hpp"
#include "base/log.hpp"
#include "base/within.hpp"
#include "handlers/sms_rules.hpp"

namespace mlango::handlers {

notice_sender::notice_sender(house& rooms, gsm::sms_gateway* gateway, std::string sender, sender_settings settings)
    : rooms_(rooms),
      gateway_(gateway),
      sender_(std::move(sender)),
      settings_(settings),
      sent_(rooms.numbers.count("sms_sent_total", "Short messages a gateway accepted")),
      failed_(rooms.numbers.count("sms_send_failures_total", "Submissions that were refused or never left")),
      uncertain_(rooms.numbers.count("sms_uncertain_total", "Submissions without an answer")) {}

task<void> notice_sender::run() {
    auto here = co_await asio::this_coro::executor;
    coarse_timer pause(here);
    for (;;) {
        int handled = 0;
        try {
            handled = co_await drain_once();
        } catch (const registry::registry_unavailable&) {
            handled = 0;  // comes back by itself
        } catch (const std::exception&) {
            const auto failure = std::current_exception();
            if (is_cancellation(failure)) throw;
            // One message that can not be recorded must not stop all that come after it.
            log_error("notice_failed", {{"kind", exception_kind(failure)}});
        }
        if (handled > 0) continue;
        pause.expires_after(settings_.pause);
        co_await pause.async_wait(use_task);
    }
}

task<int> notice_sender::drain_once() {
    if (!gateway_) co_return 0;
    if (claimed_.empty()) {
        claimed_ = co_await rooms_.registry.outbox.claim(settings_.batch, settings_.lease);
        std::ranges::reverse(claimed_);
    }
    int handled = 0;
    for (; !claimed_.empty(); ++handled) {
        // Taken off before it is handed over: whatever becomes of it, it is not handed over again.
        const registry::outgoing_notice notice = std::move(claimed_.back());
        claimed_.pop_back();
        co_await send(notice);
    }
    co_return handled;
}

std::optional<std::string> notice_sender::text_of(const registry::outgoing_notice& notice) const {
    if (!notice.text.starts_with("sms.")) return std::nullopt;
    const auto& declared = rooms_.editions.current().screens.declared();
    const auto may_go = [&](std::string words) -> std::optional<std::string> {
        if (!fault_of_sms(words, declared).empty()) return std::nullopt;
        return words;
    };
    // A conversation's reply was worded when she was answered.
    if (notice.text == "sms.screen") {
        const auto body = std::ranges::find(notice.arguments, "text", &std::pair<std::string, std::string>::first);
        if (body == notice.arguments.end()) return std::nullopt;
        return may_go(body->second);
    }
    const auto text = rooms_.editions.current().words.find(notice.text);
    if (!text) return std::nullopt;
    const auto language = rooms_.editions.current().words.find_language(notice.language);
    templates::values values{{"code", rooms_.operation.service_code}};
    for (const auto& [name, value] : notice.arguments) values.set(name, value);
    return may_go(rooms_.editions.current().words.format(*text, language.value_or(0), values));
}

task<void> notice_sender::send(const registry::outgoing_notice& notice) {
    const auto to = gsm::msisdn::from_e164(notice.e164);
    auto text = text_of(notice);
    if (!to || !text) {
        failed_.add();
        log_error("notice_can_not_be_worded", {{"outbox", notice.id.value}});
        co_await rooms_.registry.outbox.failed(notice.id, std::nullopt, "not wordable");
        co_return;
    }
    // A reply comes from the short code that she wrote to, so that she can answer it.
    const auto code = std::ranges::find(notice.arguments, "sender", &std::pair<std::string, std::string>::first);
    const gsm::sms_out message{
        .to = *to, .sender = code == notice.arguments.end() ? sender_ : code->second, .text = std::move(*text)};
    const auto result = co_await gateway_->submit(message, rooms_.time.steady() + settings_.submit_deadline);
    if (result) {
        sent_.add();
        co_await rooms_.registry.outbox.sent(notice.id, gateway_->name(), result->provider_ids.front());
        co_return;
    }
    switch (result.error().what) {
        case gsm::submit_refusal::unknown:
            uncertain_.add();
            co_await rooms_.registry.outbox.uncertain(notice.id, gateway_->name());
            break;
        case gsm::submit_refusal::busy:
        case gsm::submit_refusal::temporary: {
            failed_.add();
            log_warning("sms_not_taken", {{"gateway", gateway_->name()}, {"attempt", notice.attempts}});
            std::optional<std::chrono::seconds> again;
            if (notice.attempts < settings_.most_attempts)
                again = std::chrono::seconds(30 << std::min(notice.attempts, 6));
            co_await rooms_.registry.outbox.failed(notice.id, again, "temporary");
            break;
        }
        case gsm::submit_refusal::permanent:
            failed_.add();
            co_await rooms_.registry.outbox.failed(notice.id, std::nullopt, "permanent");
            break;
    }
}

}  // namespace mlango::handlers
