#include "handlers/sms_desk.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "base/log.hpp"
#include "gsm/sms_text.hpp"

namespace mlango::handlers {

namespace {

struct keyword_word {
    std::string_view word;  // upper case where the script has case
    sms_keyword meaning;
};

constexpr auto words = std::to_array<keyword_word>({
    {"STOP", sms_keyword::stop},    {"END", sms_keyword::stop},         {"QUIT", sms_keyword::stop},
    {"CANCEL", sms_keyword::stop},  {"UNSUBSCRIBE", sms_keyword::stop}, {"ARRET", sms_keyword::stop},
    {"ARRETER", sms_keyword::stop}, {"ARRÊT", sms_keyword::stop},       {"ACHA", sms_keyword::stop},
    {"SIMAMA", sms_keyword::stop},  {"قف", sms_keyword::stop},          {"توقف", sms_keyword::stop},
    {"إيقاف", sms_keyword::stop},   {"START", sms_keyword::start},      {"ANZA", sms_keyword::start},
    {"DEBUT", sms_keyword::start},  {"DEBUTER", sms_keyword::start},    {"DÉBUT", sms_keyword::start},
    {"ابدأ", sms_keyword::start},   {"بدء", sms_keyword::start},
});

constexpr sessions::bucket_rate told_how{.per_second = 1.0 / 3600, .burst = 2};

}  // namespace

sms_keyword keyword_of(std::string_view text) {
    const auto is_space = [](char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '.' || c == '!';
    };
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    std::size_t length = 0;
    while (length < text.size() && !is_space(text[length])) ++length;
    if (length == 0 || length > 32) return sms_keyword::none;
    std::string word(text.substr(0, length));
    for (char& c : word)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    // Accented capitals come as they are; small é and ê are the only others in the list.
    for (std::size_t at; (at = word.find("é")) != std::string::npos;) word.replace(at, 2, "É");
    for (std::size_t at; (at = word.find("ê")) != std::string::npos;) word.replace(at, 2, "Ê");
    const auto found = std::ranges::find(words, word, &keyword_word::word);
    return found == words.end() ? sms_keyword::none : found->meaning;
}

sms_desk::sms_desk(house& rooms, message_ids ids, desk_limits limits)
    : rooms_(rooms),
      ids_(std::move(ids)),
      limits_(limits),
      receipts_(rooms),
      received_(rooms.numbers.count("sms_received_total", "Short messages that came in, once each")),
      repeated_(rooms.numbers.count("sms_received_again_total", "Deliveries of a message that was stored before")),
      fragments_(rooms.numbers.level("sms_fragments_waiting", "Parts of long messages that wait for others")),
      parked_(rooms.numbers.level("sms_receipts_waiting", "Receipts that wait for their message to be recorded")) {}

task<void> sms_desk::on_message(gsm::sms_in message) {
    co_await take(std::move(message), nullptr);
}

task<void> sms_desk::take(gsm::sms_in message, const registry::fragment_set* of) {
    const std::string e164 = message.from.e164();
    const sms_keyword keyword = keyword_of(message.text);
    auto& inbox = rooms_.registry.inbox;
    // STOP is honoured before the message is stored: were it lost in between, its repeat would be taken for done.
    if (keyword == sms_keyword::stop) co_await inbox.allow_sms(e164, false);
    const bool first = of == nullptr
                           ? co_await inbox.store(message.gateway, message.provider_id, e164, message.to, message.text)
                           : co_await inbox.store_joined(*of, message.text);
    if (!first) {
        repeated_.add();
        co_return;
    }
    received_.add();
    if (keyword == sms_keyword::start) co_await inbox.allow_sms(e164, true);
    if (keyword == sms_keyword::none) {
        const auto allowed = co_await rooms_.limits.take(rooms_.blind.blind("told how", e164), told_how);
        if (!allowed || !*allowed) co_return;
    }
    const auto found = co_await rooms_.registry.people.behind(e164);
    std::string language = found.number_language;
    if (language.empty() && !found.people.empty()) language = found.people.front().language;
    if (language.empty()) language = rooms_.operation.default_language;
    std::string_view text = "sms.how";
    if (keyword == sms_keyword::stop) text = registry::stop_confirmed;
    if (keyword == sms_keyword::start) text = "sms.started";
    const auto reply = registry::make_notice(rooms_.record, e164, language, text, {});
    co_await rooms_.registry.outbox.put(reply, {.priority = registry::message_priority::reply});
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
