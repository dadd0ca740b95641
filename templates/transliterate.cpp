#include "templates/transliterate.hpp"

#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <functional>
#include <unordered_map>

namespace mlango::templates {
namespace {

struct hash_of_word {
    using is_transparent = void;
    std::size_t operator()(std::string_view word) const { return std::hash<std::string_view>{}(word); }
};

// Beyond ASCII: TS 23.038's letters in the order of Unicode. Of ASCII it lacks only '`' and the controls.
constexpr std::array<char16_t, 39> gsm_letters{u'¡', u'£', u'¤', u'¥', u'§', u'¿', u'Ä', u'Å', u'Æ', u'Ç',
                                               u'É', u'Ñ', u'Ö', u'Ø', u'Ü', u'ß', u'à', u'ä', u'å', u'æ',
                                               u'è', u'é', u'ì', u'ñ', u'ò', u'ö', u'ø', u'ù', u'ü', u'Γ',
                                               u'Δ', u'Θ', u'Λ', u'Ξ', u'Π', u'Σ', u'Φ', u'Ψ', u'Ω'};
static_assert(std::ranges::is_sorted(gsm_letters));

bool in_alphabet(UChar32 c) {
    if (c < 0x80) return c >= 0x20 ? c != '`' && c != 0x7f : c == '\n' || c == '\r' || c == '\f';
    return c == 0x20ac || (c <= 0x3a9 && std::ranges::binary_search(gsm_letters, static_cast<char16_t>(c)));
}

bool all_in_alphabet(const icu::UnicodeString& text) {
    for (std::int32_t i = 0; i < text.length(); ++i)
        if (!in_alphabet(text.charAt(i))) return false;
    return true;
}

// Signs that stand between words, which rules for letters need not know.
std::string_view sign(UChar32 c) {
    switch (c) {
        case u'،':
        case u'፣':
            return ",";
        case u'؛':
        case u'፤':
            return ";";
        case u'؟':
        case u'፧':
            return "?";
        case u'።':
            return ".";
        case u'፥':
        case u'፦':
            return ":";
        case u'፡':
        case u'\u00a0':
        case u'\u2009':
        case u'\u202f':
            return " ";
        case u'‘':
        case u'’':
        case u'`':
        case u'´':
        case u'ʼ':
            return "'";
        case u'“':
        case u'”':
        case u'„':
        case u'«':
        case u'»':
            return "\"";
        case u'‐':
        case u'‑':
        case u'–':
        case u'—':
            return "-";
        case u'…':
            return "...";
        default:
            return {};
    }
}

std::string_view digit(UChar32 c) {
    constexpr std::string_view digits = "0123456789";
    const std::int32_t value = u_charDigitValue(c);
    return value < 0 || value > 9 ? std::string_view() : digits.substr(static_cast<std::size_t>(value), 1);
}

// Says nothing by itself: a sign of direction, a joiner, a mark without its letter.
bool is_silent(UChar32 c) {
    return c >= 0 && (u_charType(c) == U_FORMAT_CHAR || (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0);
}

std::unique_ptr<icu::Transliterator> of_rules(const latin_forms& language, std::string& fault) {
    UErrorCode status = U_ZERO_ERROR;
    UParseError where{};
    std::unique_ptr<icu::Transliterator> made(icu::Transliterator::createFromRules(
        icu::UnicodeString("mlango-").append(icu::UnicodeString::fromUTF8(language.language)),
        icu::UnicodeString::fromUTF8(language.rules), UTRANS_FORWARD, where, status));
    if (U_SUCCESS(status) && made) return made;
    std::string near;
    icu::UnicodeString(where.preContext).append(icu::UnicodeString(where.postContext)).toUTF8String(near);
    fault = language.language + ": latin: the rules break at \"" + near + "\" (" + u_errorName(status) + ")";
    return nullptr;
}

}  // namespace

struct transliterator::state {
    std::vector<std::unique_ptr<icu::Transliterator>> steps;  // of the languages, then for whatever is left
    std::unordered_map<std::string, std::string, hash_of_word, std::equal_to<>> words;

    // `word`: what stands between two characters of the alphabet.
    void append_word(std::string& out, std::string_view word) const {
        if (word.empty()) return;
        if (const auto known = words.find(word); known != words.end()) {
            out += known->second;
            return;
        }
        auto letters =
            icu::UnicodeString::fromUTF8(icu::StringPiece(word.data(), static_cast<std::int32_t>(word.size())));
        bool says = false;
        for (std::int32_t i = 0; i < letters.length() && !says; i = letters.moveIndex32(i, 1))
            says = !is_silent(letters.char32At(i));
        if (!says) return;
        for (const auto& step : steps)
            if (!all_in_alphabet(letters)) step->transliterate(letters);
        const std::size_t before = out.size();
        for (std::int32_t i = 0; i < letters.length(); i = letters.moveIndex32(i, 1)) {
            const UChar32 c = letters.char32At(i);
            if (in_alphabet(c))
                icu::UnicodeString(c).toUTF8String(out);
            else
                out += sign(c);
        }
        if (out.size() == before) out += '?';
    }
};

transliterator::transliterator(std::unique_ptr<state> state) : state_(std::move(state)) {}
transliterator::transliterator(transliterator&&) noexcept = default;
transliterator::~transliterator() = default;

std::expected<transliterator, std::string> transliterator::make(const std::vector<latin_forms>& languages) {
    auto made = std::make_unique<state>();
    for (const latin_forms& language : languages) {
        for (const auto& [word, form] : language.words) {
            if (!is_plain(form))
                return std::unexpected(language.language + ": latin: " + form + " is not all Latin letters");
            made->words.emplace(word, form);
        }
        if (language.rules.empty()) continue;
        std::string fault;
        made->steps.push_back(of_rules(language, fault));
        if (!made->steps.back()) return std::unexpected(std::move(fault));
    }
    UErrorCode status = U_ZERO_ERROR;
    made->steps.emplace_back(icu::Transliterator::createInstance("Any-Latin; Latin-ASCII", UTRANS_FORWARD, status));
    if (U_FAILURE(status) || !made->steps.back())
        return std::unexpected(std::string("ICU has no Any-Latin: ") + u_errorName(status));
    return transliterator(std::move(made));
}

void transliterator::append(std::string& out, std::string_view text) const {
    const auto length = static_cast<std::int32_t>(text.size());
    std::int32_t word = 0;  // where the word that needs another form begins
    for (std::int32_t at = 0; at < length;) {
        const std::int32_t here = at;
        UChar32 c = 0;
        U8_NEXT(text.data(), at, length, c);
        std::string_view as = in_alphabet(c) ? text.substr(here, at - here) : sign(c);
        if (as.empty()) as = digit(c);
        if (as.empty() && c >= 0) continue;  // a letter
        state_->append_word(out, text.substr(word, here - word));
        out += c < 0 ? std::string_view("?") : as;
        word = at;
    }
    state_->append_word(out, text.substr(word));
}

std::string transliterator::latin(std::string_view text) const {
    std::string out;
    append(out, text);
    return out;
}

bool transliterator::is_plain(std::string_view text) {
    const auto length = static_cast<std::int32_t>(text.size());
    for (std::int32_t at = 0; at < length;) {
        UChar32 c = 0;
        U8_NEXT(text.data(), at, length, c);
        if (c < 0 || !in_alphabet(c)) return false;
    }
    return true;
}

}  // namespace mlango::templates
