#include "gsm/gsm7.hpp"

#include <algorithm>
#include <array>

#include "gsm/gsm7_tables.hpp"
#include "gsm/utf8.hpp"

namespace mlango::gsm {
namespace {

constexpr std::array<std::string_view, national_languages> codes = {"",   "tr", "es", "pt", "bn", "gu", "hi",
                                                                    "kn", "ml", "or", "pa", "ta", "te", "ur"};

constexpr std::uint8_t absent = 0xFF;

// From characters to the codes of one table.
class character_index {
public:
    explicit character_index(const code_table& table) {
        for (std::size_t code = 0; code < gsm7_codes; ++code) {
            if (table[code] != 0) rows_[count_++] = {table[code], static_cast<std::uint8_t>(code)};
        }
        // A few tables have a character twice; the lower code is the one to write.
        std::ranges::sort(rows_.begin(), rows_.begin() + count_, {},
                          [](const row& r) { return r.character << 8 | r.code; });
        latin_.fill(absent);
        for (std::ptrdiff_t i = count_; i-- > 0;) {
            if (rows_[i].character < latin_.size()) latin_[rows_[i].character] = rows_[i].code;
        }
    }
    [[nodiscard]] std::uint8_t code_of(char32_t character) const {
        if (character < latin_.size()) return latin_[character];
        const auto end = rows_.begin() + count_;
        const auto found = std::ranges::lower_bound(rows_.begin(), end, character, {}, &row::character);
        return found == end || found->character != character ? absent : found->code;
    }

private:
    struct row {
        char32_t character;
        std::uint8_t code;
    };
    std::array<row, gsm7_codes> rows_{};
    std::ptrdiff_t count_ = 0;
    std::array<std::uint8_t, 0x100> latin_{};
};

// The default tables are asked for nearly every message: by position. Of their characters only the euro sign lies
// above.
constexpr std::array<septet_pair, 0x3AA> plain_septets = [] {
    std::array<septet_pair, 0x3AA> written{};
    for (std::size_t code = 0; code < gsm7_codes; ++code) {
        const char16_t base = default_table[code], shifted = extension_table[code];
        if (base != 0) written[base] = {1, static_cast<std::uint8_t>(code)};
        if (shifted != 0 && shifted < written.size()) written[shifted] = {2, static_cast<std::uint8_t>(code)};
    }
    return written;
}();
constexpr std::uint8_t euro_code = 0x65;
static_assert(extension_table[euro_code] == u'€');

septet_pair plain_septets_of(char32_t character) {
    if (character < plain_septets.size()) return plain_septets[character];
    return character == U'€' ? septet_pair{2, euro_code} : septet_pair{};
}

struct all_indexes {
    std::array<character_index, national_languages> locking, single;
    static all_indexes make() {
        return [&]<std::size_t... I>(std::index_sequence<I...>) {
            return all_indexes{{character_index(locking_table(static_cast<national_language>(I)))...},
                               {character_index(single_shift_table(static_cast<national_language>(I)))...}};
        }(std::make_index_sequence<national_languages>());
    }
};

const all_indexes& indexes() {
    static const all_indexes made = all_indexes::make();
    return made;
}

}  // namespace

std::optional<national_language> national_language_of(std::string_view code) {
    const auto found = std::ranges::find(codes, code);
    if (found == codes.end() || code.empty()) return std::nullopt;
    return static_cast<national_language>(found - codes.begin());
}

std::string_view code_of(national_language language) {
    return codes[static_cast<std::size_t>(language)];
}

septet_pair septets_of(char32_t character, shift_tables tables) {
    if (tables.plain()) return plain_septets_of(character);
    const all_indexes& index = indexes();
    std::uint8_t code = index.locking[static_cast<std::size_t>(tables.locking)].code_of(character);
    if (code != absent) return {1, code};
    code = index.single[static_cast<std::size_t>(tables.single)].code_of(character);
    if (code != absent) return {2, code};
    return {};
}

std::optional<std::string> to_septets(std::string_view utf8, shift_tables tables) {
    const bool plain = tables.plain();
    bool whole = true;
    std::string septets;
    // No character has more septets than twice its bytes.
    septets.resize_and_overwrite(2 * utf8.size(), [&](char* const out, std::size_t) {
        // Copies: what is written could be any of the captured, for all that the compiler knows.
        const auto* at = reinterpret_cast<const unsigned char*>(utf8.data());
        const auto* const end = at + utf8.size();
        char* to = out;
        bool missing = false;
        while (at != end) {
            const utf8_character next = decode_utf8(at, static_cast<std::size_t>(end - at));
            at += next.length;
            const septet_pair written = plain ? plain_septets_of(next.character) : septets_of(next.character, tables);
            missing |= written.count == 0;
            if (written.count == 2) *to++ = static_cast<char>(gsm7_escape);
            *to++ = static_cast<char>(written.code);
        }
        whole = !missing;
        return static_cast<std::size_t>(to - out);
    });
    if (!whole) return std::nullopt;
    return septets;
}

std::string from_septets(std::string_view septets, shift_tables tables) {
    const code_table& base = locking_table(tables.locking);
    const code_table& shifted = single_shift_table(tables.single);
    std::string text;
    text.reserve(septets.size() * 2);
    bool escaped = false;
    for (const char octet : septets) {
        const auto code = static_cast<unsigned char>(octet);
        char32_t character = U'\uFFFD';
        if (code == gsm7_escape) {
            escaped = !escaped;
            if (escaped) continue;
            character = U' ';
        } else if (code < gsm7_codes) {
            character = escaped && shifted[code] != 0 ? shifted[code] : base[code];
            if (character == 0) character = U'\uFFFD';
        }
        escaped = false;
        append_utf8(text, character);
    }
    return text;
}

std::string pack(std::string_view septets, unsigned fill_bits) {
    std::string octets;
    octets.reserve((septets.size() * 7 + fill_bits + 7) / 8);
    unsigned held = 0, bits = fill_bits;
    for (const char septet : septets) {
        held |= (static_cast<unsigned>(septet) & 0x7F) << bits;
        bits += 7;
        if (bits >= 8) {
            octets += static_cast<char>(held & 0xFF);
            held >>= 8;
            bits -= 8;
        }
    }
    if (bits > 0 && !septets.empty()) octets += static_cast<char>(held);
    return octets;
}

std::string unpack(std::string_view octets, std::size_t septets, unsigned fill_bits) {
    if (octets.empty()) return {};
    const std::size_t count = std::min(septets, (octets.size() * 8 - fill_bits) / 7);
    std::string unpacked;
    unpacked.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t bit = fill_bits + i * 7, first = bit / 8;
        unsigned two = static_cast<unsigned char>(octets[first]);
        if (first + 1 < octets.size()) two |= static_cast<unsigned>(static_cast<unsigned char>(octets[first + 1])) << 8;
        unpacked += static_cast<char>(two >> bit % 8 & 0x7F);
    }
    return unpacked;
}

std::string pack_ussd(std::string_view septets, unsigned fill_bits) {
    const std::size_t beyond = (fill_bits + septets.size() * 7) % 8;  // bits of the last octet that are taken
    if (septets.empty() || (beyond != 1 && (beyond != 0 || !septets.ends_with('\r')))) return pack(septets, fill_bits);
    return pack(std::string(septets) + '\r', fill_bits);
}

std::string unpack_ussd(std::string_view octets, unsigned fill_bits) {
    std::string septets = unpack(octets, SIZE_MAX, fill_bits);
    const bool on_boundary = (fill_bits + septets.size() * 7) % 8 == 0;
    if (on_boundary && (septets.ends_with('\r') || septets.ends_with('\0'))) septets.pop_back();
    return septets;
}

}  // namespace mlango::gsm
