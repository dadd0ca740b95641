#include "handlers/sms_desk.hpp"

#include <stdexcept>

namespace mlango::handlers {

sms_desk::sms_desk(house& rooms)
    : rooms_(rooms),
      answering_(rooms),
      received_(rooms.numbers.count("sms_received_total", "Short messages that came in, once each")),
      repeated_(rooms.numbers.count("sms_received_again_total", "Deliveries of a message that was stored before")),
      unmatched_(rooms.numbers.count("sms_receipts_unmatched_total", "Delivery reports for no message of ours")) {}

task<void> sms_desk::on_message(gsm::sms_in message) {
    std::string e164 = message.from.e164();
    // STOP is honoured before the message is stored: were it lost in between, its repeat would be taken for done.
    if (keyword_of(message.text, rooms_.editions.current().screens) == sms_keyword::stop)
        co_await rooms_.registry.inbox.allow_sms(e164, false);
    const bool first =
        co_await rooms_.registry.inbox.store(message.gateway, message.provider_id, e164, message.to, message.text);
    first ? received_.add() : repeated_.add();
    // It is stored, so whatever happens from here on is not the gateway's to repeat.
    co_await answering_.answer_all_of(std::move(e164));
}

task<void> sms_desk::on_fragment(gsm::sms_fragment) {
    throw std::logic_error("parts of long messages are not put together yet");
}

task<void> sms_desk::on_receipt(gsm::sms_receipt receipt) {
    const bool matched = co_await rooms_.registry.outbox.receipt(
        receipt.gateway, receipt.provider_id, gsm::name_of(receipt.state), gsm::is_final(receipt.state));
    if (!matched) unmatched_.add();
}

}  // namespace mlango::handlers
