#include "handlers/sms_desk.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

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

sms_desk::sms_desk(house& rooms)
    : rooms_(rooms),
      received_(rooms.numbers.count("sms_received_total", "Short messages that came in, once each")),
      repeated_(rooms.numbers.count("sms_received_again_total", "Deliveries of a message that was stored before")),
      unmatched_(rooms.numbers.count("sms_receipts_unmatched_total", "Delivery reports for no message of ours")) {}

task<void> sms_desk::on_message(gsm::sms_in message) {
    const std::string e164 = message.from.e164();
    const sms_keyword keyword = keyword_of(message.text);
    // STOP is honoured before the message is stored: were it lost in between, its repeat would be taken for done.
    if (keyword == sms_keyword::stop) co_await rooms_.registry.inbox.allow_sms(e164, false);
    if (!co_await rooms_.registry.inbox.store(message.gateway, message.provider_id, e164, message.to, message.text)) {
        repeated_.add();
        co_return;
    }
    received_.add();
    if (keyword == sms_keyword::start) co_await rooms_.registry.inbox.allow_sms(e164, true);
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
    co_await rooms_.registry.outbox.put(reply);
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
