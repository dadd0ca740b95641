// The page /add, on which a smartphone's owner types the offer's number from the feature phone's screen and gets the
// link that her wallet opens. No script; English, French, Arabic. Pure. Caller: the issuing door.
#pragma once

#include <string>
#include <string_view>

#include "base/http/message.hpp"

namespace mlango::exchange {

enum class add_state { asking, unknown_number, found };

// `link` for found. `language` other than fr and ar: English.
[[nodiscard]] http_response add_page(std::string_view language, add_state state, std::string_view link = {});

// ASCII digits of what was typed: spaces and hyphens left out, Arabic-Indic and Persian digits understood. At most 64
// bytes are read; another character makes it empty.
[[nodiscard]] std::string typed_digits(std::string_view typed);

}  // namespace mlango::exchange
