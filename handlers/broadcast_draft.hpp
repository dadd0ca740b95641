// What a broadcast will be, before anybody releases it: whether its texts may be sent, and what they take. For the
// command line and the console. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gsm/sms_cost.hpp"
#include "registry/broadcasts.hpp"
#include "templates/edition.hpp"

namespace mlango::handlers {

// The text as it goes out: {code} is what she dials. Nothing else is filled in.
[[nodiscard]] std::string worded(std::string_view text, std::string_view service_code);

// One thing that a text may not be: a code for programs, and the words for who wrote it.
struct text_fault {
    std::string_view code;  // unknown_language, placeholder, not_text, too_long, or as code_of(wording_fault) says
    std::string words;
};
inline constexpr std::size_t most_messages = 6;
[[nodiscard]] std::vector<text_fault> faults_of(std::string_view language, std::string_view text,
                                                const templates::declarations& declared, std::string_view service_code,
                                                const gsm::encoding_rules& rules = {});

// Every fault, worded for who wrote it: an unknown language, another placeholder than {code}, what no SMS may say
// (handlers/sms_wording.hpp), a text of more than `most_messages`.
[[nodiscard]] std::vector<std::string> faults_of(const std::vector<registry::broadcast_text>& texts,
                                                 const templates::declarations& declared, std::string_view service_code,
                                                 const gsm::encoding_rules& rules = {});

struct language_figures {
    std::string language;
    std::string text;    // as it goes out
    gsm::sms_size size;  // of one
    std::int64_t recipients = 0, others = 0;
    std::int64_t messages = 0;  // that are paid for
};
struct broadcast_figures {
    std::vector<language_figures> languages;  // of every text, also of those that nobody gets
    std::int64_t recipients = 0, messages = 0;
};
// Of texts without faults.
[[nodiscard]] broadcast_figures figures_of(const std::vector<registry::broadcast_text>& texts,
                                           const registry::broadcast_count& count, std::string_view service_code,
                                           const gsm::encoding_rules& rules = {});

// For how long it still takes at `a_second`; 0: nobody can say.
[[nodiscard]] std::int64_t seconds_left(const registry::broadcast_summary& now, double a_second);
// Messages that are through: neither waiting nor under way.
[[nodiscard]] std::int64_t settled(const registry::broadcast_summary& now);

}  // namespace mlango::handlers
