#include "handlers/sms_desk.hpp"

#include <stdexcept>

#include "base/log.hpp"
#include "gsm/sms_text.hpp"

namespace mlango::handlers {

namespace {

constexpr std::size_t most_unconfirmed = 20'000;

}  // namespace

sms_desk::sms_desk(house& rooms, message_ids ids, desk_limits limits)
    : rooms_(rooms),
      ids_(std::move(ids)),
      limits_(limits),
      receipts_(rooms),
      answering_(rooms),
      received_(rooms.numbers.count("sms_received_total", "Short messages that came in, once each")),
      repeated_(rooms.numbers.count("sms_received_again_total", "Deliveries of a message that was stored before")),
      fragments_(rooms.numbers.level("sms_fragments_waiting", "Parts of long messages that wait for others")),
      parked_(rooms.numbers.level("sms_receipts_waiting", "Receipts that wait for their message to be recorded")) {}

task<void> sms_desk::on_message(gsm::sms_in message) {
    co_await take(std::move(message), nullptr);
}

task<void> sms_desk::take(gsm::sms_in message, const registry::fragment_set* of) {
    std::string e164 = message.from.e164();
    auto& inbox = rooms_.registry.inbox;
    const bool first = of == nullptr ? co_await store(message, e164) : co_await inbox.store_joined(*of, message.text);
    first ? received_.add() : repeated_.add();
    // STOP waits for none of her messages before it. A repetition says nothing new: she may have said START since. Who
    // dies in between leaves it waiting, and it is honoured when it is answered.
    if (first && keyword_of(message.text, rooms_.editions.current().screens) == sms_keyword::stop)
        co_await inbox.allow_sms(e164, false);
    // It is stored, so whatever happens from here on is not the gateway's to repeat.
    co_await answering_.answer_all_of(std::move(e164));
}

task<bool> sms_desk::store(const gsm::sms_in& message, const std::string& e164) {
    auto& inbox = rooms_.registry.inbox;
    if (message.made == gsm::made_id::no)
        co_return co_await inbox.store(message.gateway, message.provider_id, e164, message.to, message.text);
    if (unconfirmed_.size() >= most_unconfirmed) unconfirmed_.clear();  // those of connections that ended
    unconfirmed_.insert_or_assign(
        message.provider_id,
        registry::inbox::confirmed{.gateway = message.gateway,
                                   .words = inbox.words_of(message.gateway, e164, message.to, message.text),
                                   .made_id = message.provider_id});
    co_return co_await inbox.store_by_words(message.gateway, message.provider_id, e164, message.to, message.text,
                                            message.made == gsm::made_id::another);
}

void sms_desk::on_confirmed(std::string_view, std::string_view provider_id) {
    auto found = unconfirmed_.extract(std::string(provider_id));
    if (!found) return;
    confirmed_.push_back(std::move(found.mapped()));
    if (!confirming_) confirming_ = rooms_.background.spawn("sms confirmed", confirm());
}

// At once, since what is not written down at a kill is taken for a repetition; those that come meanwhile together.
task<void> sms_desk::confirm() {
    try {
        while (!confirmed_.empty()) {
            const auto these = std::exchange(confirmed_, {});
            co_await rooms_.registry.inbox.confirm(these);
        }
    } catch (const registry::registry_unavailable&) {
        log_debug("sms_confirmations_not_written");  // they are forgotten after a while
    }
    confirming_ = false;
}

task<void> sms_desk::on_fragment(gsm::sms_fragment part) {
    const auto count = [&](std::string_view fate) {
        rooms_.numbers.count("sms_fragments_total", "Parts of long messages that came in", {{"fate", fate}}).add();
    };
    if (part.number < 1 || part.number > part.total || part.payload.empty() || part.payload.size() > 1'000) {
        count("malformed");
        co_return;
    }
    if (fragments_.value() > limits_.fragments) {
        count("refused");
        throw registry::registry_unavailable("too many parts of long messages wait");
    }
    const registry::fragment piece{.gateway = part.gateway,
                                   .e164 = part.from.e164(),
                                   .to = part.to,
                                   .reference = part.reference,
                                   .wide_reference = part.wide_reference,
                                   .total = part.total,
                                   .number = part.number,
                                   .payload = std::move(part.payload)};
    auto fate = co_await rooms_.registry.inbox.keep(piece, limits_.fragments_of_sender);
    if (fate == registry::fragment_fate::clash) {
        // The message before it, with the same reference, will not become whole any more.
        if (auto stale = co_await rooms_.registry.inbox.set_of(piece)) co_await join(std::move(*stale));
        fate = co_await rooms_.registry.inbox.keep(piece, limits_.fragments_of_sender);
    }
    count(fate == registry::fragment_fate::kept    ? "kept"
          : fate == registry::fragment_fate::again ? "again"
                                                   : "dropped");
    // Also after a repeat: who took its first delivery may have died before it put the message together.
    auto set = co_await rooms_.registry.inbox.set_of(piece);
    if (set && set->complete()) co_await join(std::move(*set));
}

task<void> sms_desk::join(registry::fragment_set set) {
    auto text = gsm::join_payloads(set.payloads);
    const auto from = gsm::msisdn::from_e164(set.e164);
    if (!text || !from) {
        log_warning("sms_parts_not_joined", {{"gateway", std::string_view(set.gateway)}, {"parts", set.parts.size()}});
        co_await rooms_.registry.inbox.store_joined(set, {});
        co_return;
    }
    if (!set.complete())
        log_info("sms_parts_missing",
                 {{"gateway", std::string_view(set.gateway)}, {"came", set.parts.size()}, {"of", set.payloads.size()}});
    gsm::sms_in message{.gateway = set.gateway,
                        .provider_id = {},
                        .from = *from,
                        .to = set.to,
                        .text = gsm::clipped(std::move(*text), 1'600)};
    co_await take(std::move(message), &set);
}

task<void> sms_desk::on_receipt(gsm::sms_receipt receipt) {
    co_await settle(std::move(receipt), true);
}

task<registry::receipt_outcome> sms_desk::settle(gsm::sms_receipt receipt, bool may_wait) {
    registry::receipt_word word{.gateway = receipt.gateway,
                                .provider_id = receipt.provider_id,
                                .forms = ids_.of(receipt.gateway, receipt.provider_id),
                                .e164 = receipt.to ? receipt.to->e164() : std::string(),
                                .reference = receipt.reference,
                                .word = std::string(gsm::name_of(receipt.state)),
                                .final = gsm::is_final(receipt.state),
                                .may_wait = may_wait && parked_.value() < limits_.parked_receipts};
    const auto outcome = co_await receipts_.take(std::move(word));
    rooms_.numbers
        .count("sms_receipts_total", "Delivery reports, by what they did",
               {{"gateway", std::string_view(receipt.gateway)}, {"outcome", registry::name_of(outcome)}})
        .add();
    co_return outcome;
}

}  // namespace mlango::handlers
