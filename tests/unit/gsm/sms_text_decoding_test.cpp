// Short messages to a text: every data coding, headers, and parts that are joined.
#include <gtest/gtest.h>

#include <tuple>

#include "gsm/concat.hpp"
#include "gsm/sms_text.hpp"
#include "gsm/utf8.hpp"
#include "tests/unit/gsm/hex_octets.hpp"

namespace mlango::gsm {
namespace {

using namespace std::string_literals;

// ── Inbound ──────────────────────────────────────────────────────────────────────────────────────────────────────────

struct inbound_case {
    std::string_view what;
    std::uint8_t data_coding;
    bool has_udh;
    std::string octets;  // hexadecimal
    std::string_view text;
    decoding_rules rules = {};
};

const inbound_case inbound_cases[] = {
    {"default", 0x00, false, "480069", "H@i"},
    {"default that is Latin-1", 0x00, false, "e940", "é@", {.as_default = default_alphabet::latin1}},
    {"default that is UTF-8", 0x00, false, "c3a940", "é@", {.as_default = default_alphabet::utf8}},
    {"default that is malformed UTF-8", 0x00, false, "61ff62", "a\uFFFDb", {.as_default = default_alphabet::utf8}},
    {"default that is UCS-2", 0x00, false, "0645", "م", {.as_default = default_alphabet::ucs2}},
    {"packed", 0x00, false, "aa198e3602", "*384#", {.packed = true}},
    {"packed behind a header", 0x00, true, "032401010802", "A", {.packed = true}},
    {"ASCII", 0x01, false, "5b407d", "[@}"},
    {"Latin-1", 0x03, false, "e9", "é"},
    {"UCS-2", 0x08, false, "0645 D83DDE00", "م😀"},
    {"UCS-2 with a mark", 0x08, false, "FEFF0053", "S"},
    {"UCS-2 the other way round", 0x08, false, "FFFE5300", "S"},
    {"UCS-2 that ends in zeros", 0x08, false, "00530000", "S"},
    {"UCS-2 with an octet too many", 0x08, false, "005300", "S"},
    {"a lone high surrogate", 0x08, false, "D83D0041",
     "\uFFFD"
     "A"},
    {"a lone low surrogate", 0x08, false, "DE000041",
     "\uFFFD"
     "A"},
    {"a high surrogate at the end", 0x08, false, "0041D83D", "A\uFFFD"},
    {"class 0, default alphabet", 0x10, false, "00", "@"},
    {"class 1, default alphabet", 0x11, false, "00", "@"},
    {"class 0, UCS-2", 0x18, false, "0645", "م"},
    {"flash", 0xF0, false, "00", "@"},
    {"marked for deletion, UCS-2", 0x48, false, "0645", "م"},
    {"message waiting", 0xC8, false, "00", "@"},
    {"message waiting, stored", 0xD0, false, "00", "@"},
    {"message waiting, UCS-2", 0xE0, false, "0645", "م"},
    {"a reserved group", 0x80, false, "00", "@"},
    {"class of the SMSC's default does not apply", 0x11, false, "00", "@", {.as_default = default_alphabet::latin1}},
    {"Turkish single shift", 0x00, true, "03240101 1b73", "ş"},
    {"Turkish locking shift", 0x00, true, "03250101 1d", "ş"},
    {"a language that there is not", 0x00, true, "0324010e 1b73", "s"},
    {"the last of two of a kind", 0x00, true, "06240101240100 1b73", "s"},
    {"ports are skipped", 0x00, true, "06050400010002 41", "A"},
    {"a header without elements", 0x00, true, "00 41", "A"},
    {"part 0 of 2 is no part", 0x00, true, "050003010200 41", "A"},
    {"part 3 of 2 neither", 0x00, true, "050003010203 41", "A"},
    {"nor 1 of 1", 0x00, true, "050003010101 41", "A"},
    {"nor a numbering too short", 0x00, true, "0400020102 41", "A"},
    {"nothing", 0x00, false, "", ""},
};

TEST(sms_text, decodes) {
    for (const inbound_case& row : inbound_cases) {
        const auto read = decode_sms(row.data_coding, row.has_udh, octets(row.octets), row.rules);
        ASSERT_TRUE(read) << row.what << ": " << name_of(read.error());
        ASSERT_TRUE(std::holds_alternative<std::string>(*read)) << row.what;
        EXPECT_EQ(std::get<std::string>(*read), row.text) << row.what;
    }
}

TEST(sms_text, refuses_what_is_not_text) {
    for (const int coding :
         {0x02, 0x04, 0x05, 0x06, 0x07, 0x09, 0x0A, 0x0D, 0x0E, 0x14, 0x15, 0x20, 0x30, 0x64, 0xF4, 0xF5})
        EXPECT_EQ(decode_sms(static_cast<std::uint8_t>(coding), false, "abc").error(), sms_fault::binary) << coding;
    for (const std::string_view header : {"", "01", "0500", "050003010201", "0300", "02000", "0600030102010a"}) {
        if (header.size() % 2 == 1) continue;
        const bool whole = header == "050003010201";
        EXPECT_EQ(decode_sms(0, true, octets(header)).has_value(), whole) << header;
    }
}

TEST(sms_text, every_coding_has_an_outcome_at_every_cut) {
    const std::string message = octets(
        "0b0003090201"
        "24010d"
        "25010d"
        "4142d83dde0041");
    for (int coding = 0; coding < 256; ++coding) {
        for (std::size_t length = 0; length <= message.size(); ++length) {
            for (const bool packed : {false, true}) {
                for (const bool has_udh : {false, true}) {
                    const auto read = decode_sms(static_cast<std::uint8_t>(coding), has_udh, message.substr(0, length),
                                                 {.packed = packed});
                    if (has_udh && length < 12) {
                        EXPECT_FALSE(read) << coding << ' ' << length;
                    } else if (read && !has_udh) {
                        EXPECT_TRUE(is_utf8(std::get<std::string>(*read)));
                    }
                }
            }
        }
    }
}

TEST(sms_text, numbering) {
    const auto part = [](std::string_view hex, std::optional<sar_parameters> sar = {}) {
        return std::get<sms_part>(*decode_sms(0, hex.size() > 2, octets(hex), {}, sar));
    };
    const sms_part narrow = part("0500036f030241");
    EXPECT_EQ(std::tuple(narrow.reference, narrow.wide_reference, narrow.total, narrow.number),
              std::tuple(0x6F, false, 3, 2));
    const sms_part wide = part("060804016f030241");
    EXPECT_EQ(std::tuple(wide.reference, wide.wide_reference, wide.total, wide.number), std::tuple(0x16F, true, 3, 2));
    const sms_part tlv = part("41", sar_parameters{0x16F, 3, 2});
    EXPECT_EQ(std::tuple(tlv.reference, tlv.wide_reference, tlv.total, tlv.number), std::tuple(0x16F, true, 3, 2));
    EXPECT_EQ(part("0500036f030241", sar_parameters{1, 9, 9}).total, 3);  // the header goes before
    EXPECT_TRUE(std::holds_alternative<std::string>(*decode_sms(0, false, "A", {}, sar_parameters{1, 1, 1})));
}

// ── Joining ──────────────────────────────────────────────────────────────────────────────────────────────────────────

std::string gsm(std::string_view septets, shift_tables tables = {}) {
    return make_payload(sms_coding::gsm7, tables, septets);
}
std::string ucs2(std::string_view hex) {
    return make_payload(sms_coding::ucs2, {}, octets(hex));
}
std::string eight(std::string_view utf8) {
    return make_payload(sms_coding::utf8, {}, utf8);
}

constexpr auto tr = national_language::turkish;
constexpr auto none = national_language::none;

struct joining_case {
    std::string_view what;
    std::vector<std::string> parts;
    std::string_view text;
};

const joining_case joining_cases[] = {
    {"one", {gsm("a")}, "a"},
    {"two", {gsm("a"), gsm("b")}, "ab"},
    {"an escape pair cut by a rude sender", {gsm("1\x1B"), gsm("\x65 2")}, "1€ 2"},
    {"a surrogate pair", {ucs2("0041d83d"), ucs2("de000042")}, "A😀B"},
    {"a unit", {ucs2("004106"), ucs2("450042")}, "AمB"},
    {"a unit, twice", {ucs2("004106"), ucs2("4506"), ucs2("45")}, "Aمم"},
    {"an octet too many", {ucs2("004100"), ucs2("0042")}, "AB"},
    {"an UTF-8 sequence", {eight("\xE2\x82"), eight("\xAC")}, "€"},
    {"the first missing", {"", gsm("b")}, "…b"},
    {"the middle missing", {gsm("a"), "", gsm("c")}, "a…c"},
    {"two missing in a row", {gsm("a"), "", "", gsm("d")}, "a…d"},
    {"the last missing", {gsm("a"), ""}, "a…"},
    {"every second", {"", gsm("b"), "", gsm("d"), ""}, "…b…d…"},
    {"half a pair before a gap", {ucs2("0041d83d"), "", ucs2("0042")}, "A…B"},
    {"half a pair after a gap", {ucs2("0041"), "", ucs2("de000042")}, "A…B"},
    {"an escape before a gap", {gsm("a\x1B"), "", gsm("c")}, "a…c"},
    {"an empty part is not a missing one", {gsm("a"), gsm(""), gsm("c")}, "ac"},
    {"each in its own coding", {gsm("a"), ucs2("0645"), gsm("c")}, "aمc"},
    {"each with its own tables", {gsm("\x1B\x73"), gsm("\x1B\x73", {none, tr})}, "sş"},
    {"after a gap and another coding, a lone half is broken", {"", gsm("a"), ucs2("de00")}, "…a\uFFFD"},
};

TEST(sms_text, joins) {
    for (const joining_case& row : joining_cases) EXPECT_EQ(join_payloads(row.parts), row.text) << row.what;
}

TEST(sms_text, does_not_join) {
    EXPECT_EQ(join_payloads({}).error(), sms_fault::nothing_came);
    EXPECT_EQ(join_payloads(std::vector<std::string>{"", ""}).error(), sms_fault::nothing_came);
    for (const std::string& bad :
         {"a"s, "abc"s, "\xA0"s, "\xA0\x00"s, "\xA3\x00\x00"s, "\xA0\x0E\x00"s, "\xA0\x00\x0E"s})
        EXPECT_EQ(join_payloads(std::vector{gsm("a"), bad}).error(), sms_fault::not_payload) << hex(bad);
}

TEST(sms_text, clipped_between_characters) {
    EXPECT_EQ(clipped("abc", 3), "abc");
    EXPECT_EQ(clipped("abc", 2), "ab");
    EXPECT_EQ(clipped("a€", 3), "a");
    EXPECT_EQ(clipped("a€", 1), "a");
    EXPECT_EQ(clipped("€", 2), "");
}

TEST(concat, a_set_is_of_one_person_and_reference) {
    const sms_fragment part{.gateway = "a",
                            .from = *msisdn::from_e164("+254711000001"),
                            .to = "384",
                            .reference = 7,
                            .wide_reference = false,
                            .total = 3,
                            .number = 1,
                            .payload = "x"};
    const std::string key = concat_key(part);
    const auto changed = [&](auto&& change) {
        sms_fragment other = part;
        change(other);
        return concat_key(other);
    };
    EXPECT_EQ(changed([](auto& p) { p.number = 2; }), key);
    EXPECT_EQ(changed([](auto& p) { p.payload = "y"; }), key);
    EXPECT_NE(changed([](auto& p) { p.from = *msisdn::from_e164("+254711000002"); }), key);
    EXPECT_NE(changed([](auto& p) { p.to = "385"; }), key);
    EXPECT_NE(changed([](auto& p) { p.gateway = "b"; }), key);
    EXPECT_NE(changed([](auto& p) { p.reference = 8; }), key);
    EXPECT_NE(changed([](auto& p) { p.wide_reference = true; }), key);
    EXPECT_NE(changed([](auto& p) { p.total = 4; }), key);
}

}  // namespace
}  // namespace mlango::gsm
