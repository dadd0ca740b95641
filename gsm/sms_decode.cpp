// Inbound: what octets mean, what a header says, and the parts put together again.
#include <algorithm>
#include <array>

#include "gsm/sms_text.hpp"
#include "gsm/utf8.hpp"

namespace mlango::gsm {
namespace {

// ── Data coding ──────────────────────────────────────────────────────────────────────────────────────────────────────

enum class octets_are { gsm7, latin1, utf8, ucs2, binary };

octets_are kind_of(default_alphabet alphabet) {
    switch (alphabet) {
        case default_alphabet::latin1:
            return octets_are::latin1;
        case default_alphabet::utf8:
            return octets_are::utf8;
        case default_alphabet::ucs2:
            return octets_are::ucs2;
        case default_alphabet::gsm7:
            break;
    }
    return octets_are::gsm7;
}

// SMPP 3.4 §5.2.19 below 0x10, TS 23.038 §4 from there on.
octets_are kind_of(std::uint8_t data_coding, const decoding_rules& rules) {
    if (data_coding == 0) return kind_of(rules.as_default);
    if (data_coding == 1 || data_coding == 3) return octets_are::latin1;
    if (data_coding == 8) return octets_are::ucs2;
    if (data_coding < 0x10) return octets_are::binary;
    const unsigned group = data_coding >> 4;
    if (group < 0x8) {  // general, and "marked for automatic deletion": bit 5 compressed, bits 3 and 2 the alphabet
        if ((data_coding & 0x20) != 0) return octets_are::binary;
        const unsigned alphabet = data_coding >> 2 & 3;
        return alphabet == 1 ? octets_are::binary : alphabet == 2 ? octets_are::ucs2 : octets_are::gsm7;
    }
    if (group == 0xE) return octets_are::ucs2;  // message waiting, stored, UCS-2
    if (group == 0xF && (data_coding & 0x04) != 0) return octets_are::binary;
    return octets_are::gsm7;
}

// ── User data header ─────────────────────────────────────────────────────────────────────────────────────────────────

struct user_data_header {
    std::size_t octets = 0;  // with the length
    shift_tables tables;
    std::optional<sms_part> numbering;
};

bool can_be(const sms_part& part) {
    return part.total >= 2 && part.number >= 1 && part.number <= part.total;
}

national_language language_of(unsigned char identifier) {
    return identifier < national_languages ? static_cast<national_language>(identifier) : national_language::none;
}

void read_element(user_data_header& header, unsigned char identifier, std::span<const unsigned char> content) {
    if (identifier == 0x00 && content.size() == 3) {
        header.numbering = sms_part{content[0], false, content[1], content[2], {}};
    } else if (identifier == 0x08 && content.size() == 4) {
        header.numbering =
            sms_part{static_cast<std::uint16_t>(content[0] << 8 | content[1]), true, content[2], content[3], {}};
    } else if (identifier == 0x24 && content.size() == 1) {
        header.tables.single = language_of(content[0]);
    } else if (identifier == 0x25 && content.size() == 1) {
        header.tables.locking = language_of(content[0]);
    }
}

std::optional<user_data_header> read_header(std::string_view octets) {
    const std::span all(reinterpret_cast<const unsigned char*>(octets.data()), octets.size());
    user_data_header header;
    if (all.empty() || all[0] + 1U > all.size()) return std::nullopt;
    header.octets = all[0] + 1U;
    for (auto rest = all.subspan(1, all[0]); !rest.empty();) {
        if (rest.size() < 2 || rest.size() - 2 < rest[1]) return std::nullopt;
        read_element(header, rest[0], rest.subspan(2, rest[1]));
        rest = rest.subspan(2U + rest[1]);
    }
    return header;
}

// ── Texts ────────────────────────────────────────────────────────────────────────────────────────────────────────────

// Nothing stores U+0000, and some phones end a text with it.
void append_character(std::string& text, char32_t c) {
    if (c != 0) append_utf8(text, c);
}

std::string from_latin1(std::string_view octets) {
    std::string text;
    for (const char c : octets) append_character(text, static_cast<unsigned char>(c));
    return text;
}

std::string from_utf8(std::string_view octets) {
    std::string text;
    const auto* const start = reinterpret_cast<const unsigned char*>(octets.data());
    for (std::size_t at = 0; at < octets.size();) {
        const utf8_character next = decode_utf8(start + at, octets.size() - at);
        append_character(text, next.character == malformed_utf8 ? U'\uFFFD' : next.character);
        at += next.length;
    }
    return text;
}

// What is beside the octets: a gap hides half of a surrogate pair, which is then not shown as broken, too.
struct surroundings {
    bool gap_before = false;
    bool gap_after = false;
};

bool is_high(char32_t unit) {
    return unit >= 0xD800 && unit < 0xDC00;
}
bool is_low(char32_t unit) {
    return unit >= 0xDC00 && unit < 0xE000;
}

std::string from_utf16(std::string_view octets, surroundings beside) {
    const std::size_t count = octets.size() / 2;
    bool little = false;
    const auto unit = [&](std::size_t at) -> char32_t {
        const auto first = static_cast<unsigned char>(octets[2 * at]),
                   second = static_cast<unsigned char>(octets[2 * at + 1]);
        return static_cast<char32_t>(little ? second << 8 | first : first << 8 | second);
    };
    std::size_t at = 0;
    if (count > 0 && !beside.gap_before && (unit(0) == 0xFEFF || unit(0) == 0xFFFE)) {
        little = unit(0) == 0xFFFE;
        at = 1;
    }
    std::string text;
    text.reserve(octets.size() * 3 / 2);
    for (const std::size_t start = at; at < count; ++at) {
        const char32_t c = unit(at);
        if (is_high(c) && at + 1 < count && is_low(unit(at + 1))) {
            append_utf8(text, 0x1'0000 + ((c - 0xD800) << 10) + (unit(at + 1) - 0xDC00));
            ++at;
        } else if (!(is_low(c) && at == start && beside.gap_before) &&
                   !(is_high(c) && at + 1 == count && beside.gap_after)) {
            append_character(text, c);
        }
    }
    return text;
}

std::string text_of(sms_coding coding, shift_tables tables, std::string_view octets, surroundings beside = {}) {
    switch (coding) {
        case sms_coding::gsm7:
            return from_septets(octets, tables);
        case sms_coding::ucs2:
            return from_utf16(octets, beside);
        case sms_coding::utf8:
            break;
    }
    return from_utf8(octets);
}

// ── Payloads ─────────────────────────────────────────────────────────────────────────────────────────────────────────

constexpr unsigned char payload_form = 0xA0;  // with the coding in the lower half
constexpr std::size_t payload_head = 3;       // form and coding, locking, single

struct part_content {
    sms_coding coding = sms_coding::gsm7;
    shift_tables tables;
    std::string_view octets;
};

std::optional<part_content> read_payload(std::string_view payload) {
    if (payload.size() < payload_head) return std::nullopt;
    const auto octet = [&](std::size_t at) { return static_cast<unsigned char>(payload[at]); };
    const unsigned coding = octet(0) ^ payload_form;
    if (coding > static_cast<unsigned>(sms_coding::utf8) || octet(1) >= national_languages ||
        octet(2) >= national_languages)
        return std::nullopt;
    return part_content{static_cast<sms_coding>(coding),
                        {static_cast<national_language>(octet(1)), static_cast<national_language>(octet(2))},
                        payload.substr(payload_head)};
}

// Parts that follow one another and are read alike, so that what was cut between them is whole.
class run {
public:
    [[nodiscard]] bool empty() const { return parts_.empty(); }
    [[nodiscard]] bool takes(const part_content& part) const {
        return empty() || (part.coding == parts_.front().coding && part.tables == parts_.front().tables);
    }
    void add(const part_content& part) { parts_.push_back(part); }
    [[nodiscard]] std::string text(surroundings beside) const {
        std::string octets;
        const bool stray = has_stray_octets();
        for (const part_content& part : parts_) {
            octets +=
                stray && part.octets.size() % 2 == 1 ? part.octets.substr(0, part.octets.size() - 1) : part.octets;
        }
        return text_of(parts_.front().coding, parts_.front().tables, octets, beside);
    }

private:
    // Odd parts of UCS-2 that add up to an even text were cut inside a unit; if they do not, each has one octet too
    // many.
    [[nodiscard]] bool has_stray_octets() const {
        std::size_t octets = 0;
        for (const part_content& part : parts_) octets += part.octets.size();
        return parts_.front().coding == sms_coding::ucs2 && octets % 2 == 1;
    }
    std::vector<part_content> parts_;
};

}  // namespace

std::expected<decoded_sms, sms_fault> decode_sms(std::uint8_t data_coding, bool has_udh, std::string_view octets,
                                                 const decoding_rules& rules, std::optional<sar_parameters> sar) {
    user_data_header header;
    if (has_udh) {
        const auto read = read_header(octets);
        if (!read) return std::unexpected(sms_fault::bad_header);
        header = *read;
    }
    if (sar && !header.numbering) header.numbering = sms_part{sar->reference, true, sar->total, sar->number, {}};
    octets.remove_prefix(header.octets);

    std::string held;
    sms_coding coding = sms_coding::gsm7;
    switch (kind_of(data_coding, rules)) {
        case octets_are::gsm7:
            held = rules.packed ? unpack_ussd(octets, fill_bits_after(header.octets)) : std::string(octets);
            break;
        case octets_are::latin1:
            coding = sms_coding::utf8;
            held = from_latin1(octets);
            break;
        case octets_are::utf8:
            coding = sms_coding::utf8;
            held = octets;
            break;
        case octets_are::ucs2:
            coding = sms_coding::ucs2;
            held = octets;
            break;
        case octets_are::binary:
            return std::unexpected(sms_fault::binary);
    }
    if (!header.numbering || !can_be(*header.numbering)) return text_of(coding, header.tables, held);
    header.numbering->payload = make_payload(coding, header.tables, held);
    return *std::move(header.numbering);
}

std::string make_payload(sms_coding coding, shift_tables tables, std::string_view octets) {
    std::string payload;
    payload.reserve(payload_head + octets.size());
    payload += static_cast<char>(payload_form | static_cast<unsigned char>(coding));
    payload += static_cast<char>(tables.locking);
    payload += static_cast<char>(tables.single);
    payload += octets;
    return payload;
}

std::expected<std::string, sms_fault> join_payloads(std::span<const std::string> in_order) {
    std::string text;
    run together;
    bool gap = false, any = false;
    const auto finish = [&](bool gap_after) {
        if (!together.empty()) text += together.text({.gap_before = gap, .gap_after = gap_after});
        together = {};
    };
    for (const std::string& payload : in_order) {
        if (payload.empty()) {
            if (gap && together.empty()) continue;
            finish(true);
            text += "…";
            gap = true;
            continue;
        }
        const auto part = read_payload(payload);
        if (!part) return std::unexpected(sms_fault::not_payload);
        any = true;
        if (!together.takes(*part)) {
            finish(false);
            gap = false;
        }
        together.add(*part);
    }
    if (!any) return std::unexpected(sms_fault::nothing_came);
    finish(false);
    return text;
}

std::string clipped(std::string text, std::size_t most_bytes) {
    if (text.size() <= most_bytes) return text;
    std::size_t end = most_bytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    text.resize(end);
    return text;
}

}  // namespace mlango::gsm
