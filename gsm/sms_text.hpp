// A text to the octets of short messages and back: encoding, headers, segments, joining. 3GPP TS 23.038 (alphabets,
// data coding schemes), TS 23.040 §9.2.3.24 (user data header), SMPP 3.4 §5.2.19 (data_coding) and §5.3.2.22-24 (sar).
// Callers: the SMPP client and HTTP dialects with a binary form (encode_sms, decode_sms), the inbox (join_payloads),
// authors (sms_cost.hpp). Pure. Who numbers references, keeps parts and waits for the missing ones, is elsewhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gsm/gsm7.hpp"

namespace mlango::gsm {

enum class sms_coding : std::uint8_t {
    gsm7,
    ucs2,  // UTF-16 big-endian, as every phone has it
    utf8,  // inbound only: some aggregators' data_coding 0
};

// How the parts of a long text are joined again. A text that one message holds is never marked as a part.
enum class joining : std::uint8_t {
    single,   // not at all: a longer text is refused
    udh8,     // user data header, information element 00: 8-bit reference. What every phone reads
    udh16,    // information element 08: 16-bit reference, one septet or unit less a part
    sar,      // SMPP sar_msg_ref_num, sar_total_segments, sar_segment_seqnum; the SMSC writes the header
    payload,  // SMPP message_payload: one submission, the SMSC cuts it
};

// What octets of data_coding 0 are on this bind. It should be GSM 7-bit, and often is not.
enum class default_alphabet : std::uint8_t { gsm7, latin1, utf8, ucs2 };

struct encoding_rules {
    // National tables that phones here are known to read (a phone without them shows other letters). Used only with
    // single, udh8 and udh16, since they need a header of ours.
    language_set locking;
    language_set single_shift;
    joining join = joining::udh8;
    // Of this text among those from the same sender to the same number; udh8 keeps the lower 8 bits.
    std::uint16_t reference = 0;
    std::size_t most_segments = 10;  // 1 … 255; a longer text is refused, never cut
    default_alphabet as_default = default_alphabet::gsm7;
    bool packed = false;  // septets packed as on the radio. SMPP: hardly ever
    bool ucs2 = true;     // false: what is not GSM 7-bit is refused
};

struct sms_segment {
    // The user data header with its length octet in front, as it is put before `octets`; empty: none. UDHI (SMPP
    // esm_class 0x40) is set when it is not empty.
    std::string udh;
    // gsm7: septets, one an octet; packed (after the header's fill bits) where the rules say so; or Latin-1, UTF-8 or
    // UTF-16BE where the bind's default alphabet is that. ucs2: UTF-16BE.
    std::string octets;
    std::size_t begin = 0, end = 0;  // bytes of the text: [begin, end)
    [[nodiscard]] std::string short_message() const { return udh + octets; }
};

struct encoded_sms {
    sms_coding coding = sms_coding::gsm7;  // gsm7 or ucs2
    shift_tables tables;
    joining joined =
        joining::single;  // how these segments are joined: single when there is one and it is not a payload
    std::uint16_t reference = 0;
    std::vector<sms_segment> segments;  // at least one; sar numbers them from 1
    std::size_t units = 0;              // septets (with escapes) or UTF-16 code units of the whole text
    std::size_t parts = 1;              // messages on the air: segments, or what the SMSC should make of a payload
    // 0 or 8. (A bind may be configured to say something else.)
    [[nodiscard]] std::uint8_t data_coding() const { return coding == sms_coding::ucs2 ? 8 : 0; }
};

enum class sms_fault : std::uint8_t {
    not_text,      // not UTF-8, or holds U+0000
    too_long,      // more than most_segments (or than 65,535 octets of payload), or more than one with joining::single
    needs_ucs2,    // and the rules do not let it
    binary,        // inbound: data, compressed, or a coding that we do not read (JIS …)
    bad_header,    // inbound: the user data header is longer than the message or than its elements
    not_payload,   // join_payloads: not from make_payload
    nothing_came,  // join_payloads: every part is missing
};
[[nodiscard]] std::string_view name_of(sms_fault fault);

// The encoding with the fewest messages. Among those with as many: the default alphabet, then UCS-2 (every phone shows
// them; a national table may come out as other letters), then national tables with the fewest octets. Segments never
// end inside a surrogate pair or between an escape and its code, nor inside what a reader sees as one character
// (Unicode UAX 29) where that costs no further message.
[[nodiscard]] std::expected<encoded_sms, sms_fault> encode_sms(std::string_view utf8, const encoding_rules& rules = {});

// What one message of this coding holds, in units, beside a header of `udh_octets` (with its length octet).
[[nodiscard]] std::size_t units_in_one(sms_coding coding, std::size_t udh_octets);

// ── Inbound ──────────────────────────────────────────────────────────────────────────────────────────────────────────

struct decoding_rules {
    default_alphabet as_default = default_alphabet::gsm7;  // what data_coding 0 means
    bool packed = false;                                   // GSM 7-bit comes packed
};

// SMPP's own way of saying that this is a part.
struct sar_parameters {
    std::uint16_t reference = 0;
    std::uint8_t total = 0;
    std::uint8_t number = 0;
};

struct sms_part {
    std::uint16_t reference = 0;
    bool wide_reference = false;  // 16-bit: information element 08, or sar
    std::uint8_t total = 0;       // 2 … 255
    std::uint8_t number = 0;      // 1 … total
    std::string payload;          // for join_payloads(); never empty
};

using decoded_sms = std::variant<std::string, sms_part>;  // a whole text in UTF-8, or a part

// `octets` is short_message or message_payload as it came; `has_udh` is esm_class & 0x40. data_coding: 0 by the rules;
// 1 ASCII; 3 Latin-1; 8 UCS-2; 2, 4 and the other SMPP codings: binary; 0x10 … 0xFF by TS 23.038 §4 (a message class,
// waiting indications), where reserved codings are GSM 7-bit and compressed ones binary. A header's elements 00, 08, 24
// and 25 are read, the last of a kind counts (TS 23.040 §9.2.3.24), others are skipped; numbering that can not be
// (0 of 2, 3 of 2, 1 of 1) is no numbering. The text is without U+0000 and byte order mark; a lone surrogate is U+FFFD.
[[nodiscard]] std::expected<decoded_sms, sms_fault> decode_sms(std::uint8_t data_coding, bool has_udh,
                                                               std::string_view octets,
                                                               const decoding_rules& rules = {},
                                                               std::optional<sar_parameters> sar = std::nullopt);

// What a part is kept as: coding, tables and the octets (septets one an octet; UTF-16BE; UTF-8), undecoded, so that
// what a sender cut inside a character comes out whole. decode_sms() makes it; a dialect that has parts of its own may,
// too.
[[nodiscard]] std::string make_payload(sms_coding coding, shift_tables tables, std::string_view octets);

// The text of the parts in order; a part that never came is an empty string, and shows as "…" (once for several in a
// row).
[[nodiscard]] std::expected<std::string, sms_fault> join_payloads(std::span<const std::string> in_order);

// At most so many bytes of a text, cut between characters; for sms_in::text (1,600).
[[nodiscard]] std::string clipped(std::string text, std::size_t most_bytes);

}  // namespace mlango::gsm
