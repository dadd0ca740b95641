#include "gsm/character_break.hpp"

#include <unicode/uchar.h>

namespace mlango::gsm {
namespace {

UGraphemeClusterBreak kind_of(char32_t c) {
    return static_cast<UGraphemeClusterBreak>(
        u_getIntPropertyValue(static_cast<UChar32>(c), UCHAR_GRAPHEME_CLUSTER_BREAK));
}

bool is_pictographic(char32_t c) {
    return u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_EXTENDED_PICTOGRAPHIC);
}

// GB6 … GB8
bool is_one_syllable(UGraphemeClusterBreak before, UGraphemeClusterBreak after) {
    if (before == U_GCB_L) return after == U_GCB_L || after == U_GCB_V || after == U_GCB_LV || after == U_GCB_LVT;
    if (before == U_GCB_LV || before == U_GCB_V) return after == U_GCB_V || after == U_GCB_T;
    return (before == U_GCB_LVT || before == U_GCB_T) && after == U_GCB_T;
}

// GB11: a pictograph, marks, a joiner, and a pictograph at `at`.
bool is_joined_picture(std::span<const char32_t> characters, std::size_t at) {
    if (!is_pictographic(characters[at])) return false;
    std::size_t before = at - 1;  // the joiner
    while (before > 0 && kind_of(characters[before - 1]) == U_GCB_EXTEND) --before;
    return before > 0 && is_pictographic(characters[before - 1]);
}

// GB12, GB13: flags are pairs.
bool is_second_of_flag(std::span<const char32_t> characters, std::size_t at) {
    std::size_t letters = 0;
    while (letters < at && kind_of(characters[at - 1 - letters]) == U_GCB_REGIONAL_INDICATOR) ++letters;
    return letters % 2 == 1;
}

bool is_control(UGraphemeClusterBreak kind) {
    return kind == U_GCB_CONTROL || kind == U_GCB_CR || kind == U_GCB_LF;
}

}  // namespace

bool breaks_before(std::span<const char32_t> characters, std::size_t at) {
    if (at == 0 || at >= characters.size()) return true;
    if (characters[at] < 0x300 && characters[at - 1] < 0x300) {  // nothing below joins, but for this one pair
        return characters[at] != U'\n' || characters[at - 1] != U'\r';
    }
    const auto before = kind_of(characters[at - 1]), after = kind_of(characters[at]);
    if (is_control(before) || is_control(after)) return true;
    if (after == U_GCB_EXTEND || after == U_GCB_ZWJ || after == U_GCB_SPACING_MARK) return false;
    if (before == U_GCB_PREPEND || is_one_syllable(before, after)) return false;
    if (before == U_GCB_ZWJ) return !is_joined_picture(characters, at);
    if (before == U_GCB_REGIONAL_INDICATOR && after == U_GCB_REGIONAL_INDICATOR)
        return !is_second_of_flag(characters, at);
    return true;
}

}  // namespace mlango::gsm
