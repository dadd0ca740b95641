// encode_sms(): candidates are weighed by how many messages they take, the best is cut and written.
#include <algorithm>
#include <tuple>

#include "base/bytes.hpp"
#include "gsm/character_break.hpp"
#include "gsm/sms_text.hpp"
#include "gsm/text.hpp"
#include "gsm/utf8.hpp"

namespace mlango::gsm {
namespace {

constexpr std::size_t user_data_octets = 140;      // TS 23.040 §9.2.3.24
constexpr std::size_t short_message_octets = 254;  // SMPP 3.4 §5.2.22
constexpr std::size_t payload_octets = 65'535;     // SMPP 3.4 §5.3.2.32

struct text_characters {
    std::vector<char32_t> characters;
    std::vector<std::size_t> begins;  // byte of each, and of the end
};

text_characters characters_of_text(std::string_view utf8) {
    text_characters text;
    text.characters.reserve(utf8.size());
    text.begins.reserve(utf8.size() + 1);
    const auto* const start = reinterpret_cast<const unsigned char*>(utf8.data());
    for (std::size_t at = 0; at < utf8.size();) {
        const utf8_character next = decode_utf8(start + at, utf8.size() - at);
        text.characters.push_back(next.character);
        text.begins.push_back(at);
        at += next.length;
    }
    text.begins.push_back(utf8.size());
    return text;
}

// What a character takes: of the message on the air, and of SMPP's field.
struct cost {
    std::uint8_t units;
    std::uint8_t octets;
};

struct room {
    std::size_t units;
    std::size_t octets;
};

struct candidate {
    sms_coding coding = sms_coding::gsm7;
    shift_tables tables;
    std::vector<cost> costs;
    std::vector<std::size_t> ends;  // of each segment, in characters
    bool in_one = false;
    std::size_t units = 0;
    std::size_t parts = 0;
    std::size_t air_octets = 0;  // of the text, without headers
};

std::uint8_t octets_in(default_alphabet alphabet, char32_t c, std::uint8_t septets) {
    switch (alphabet) {
        case default_alphabet::utf8:
            return c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
        case default_alphabet::ucs2:
            return 2;
        case default_alphabet::latin1:
            return 1;
        case default_alphabet::gsm7:
            break;
    }
    return septets;
}

// False: a character is not in the tables.
bool weigh_gsm7(const text_characters& text, const encoding_rules& rules, candidate& made) {
    made.costs.reserve(text.characters.size());
    for (const char32_t c : text.characters) {
        const septet_pair written = septets_of(c, made.tables);
        if (written.count == 0 || (rules.as_default == default_alphabet::latin1 && c > 0xFF)) return false;
        made.costs.push_back({written.count, octets_in(rules.as_default, c, written.count)});
        made.units += written.count;
    }
    made.air_octets = (made.units * 7 + 7) / 8;
    return true;
}

void weigh_ucs2(const text_characters& text, candidate& made) {
    made.coding = sms_coding::ucs2;
    made.costs.reserve(text.characters.size());
    for (const char32_t c : text.characters) {
        const std::uint8_t units = c < 0x1'0000 ? 1 : 2;
        made.costs.push_back({units, static_cast<std::uint8_t>(2 * units)});
        made.units += units;
    }
    made.air_octets = made.units * 2;
}

std::size_t shift_octets(shift_tables tables) {
    return (tables.locking != national_language::none ? 3U : 0U) + (tables.single != national_language::none ? 3U : 0U);
}

std::size_t concatenation_octets(joining join) {
    switch (join) {
        case joining::udh8:
            return 5;
        case joining::udh16:
            return 6;
        case joining::single:
        case joining::sar:
        case joining::payload:
            break;
    }
    return 0;
}

std::size_t header_octets(std::size_t elements) {
    return elements == 0 ? 0 : elements + 1;
}

room room_for(const candidate& made, std::size_t header, std::size_t header_of_smsc = 0) {
    return {units_in_one(made.coding, header + header_of_smsc), short_message_octets - header};
}

// Ends of segments that hold no more than `most` each. With `whole`, no end is inside of what a reader sees as one
// character, unless that alone is longer than a segment.
std::vector<std::size_t> cut(const std::vector<cost>& costs, const std::vector<char32_t>& characters, room most,
                             bool whole) {
    std::vector<std::size_t> ends;
    std::size_t begin = 0, at = 0;
    room taken{0, 0};
    while (at < costs.size()) {
        if (taken.units + costs[at].units <= most.units && taken.octets + costs[at].octets <= most.octets) {
            taken.units += costs[at].units;
            taken.octets += costs[at].octets;
            ++at;
            continue;
        }
        std::size_t end = at;
        while (whole && end > begin && !breaks_before(characters, end)) --end;
        if (end == begin) end = at;
        ends.push_back(end);
        begin = at = end;
        taken = {0, 0};
    }
    ends.push_back(costs.size());
    return ends;
}

std::vector<std::size_t> cut(const candidate& made, const text_characters& text, room most) {
    auto ends = cut(made.costs, text.characters, most, true);
    if (ends.size() == (made.units + most.units - 1) / most.units) return ends;
    auto tighter = cut(made.costs, text.characters, most, false);
    return tighter.size() < ends.size() ? tighter : ends;
}

bool fits(const candidate& made, room most) {
    std::size_t octets = 0;
    for (const cost& one : made.costs) octets += one.octets;
    return made.units <= most.units && octets <= most.octets;
}

void lay_out(candidate& made, const text_characters& text, joining join) {
    const std::size_t shifts = shift_octets(made.tables);
    if (fits(made, room_for(made, header_octets(shifts)))) {
        made.in_one = true;
        made.ends = {made.costs.size()};
        made.parts = 1;
        return;
    }
    if (join == joining::payload) {
        const std::size_t of_smsc = header_octets(concatenation_octets(joining::udh8));
        made.parts = cut(made, text, {units_in_one(made.coding, of_smsc), payload_octets}).size();
        made.ends = {made.costs.size()};
        return;
    }
    // sar_msg_ref_num has 16 bits, so an SMSC may write the wider header.
    const std::size_t of_smsc = join == joining::sar ? header_octets(concatenation_octets(joining::udh16)) : 0;
    made.ends = cut(made, text, room_for(made, header_octets(shifts + concatenation_octets(join)), of_smsc));
    made.parts = made.ends.size();
}

// The fewest messages; then what more phones read; then the shortest.
bool better(const candidate& one, const candidate& other) {
    const auto rank = [](const candidate& made) {
        const int reach = made.coding == sms_coding::ucs2 ? 1 : made.tables.plain() ? 0 : 2;
        return std::tuple(made.parts, reach, made.air_octets + shift_octets(made.tables) * made.parts);
    };
    return rank(one) < rank(other);
}

void keep_better(std::optional<candidate>& best, candidate made) {
    if (!best || better(made, *best)) best = std::move(made);
}

void try_national(const text_characters& text, const encoding_rules& rules, std::optional<candidate>& best) {
    for (std::size_t locking = 0; locking < national_languages; ++locking) {
        for (std::size_t single = 0; single < national_languages; ++single) {
            candidate made;
            made.tables = {static_cast<national_language>(locking), static_cast<national_language>(single)};
            if (made.tables.plain() || made.tables.locking == national_language::spanish) continue;
            if (locking != 0 && !rules.locking.contains(made.tables.locking)) continue;
            if (single != 0 && !rules.single_shift.contains(made.tables.single)) continue;
            if (!weigh_gsm7(text, rules, made)) continue;
            lay_out(made, text, rules.join);
            keep_better(best, std::move(made));
        }
    }
}

bool may_use_national(const encoding_rules& rules) {
    return rules.join != joining::sar && rules.join != joining::payload && rules.as_default == default_alphabet::gsm7 &&
           !(rules.locking.empty() && rules.single_shift.empty());
}

std::optional<candidate> best_of(const text_characters& text, const encoding_rules& rules) {
    std::optional<candidate> best;
    if (candidate plain; weigh_gsm7(text, rules, plain)) {
        lay_out(plain, text, rules.join);
        if (plain.in_one) return plain;
        best = std::move(plain);
    }
    // A segment of UCS-2 never holds more characters, escapes and all.
    if (rules.ucs2 && !best) {
        best.emplace();
        weigh_ucs2(text, *best);
        lay_out(*best, text, rules.join);
    }
    if (may_use_national(rules) && (!best || !best->in_one)) try_national(text, rules, best);
    return best;
}

// ── Writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────

void append_septets(std::string& out, char32_t c, shift_tables tables) {
    const septet_pair written = septets_of(c, tables);
    if (written.count == 2) out += static_cast<char>(gsm7_escape);
    out += static_cast<char>(written.code);
}

void append(std::string& out, char32_t c, const encoded_sms& message, default_alphabet alphabet) {
    if (message.coding == sms_coding::ucs2) return append_utf16(out, c);
    switch (alphabet) {
        case default_alphabet::gsm7:
            return append_septets(out, c, message.tables);
        case default_alphabet::latin1:
            out += static_cast<char>(c);
            return;
        case default_alphabet::utf8:
            return append_utf8(out, c);
        case default_alphabet::ucs2:
            return append_utf16(out, c);
    }
}

// Where 7 bits are left over, whoever unpacks would take them for a septet: a carriage return shows nothing.
std::string packed(std::string septets, std::size_t header) {
    const unsigned fill = fill_bits_after(header);
    if ((fill + septets.size() * 7) % 8 == 1) septets += '\r';
    return pack(septets, fill);
}

// TS 23.040 §9.2.3.24: elements of identifier, length and content behind a length octet.
std::string header_of(const encoded_sms& message, std::size_t number, std::size_t total) {
    std::string elements;
    const auto element = [&elements](unsigned char identifier, std::initializer_list<std::size_t> content) {
        elements += static_cast<char>(identifier);
        elements += static_cast<char>(content.size());
        for (const std::size_t octet : content) elements += static_cast<char>(octet & 0xFF);
    };
    if (message.joined == joining::udh8) element(0x00, {message.reference, total, number});
    if (message.joined == joining::udh16)
        element(0x08, {static_cast<std::size_t>(message.reference >> 8), message.reference, total, number});
    if (message.tables.single != national_language::none)
        element(0x24, {static_cast<std::size_t>(message.tables.single)});
    if (message.tables.locking != national_language::none)
        element(0x25, {static_cast<std::size_t>(message.tables.locking)});
    if (elements.empty()) return elements;
    return static_cast<char>(elements.size()) + elements;
}

encoded_sms write(const candidate& made, const text_characters& text, const encoding_rules& rules) {
    encoded_sms message;
    message.coding = made.coding;
    message.tables = made.tables;
    message.units = made.units;
    message.parts = made.parts;
    message.joined = made.in_one ? joining::single : rules.join;
    message.reference =
        message.joined == joining::udh8 ? static_cast<std::uint16_t>(rules.reference & 0xFF) : rules.reference;
    const bool packs = rules.packed && made.coding == sms_coding::gsm7 && rules.as_default == default_alphabet::gsm7;
    std::size_t begin = 0;
    for (const std::size_t end : made.ends) {
        sms_segment segment;
        segment.udh = header_of(message, message.segments.size() + 1, made.ends.size());
        segment.begin = text.begins[begin];
        segment.end = text.begins[end];
        segment.octets.reserve(2 * (end - begin));
        for (std::size_t at = begin; at < end; ++at)
            append(segment.octets, text.characters[at], message, rules.as_default);
        if (packs) segment.octets = packed(std::move(segment.octets), segment.udh.size());
        message.segments.push_back(std::move(segment));
        begin = end;
    }
    return message;
}

// Most texts by far: the default alphabet, and one message holds it.
encoded_sms write_short(std::string_view utf8, const encoding_rules& rules, std::size_t units) {
    encoded_sms message;
    message.units = units;
    message.reference =
        rules.join == joining::udh8 ? static_cast<std::uint16_t>(rules.reference & 0xFF) : rules.reference;
    sms_segment& only = message.segments.emplace_back();
    only.end = utf8.size();
    only.octets = *to_septets(utf8);
    if (rules.packed) only.octets = packed(std::move(only.octets), 0);
    return message;
}

}  // namespace

std::string_view name_of(sms_fault fault) {
    switch (fault) {
        case sms_fault::not_text:
            return "not_text";
        case sms_fault::too_long:
            return "too_long";
        case sms_fault::needs_ucs2:
            return "needs_ucs2";
        case sms_fault::binary:
            return "binary";
        case sms_fault::bad_header:
            return "bad_header";
        case sms_fault::not_payload:
            return "not_payload";
        case sms_fault::nothing_came:
            break;
    }
    return "nothing_came";
}

std::size_t units_in_one(sms_coding coding, std::size_t udh_octets) {
    const std::size_t octets = user_data_octets - std::min(udh_octets, user_data_octets);
    return coding == sms_coding::gsm7 ? octets * 8 / 7 : octets / 2;
}

std::expected<encoded_sms, sms_fault> encode_sms(std::string_view utf8, const encoding_rules& rules) {
    const std::size_t most = std::clamp<std::size_t>(rules.most_segments, 1, 255);
    // Before anything is allocated: no alphabet has more than four bytes a unit.
    if (utf8.size() > most * units_in_one(sms_coding::gsm7, 0) * 4) return std::unexpected(sms_fault::too_long);
    const text_size size = measure(utf8);
    if (rules.as_default == default_alphabet::gsm7 && size.needs == alphabet::gsm7 &&
        size.units <= units_in_one(sms_coding::gsm7, 0)) {
        return write_short(utf8, rules, size.units);
    }
    if (!is_utf8(utf8) || utf8.contains('\0')) return std::unexpected(sms_fault::not_text);
    const text_characters text = characters_of_text(utf8);
    const auto best = best_of(text, rules);
    if (!best) return std::unexpected(sms_fault::needs_ucs2);
    if (best->parts > most || (rules.join == joining::single && !best->in_one))
        return std::unexpected(sms_fault::too_long);
    encoded_sms message = write(*best, text, rules);
    if (message.joined == joining::payload && message.segments.front().octets.size() > payload_octets)
        return std::unexpected(sms_fault::too_long);
    return message;
}

}  // namespace mlango::gsm
