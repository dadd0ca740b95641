// What an SMS in staff's own words may say, and what it takes: the check that every message passes again before it is
// sent (handlers/sms_wording). Implemented in server/. Callers: tickets and notices.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mlango::console {

struct sms_shape {
    std::string text;      // as it goes out: {code} is what she dials
    std::string encoding;  // "GSM-7", "UCS-2"
    std::size_t units = 0, holds = 0, segments = 0;
    // unknown_language, placeholder, not_text, too_long, forbidden_word, registration_number, long_number, pin_or_code,
    // link
    std::vector<std::string> faults;
};

class sms_port {
public:
    virtual ~sms_port() = default;
    [[nodiscard]] virtual sms_shape shape(std::string_view language, std::string_view text) const = 0;
    // Those in which something may be written: what no SMS may say is known of them.
    [[nodiscard]] virtual std::vector<std::string> languages() const = 0;
    // The operation's: for whom no other is known.
    [[nodiscard]] virtual std::string default_language() const = 0;
};

}  // namespace mlango::console
