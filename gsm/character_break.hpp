// Where a text may be cut so that what a reader sees as one character stays whole. Caller: sms_encode.cpp.
#pragma once

#include <cstddef>
#include <span>

namespace mlango::gsm {

// Whether a boundary of Unicode UAX 29 (grapheme clusters) lies before characters[at]. Before the first and after the
// last there is one.
[[nodiscard]] bool breaks_before(std::span<const char32_t> characters, std::size_t at);

}  // namespace mlango::gsm
