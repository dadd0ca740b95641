#include "handlers/broadcast_draft.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "handlers/sms_wording.hpp"

namespace mlango::handlers {

namespace {

constexpr std::string_view code_placeholder = "{code}";

}  // namespace

std::string worded(std::string_view text, std::string_view service_code) {
    std::string out;
    for (;;) {
        const std::size_t at = text.find(code_placeholder);
        out += text.substr(0, at);
        if (at == std::string_view::npos) return out;
        out += service_code;
        text.remove_prefix(at + code_placeholder.size());
    }
}

std::vector<text_fault> faults_of(std::string_view language, std::string_view text,
                                  const templates::declarations& declared, std::string_view service_code,
                                  const gsm::encoding_rules& rules) {
    std::vector<text_fault> faults;
    if (std::ranges::find(declared.forbidden, language, &std::pair<std::string, std::vector<std::string>>::first) ==
        declared.forbidden.end())
        faults.push_back(
            {"unknown_language", "no forbidden words are listed for this language, so that it can not be checked"});
    const std::string shown = worded(text, service_code);
    if (worded(text, {}).find_first_of("{}") != std::string::npos)
        faults.push_back({"placeholder", "only {code} can be filled in; a broadcast knows nobody"});
    if (const auto found = fault_in(shown, declared)) {
        faults.push_back({code_of(*found), fmt::format("may not be sent by SMS: {}", name_of(*found))});
        return faults;
    }
    if (const auto cost = gsm::cost_of(shown, rules); !cost)
        faults.push_back({"not_text", "can not be sent by SMS"});
    else if (cost->size.segments > most_messages)
        faults.push_back({"too_long", fmt::format("takes {} messages, at most {} are let through", cost->size.segments,
                                                  most_messages)});
    return faults;
}

std::vector<std::string> faults_of(const std::vector<registry::broadcast_text>& texts,
                                   const templates::declarations& declared, std::string_view service_code,
                                   const gsm::encoding_rules& rules) {
    std::vector<std::string> faults;
    if (texts.empty()) faults.emplace_back("there is no text");
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const auto& [language, text] = texts[i];
        const auto fault = [&](std::string_view what) { faults.push_back(fmt::format("text {}: {}", language, what)); };
        if (std::ranges::find(texts.begin(), texts.begin() + static_cast<std::ptrdiff_t>(i), language,
                              &registry::broadcast_text::language) != texts.begin() + static_cast<std::ptrdiff_t>(i))
            fault("is given twice");
        for (const text_fault& one : faults_of(language, text, declared, service_code, rules)) fault(one.words);
    }
    return faults;
}

broadcast_figures figures_of(const std::vector<registry::broadcast_text>& texts, const registry::broadcast_count& count,
                             std::string_view service_code, const gsm::encoding_rules& rules) {
    broadcast_figures all{.languages = {}, .recipients = count.recipients, .messages = 0};
    for (const auto& [language, text] : texts) {
        auto& one = all.languages.emplace_back();
        one.language = language;
        one.text = worded(text, service_code);
        if (const auto cost = gsm::cost_of(one.text, rules)) one.size = cost->size;
        if (const auto found = std::ranges::find(count.languages, language, &registry::language_count::language);
            found != count.languages.end()) {
            one.recipients = found->recipients;
            one.others = found->others;
        }
        one.messages = one.recipients * static_cast<std::int64_t>(one.size.segments);
        all.messages += one.messages;
    }
    return all;
}

std::int64_t settled(const registry::broadcast_summary& now) {
    return now.written - now.messages.pending - now.messages.sending;
}

std::int64_t seconds_left(const registry::broadcast_summary& now, double a_second) {
    const std::int64_t waiting = now.messages.pending + now.messages.sending;
    const std::int64_t unwritten =
        now.expanded ? 0 : std::max<std::int64_t>(0, now.recipients.value_or(0) - now.written);
    if (a_second <= 0) return 0;
    return static_cast<std::int64_t>(std::ceil(static_cast<double>(waiting + unwritten) / a_second));
}

}  // namespace mlango::handlers
