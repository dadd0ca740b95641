#include "templates/folding.hpp"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

namespace mlango::templates {

namespace {

// Letters that people write for one another. Decomposition has taken hamza and madda off before.
UChar32 one_form(UChar32 c) {
    switch (c) {
        case u'ٱ':
            return u'ا';
        case u'ى':
        case u'ی':
        case u'ے':
            return u'ي';
        case u'ة':
        case u'ہ':
        case u'ھ':
            return u'ه';
        case u'ک':
            return u'ك';
        // Ge'ez letters that sound alike in Amharic, by the first of their row.
        default:
            break;
    }
    const auto row_of = [&](UChar32 from, UChar32 to) { return to + (c - from); };
    if (c >= 0x1210 && c <= 0x1216) return row_of(0x1210, 0x1200);  // ሐ as ሀ
    if (c >= 0x1280 && c <= 0x1286) return row_of(0x1280, 0x1200);  // ኀ as ሀ
    if (c >= 0x1220 && c <= 0x1226) return row_of(0x1220, 0x1230);  // ሠ as ሰ
    if (c >= 0x12d0 && c <= 0x12d6) return row_of(0x12d0, 0x12a0);  // ዐ as አ
    if (c >= 0x1340 && c <= 0x1346) return row_of(0x1340, 0x1338);  // ፀ as ጸ
    return c;
}

const icu::Normalizer2& decomposition() {
    UErrorCode error = U_ZERO_ERROR;
    return *icu::Normalizer2::getNFKDInstance(error);  // part of ICU's own data: there is no error to handle
}

constexpr UChar32 tatweel = 0x640;  // only makes a word longer to look at

bool is_mark(UChar32 c) {
    return c == tatweel || (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0 || u_charType(c) == U_FORMAT_CHAR;
}

}  // namespace

std::string without_case(std::string_view text) {
    std::string out;
    icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())))
        .foldCase()
        .toUTF8String(out);
    return out;
}

std::string plain_words(std::string_view text) {
    UErrorCode error = U_ZERO_ERROR;
    const auto given =
        icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
    const icu::UnicodeString apart = decomposition().normalize(given, error).foldCase();
    icu::UnicodeString plain;
    bool gap = false;
    for (std::int32_t at = 0; at < apart.length(); at = apart.moveIndex32(at, 1)) {
        const UChar32 c = apart.char32At(at);
        if (is_mark(c)) continue;
        const std::int32_t digit = u_charDigitValue(c);
        if (digit < 0 && !u_isalpha(c)) {
            gap = true;
            continue;
        }
        if (gap && !plain.isEmpty()) plain.append(u' ');
        gap = false;
        plain.append(digit >= 0 && digit <= 9 ? static_cast<UChar32>(u'0' + digit) : one_form(c));
    }
    std::string out;
    plain.toUTF8String(out);
    return out;
}

}  // namespace mlango::templates
