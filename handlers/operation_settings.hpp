// What an installation decides about its conversations, and what of it differs from country to country.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mlango::handlers {

inline constexpr std::size_t longest_service_code = 12;  // menus declare {code} so long

// What a network hands on as USSD: from * or # to #, with digits between (3GPP TS 22.090 §4.2.1).
[[nodiscard]] bool is_service_code(std::string_view code);

// A country or a company where another code is dialled, or another language is spoken first.
struct local_dialling {
    std::vector<std::string> prefixes;  // of E.164 numbers ("+256")
    std::string service_code;           // empty: the operation's
    std::string default_language;       // empty: the operation's
};

struct operation_settings {
    std::string service_code = "*384#";   // as she dials it; stands in SMS
    std::string default_language = "en";  // until she chose one
    std::vector<local_dialling> local;
    bool view_needs_pin = true;  // false: lists of assistance open without a PIN
    std::int64_t pin_seconds = 180;
    double dials_per_minute = 12;  // a number's sessions; 0 is no limit
    double dials_burst = 20;
    bool asks_before_words = true;  // an SMS that is no answer: "send this to the office?"; false: it is sent at once

    // Where that number is; views of this. The longest prefix wins.
    [[nodiscard]] std::string_view code_for(std::string_view e164) const;
    [[nodiscard]] std::string_view language_for(std::string_view e164) const;
    // Before it is known to whom: what takes most room.
    [[nodiscard]] std::string_view longest_code() const;
};

}  // namespace mlango::handlers
