#include "handlers/sms_rounds.hpp"

#include <algorithm>
#include <map>

#include "base/exception_kind.hpp"
#include "base/log.hpp"
#include "base/within.hpp"
#include "handlers/sms_wording.hpp"

namespace mlango::handlers {

namespace {

constexpr int at_once = 200;
constexpr int questions_at_once = 100;  // they are asked one after the other

std::string_view name_of(registry::message_priority priority) {
    switch (priority) {
        case registry::message_priority::reply:
            return "reply";
        case registry::message_priority::notice:
            return "notice";
        case registry::message_priority::bulk:
            break;
    }
    return "bulk";
}

}  // namespace

sms_rounds::sms_rounds(house& rooms, sms_desk& desk, std::vector<gsm::sms_gateway*> gateways, rounds_settings settings,
                       message_ids ids)
    : rooms_(rooms),
      desk_(desk),
      gateways_(std::move(gateways)),
      settings_(settings),
      ids_(std::move(ids)),
      lost_(rooms.numbers.count("outbox_lost_total", "Attempts that ended without a word")),
      asked_(rooms.numbers.count("sms_queries_total", "Questions to gateways about a message")),
      told_(rooms.numbers.count("sms_queries_answered_total", "Those that the gateway knew an answer to")),
      resent_(rooms.numbers.count("outbox_resent_total", "Unknown messages that were made due once more")),
      not_taken_(rooms.numbers.count("outbox_not_taken_total", "Unknown messages that their gateway never had")),
      given_up_(rooms.numbers.count("outbox_given_up_total", "Unknown messages that nobody can tell anything about")),
      forgotten_(rooms.numbers.count("sms_receipts_forgotten_total", "Receipts that never found a message")),
      fragments_(rooms.numbers.level("sms_fragments_waiting", "Parts of long messages that wait for others")),
      parked_(rooms.numbers.level("sms_receipts_waiting", "Receipts that wait for their message to be recorded")) {}

task<void> sms_rounds::run() {
    coarse_timer pause(co_await asio::this_coro::executor);
    for (;;) {
        try {
            co_await look();
        } catch (const registry::registry_unavailable&) {
            log_debug("sms_rounds_wait_for_registry");
        } catch (const std::exception&) {
            const auto failure = std::current_exception();
            if (is_cancellation(failure)) throw;
            log_error("sms_round_failed", {{"kind", exception_kind(failure)}});
        }
        pause.expires_after(settings_.pause);
        co_await pause.async_wait(use_task);
    }
}

task<void> sms_rounds::look() {
    auto& registry = rooms_.registry;
    lost_.add(co_await registry.outbox.lose(at_once));
    co_await registry.receipts.look_again(settings_.look_again, at_once);
    forgotten_.add(co_await registry.receipts.forget(settings_.receipts_wait, at_once));
    co_await ask();
    for (const auto& set : co_await registry.inbox.overdue(settings_.fragments_wait, at_once)) co_await join(set);
    const deadline now = rooms_.time.steady();
    if (std::exchange(counted_once_, true) && now - counted_ < settings_.count_every) co_return;
    counted_ = now;
    if (settings_.resend_unknown)
        resent_.add(co_await registry.outbox.resend_unknown(*settings_.resend_unknown, harmless_twice(),
                                                            settings_.most_attempts));
    given_up_.add(co_await registry.outbox.give_up_unknown(settings_.unknown_after));
    co_await count();
}

// After a crash there are many, and a gateway answers many in a moment. Each has a time of its own in a round: one that
// does not answer is asked no more now, and costs the others' messages nothing.
task<void> sms_rounds::ask() {
    const deadline until = rooms_.time.steady() + settings_.query_deadline;
    std::map<std::string, deadline::duration, std::less<>> took;
    do {
        const auto open =
            co_await rooms_.registry.outbox.ask(questions_at_once, settings_.most_queries, settings_.first_query);
        std::vector<registry::outbox_id> left;
        for (const auto& question : open) {
            const auto gateway = std::ranges::find(gateways_, question.gateway, &gsm::sms_gateway::name);
            if (gateway == gateways_.end()) continue;
            auto& so_far = took[question.gateway];
            if (so_far >= settings_.query_deadline) {
                left.push_back(question.id);
                continue;
            }
            const deadline began = rooms_.time.steady();
            co_await ask_one(question, **gateway);
            so_far += rooms_.time.steady() - began;
        }
        co_await rooms_.registry.outbox.not_asked(left, settings_.first_query);
        if (open.size() < questions_at_once) co_return;
    } while (rooms_.time.steady() < until);
}

task<void> sms_rounds::ask_one(registry::open_question question, gsm::sms_gateway& gateway) {
    const auto to = gsm::msisdn::from_e164(question.e164);
    if (!to) co_return;
    const gsm::sms_out message{
        .to = *to, .sender = {}, .text = {}, .reference = static_cast<std::uint64_t>(question.id.value)};
    asked_.add();
    std::optional<gsm::sms_receipt> answer;
    try {
        answer = co_await gateway.query(message, question.provider_id, rooms_.time.steady() + settings_.query_deadline);
    } catch (const std::exception&) {
        const auto failure = std::current_exception();
        if (is_cancellation(failure)) throw;
        log_warning("sms_query_failed", {{"gateway", gateway.name()}, {"kind", exception_kind(failure)}});
    }
    if (!answer || answer->state == gsm::receipt_state::unknown) co_return;
    told_.add();
    const bool not_there = answer->state == gsm::receipt_state::not_there;
    if (question.provider_id.empty()) {
        using registry::outbox;
        const auto named = not_there ? outbox::named::older : co_await whose(question, *answer);
        if (named == outbox::named::older &&
            co_await rooms_.registry.outbox.not_taken(question.id, settings_.most_attempts))
            not_taken_.add();
        if (named != outbox::named::ours) co_return;
    }
    if (not_there) co_return;
    // It is the answer to our question, whatever it repeats of it.
    answer->gateway = question.gateway;
    answer->to = *to;
    answer->reference = message.reference;
    if (!question.provider_id.empty()) answer->provider_id = question.provider_id;
    co_await desk_.settle(std::move(*answer), false);
}

// One that PostgreSQL refuses must not hold up all others, round after round.
task<void> sms_rounds::join(const registry::fragment_set& set) {
    bool refused = false;
    try {
        co_await desk_.join(set);
    } catch (const registry::statement_refused&) {
        refused = true;
    }
    if (!refused) co_return;
    log_error("sms_parts_dropped", {{"gateway", std::string_view(set.gateway)}, {"parts", set.parts.size()}});
    co_await rooms_.registry.inbox.drop(set);
}

// A reference of sixteen bits names the last message that had it.
task<registry::outbox::named> sms_rounds::whose(const registry::open_question& question,
                                                const gsm::sms_receipt& answer) {
    if (answer.provider_id.empty()) co_return registry::outbox::named::ours;
    const registry::part_id told{.raw = answer.provider_id, .forms = ids_.of(question.gateway, answer.provider_id)};
    co_return co_await rooms_.registry.outbox.whose(question.id, question.gateway, told);
}

task<void> sms_rounds::count() {
    auto& registry = rooms_.registry;
    std::map<std::pair<std::string_view, std::string_view>, registry::outbox_depth> found;
    const auto depths = co_await registry.outbox.depth();
    for (const auto& each : depths) found[{each.state, name_of(each.priority)}] = each;
    for (const std::string_view priority : {"reply", "notice", "bulk"}) {
        for (const std::string_view state : {"pending", "sending", "unknown"})
            rooms_.numbers.level("outbox_messages", "Messages on their way", {{"state", state}, {"priority", priority}})
                .set(found[{state, priority}].messages);
        rooms_.numbers
            .level("outbox_oldest_due_seconds", "For how long the oldest message has been due",
                   {{"priority", priority}})
            .set(found[{"pending", priority}].oldest_due_seconds);
    }
    std::vector<std::string> names;
    for (const auto* each : gateways_) names.emplace_back(each->name());
    co_await registry.inbox.forget_unconfirmed(names, settings_.unconfirmed_wait);
    fragments_.set(co_await registry.inbox.tidy(settings_.fragments_known));
    parked_.set(co_await registry.receipts.parked());
    co_await registry.outbox.tidy();
}

}  // namespace mlango::handlers
