// Words as they are compared, whoever typed them on whichever phone. Callers: keywords, the check of what may be sent,
// the proof. Pure.
#pragma once

#include <string>
#include <string_view>

namespace mlango::templates {

// Without case: for words that are looked for inside a text.
[[nodiscard]] std::string without_case(std::string_view text);

// What is left when nothing counts that people leave out or type differently: no case, no accents or vowel signs, one
// form of each Arabic letter (أ إ آ ا; ى ي; ة ه; Persian ک ی), digits of any script and width as ASCII, everything that
// is no letter and no digit as one space, none around. "  Arrêt!" is "arret", "قِف" is "قف".
[[nodiscard]] std::string plain_words(std::string_view text);

}  // namespace mlango::templates
