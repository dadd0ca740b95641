// A phone's screen drawn with characters, for the terminal phone. Pure; knows columns, not escape codes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gsm/text.hpp"

namespace mlango::simulator {

// Columns a terminal gives `text` (UTF-8, one line): two for East Asian wide characters (Unicode UAX #11), none for
// combining marks and invisible format characters.
[[nodiscard]] std::size_t columns_of(std::string_view text);

// `text` broken into lines of at most `columns`, at spaces where there are any, as a phone does. A line feed always
// breaks. Control characters become spaces, so that no text can command the terminal.
[[nodiscard]] std::vector<std::string> wrap(std::string_view text, std::size_t columns);

// "112/160 septets", "64/70 UCS-2 units".
[[nodiscard]] std::string usage(gsm::text_size size, gsm::screen_size screen);

// A box that has room for a full screen of `screen`, and more lines when many short ones need them. Lines of
// right-to-left script stand as they are: the terminal turns them.
[[nodiscard]] std::vector<std::string> draw_box(std::string_view text, gsm::screen_size screen, std::string_view title);

}  // namespace mlango::simulator
