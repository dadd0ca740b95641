// What may never be sent by SMS, whatever made the text: the one place that every message passes on its way out. An SMS
// lies in her phone and at the operator's, and others read both. Pure.
#pragma once

#include <string_view>

#include "gsm/text.hpp"
#include "templates/declarations.hpp"

namespace mlango::handlers {

// As much as three SMS hold, joined (153 septets or 67 UCS-2 units each), less what is lost where an escape or a
// surrogate pair may not be divided. Few messages are cheaper than many pages.
inline constexpr gsm::screen_size sms_screen{.septets = 3 * 153 - 2, .ucs2_units = 3 * 67 - 2};

// Why the text must not go, as a word for the log; empty: it may. Not: words that tell what the service is, of any
// language that the menu lists; a number of nine digits or more (a phone, a card, a code); a link; a text without
// content or longer than three SMS.
[[nodiscard]] std::string_view fault_of_sms(std::string_view text, const templates::declarations& declared);

}  // namespace mlango::handlers
