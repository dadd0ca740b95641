// A text to short messages: the fewest segments, their headers and octets, and where one may end.
#include "gsm/sms_text.hpp"

#include <gtest/gtest.h>
#include <unicode/brkiter.h>

#include <memory>

#include "gsm/character_break.hpp"
#include "tests/unit/gsm/hex_octets.hpp"

namespace mlango::gsm {
namespace {

using namespace std::string_literals;

std::string times(std::string_view text, std::size_t count) {
    std::string whole;
    for (std::size_t i = 0; i < count; ++i) whole += text;
    return whole;
}

// As a receiver would: each segment decoded, parts joined, in the order given.
std::string received(const encoded_sms& message, const decoding_rules& rules) {
    if (message.joined == joining::single || message.joined == joining::payload) {
        const sms_segment& only = message.segments.front();
        const auto read = decode_sms(message.data_coding(), !only.udh.empty(), only.short_message(), rules);
        return read ? std::get<std::string>(*read) : std::string(name_of(read.error()));
    }
    std::vector<std::string> payloads(message.segments.size());
    for (std::size_t i = 0; i < message.segments.size(); ++i) {
        const sms_segment& segment = message.segments[i];
        std::optional<sar_parameters> sar;
        if (message.joined == joining::sar) {
            sar = {message.reference, static_cast<std::uint8_t>(message.segments.size()),
                   static_cast<std::uint8_t>(i + 1)};
        }
        const auto read = decode_sms(message.data_coding(), !segment.udh.empty(), segment.short_message(), rules, sar);
        if (!read || !std::holds_alternative<sms_part>(*read)) return "not a part";
        const auto& part = std::get<sms_part>(*read);
        EXPECT_EQ(part.reference, message.reference);
        EXPECT_EQ(part.total, message.segments.size());
        EXPECT_EQ(part.number, i + 1);
        EXPECT_EQ(part.wide_reference, message.joined != joining::udh8);
        payloads[part.number - 1] = part.payload;
    }
    return join_payloads(payloads).value_or("not joined");
}

// ── How many, and how ────────────────────────────────────────────────────────────────────────────────────────────────

struct encoding_case {
    std::string_view what;
    std::string text;
    encoding_rules rules;
    sms_coding coding;
    std::size_t units, segments;
    shift_tables tables = {};
};

encoding_rules joined_by(joining way) {
    encoding_rules rules;
    rules.join = way;
    rules.most_segments = 255;
    return rules;
}
encoding_rules with_tables(language_set locking, language_set single) {
    encoding_rules rules;
    rules.locking = locking;
    rules.single_shift = single;
    return rules;
}

constexpr auto tr = national_language::turkish;
constexpr auto ur = national_language::urdu;
constexpr auto none = national_language::none;

const encoding_case encoding_cases[] = {
    {"nothing", "", {}, sms_coding::gsm7, 0, 1},
    {"160 letters", times("a", 160), {}, sms_coding::gsm7, 160, 1},
    {"161 letters", times("a", 161), {}, sms_coding::gsm7, 161, 2},
    {"two full parts", times("a", 306), {}, sms_coding::gsm7, 306, 2},
    {"and one letter", times("a", 307), {}, sms_coding::gsm7, 307, 3},
    {"wide reference", times("a", 304), joined_by(joining::udh16), sms_coding::gsm7, 304, 2},
    {"wide reference, one more", times("a", 305), joined_by(joining::udh16), sms_coding::gsm7, 305, 3},
    {"sar leaves room for the SMSC's header", times("a", 305), joined_by(joining::sar), sms_coding::gsm7, 305, 3},
    {"a payload is one", times("a", 1'000), joined_by(joining::payload), sms_coding::gsm7, 1'000, 1},
    {"80 brackets", times("[", 80), {}, sms_coding::gsm7, 160, 1},
    {"70 of UCS-2", times("م", 70), {}, sms_coding::ucs2, 70, 1},
    {"71 of UCS-2", times("م", 71), {}, sms_coding::ucs2, 71, 2},
    {"two full parts of UCS-2", times("م", 134), {}, sms_coding::ucs2, 134, 2},
    {"and one more", times("م", 135), {}, sms_coding::ucs2, 135, 3},
    {"wide reference in UCS-2", times("م", 133), joined_by(joining::udh16), sms_coding::ucs2, 133, 3},
    {"pairs do not fill the last unit of 67", times("😀", 67), {}, sms_coding::ucs2, 134, 3},
    {"escapes do not fill the last septet of 153", times("[", 153), {}, sms_coding::gsm7, 306, 3},
    {"Turkish without its table", times("ş", 71), {}, sms_coding::ucs2, 71, 2},
    {"Turkish with it", times("ş", 71), with_tables({}, {tr}), sms_coding::gsm7, 142, 1, {none, tr}},
    {"locked", times("ş", 100), with_tables({tr}, {tr}), sms_coding::gsm7, 100, 1, {tr, none}},
    {"shortest of both", times("ş", 60) + times("a", 20), with_tables({tr}, {tr}), sms_coding::gsm7, 80, 1, {tr, none}},
    {"what every phone reads, where it costs the same", "kardeş", with_tables({tr}, {tr}), sms_coding::ucs2, 6, 1},
    {"a table of which nothing is used", times("a", 170), with_tables({tr}, {tr}), sms_coding::gsm7, 170, 2},
    {"Urdu with capitals needs both",
     times("گ", 100) + times("A", 20),
     with_tables({ur}, {ur}),
     sms_coding::gsm7,
     140,
     1,
     {ur, ur}},
    {"156 behind one shift do not fit", times("ş", 156), with_tables({tr}, {}), sms_coding::gsm7, 156, 2, {tr, none}},
    {"155 do", times("ş", 155), with_tables({tr}, {}), sms_coding::gsm7, 155, 1, {tr, none}},
    {"no table without a header of ours", times("ş", 100),
     [] {
         auto rules = joined_by(joining::sar);
         rules.locking = language_set::all();
         return rules;
     }(),
     sms_coding::ucs2, 100, 2},
};

TEST(sms_text, takes_the_fewest_segments) {
    for (const encoding_case& row : encoding_cases) {
        const auto made = encode_sms(row.text, row.rules);
        ASSERT_TRUE(made) << row.what << ": " << name_of(made.error());
        EXPECT_EQ(made->coding, row.coding) << row.what;
        EXPECT_EQ(made->units, row.units) << row.what;
        EXPECT_EQ(made->segments.size(), row.segments) << row.what;
        EXPECT_EQ(made->tables, row.tables)
            << row.what << ' ' << code_of(made->tables.locking) << ' ' << code_of(made->tables.single);
        EXPECT_EQ(received(*made, {}), row.text) << row.what;
    }
}

TEST(sms_text, refuses) {
    EXPECT_EQ(encode_sms("a\xFF").error(), sms_fault::not_text);
    EXPECT_EQ(encode_sms("a\0b"s).error(), sms_fault::not_text);
    EXPECT_EQ(encode_sms(times("a", 161), joined_by(joining::single)).error(), sms_fault::too_long);
    EXPECT_TRUE(encode_sms(times("a", 160), joined_by(joining::single)));
    encoding_rules rules;
    rules.most_segments = 2;
    EXPECT_TRUE(encode_sms(times("a", 306), rules));
    EXPECT_EQ(encode_sms(times("a", 307), rules).error(), sms_fault::too_long);
    EXPECT_EQ(encode_sms(std::string(100'000, 'a'), rules).error(), sms_fault::too_long);
    rules.ucs2 = false;
    EXPECT_EQ(encode_sms("م", rules).error(), sms_fault::needs_ucs2);
    EXPECT_EQ(encode_sms(std::string(255 * 153 + 1, 'a'), joined_by(joining::udh8)).error(), sms_fault::too_long);
    EXPECT_EQ(encode_sms(std::string(255 * 153, 'a'), joined_by(joining::udh8))->segments.size(), 255u);
}

TEST(sms_text, a_payload_tells_what_the_network_makes_of_it) {
    const auto made = encode_sms(times("a", 307), joined_by(joining::payload)).value();
    EXPECT_EQ(made.joined, joining::payload);
    EXPECT_EQ(made.segments.size(), 1u);
    EXPECT_EQ(made.parts, 3u);
    EXPECT_EQ(made.segments.front().udh, "");
    EXPECT_EQ(encode_sms("short", joined_by(joining::payload))->joined, joining::single);
}

// ── Headers and octets ───────────────────────────────────────────────────────────────────────────────────────────────

TEST(sms_text, headers) {
    auto rules = joined_by(joining::udh8);
    rules.reference = 0x16F;
    auto made = encode_sms(times("a", 200), rules).value();
    EXPECT_EQ(made.reference, 0x6F);
    EXPECT_EQ(hex(made.segments[0].udh), "0500036f0201");
    EXPECT_EQ(hex(made.segments[1].udh), "0500036f0202");
    rules.join = joining::udh16;
    made = encode_sms(times("a", 200), rules).value();
    EXPECT_EQ(hex(made.segments[1].udh), "060804016f0202");
    rules = with_tables({ur}, {ur});
    rules.reference = 9;
    made = encode_sms(times("گ", 200) + "A", rules).value();
    EXPECT_EQ(hex(made.segments[0].udh),
              "0b0003090201"
              "24010d"
              "25010d");
    EXPECT_EQ(encode_sms(times("ş", 100), with_tables({tr}, {}))->segments[0].udh, "\x03\x25\x01\x01");
}

// What libosmocore makes of the same text.
TEST(sms_text, packed_parts_behind_a_header) {
    const std::string text =
        times("this is a testmessage. ", 6) + "cut here .....: this is a second testmessage. end here.";
    auto rules = joined_by(joining::udh8);
    rules.packed = true;
    rules.reference = 0x6F;
    const auto made = encode_sms(text, rules).value();
    ASSERT_EQ(made.segments.size(), 2u);
    EXPECT_EQ(made.segments[0].end, 153u);
    EXPECT_EQ(
        hex(made.segments[0].short_message()),
        "0500036f0201e8e8f41c949e83c2207a794e6f97e7f3f0b9ec02d1d1e939283d078541f4f29cde2ecfe7e173d905a2a3d373507a0e0a"
        "83e8e539bd5d9ecfc3e7b20b4447a7e7a0f41c1406d1cb737abb3c9f87cf6517888e4ecf41e939280ca297e7f476793e0f9fcb2e101d"
        "9d9e83d2735018442fcfe9edf27c1e3e975da0719d0e4297e56590cbe572b974");
    EXPECT_EQ(made.segments[0].short_message().size(), 140u);
    EXPECT_EQ(received(made, {.packed = true}), text);
}

TEST(sms_text, packed_at_every_length) {
    for (const joining way : {joining::udh8, joining::udh16, joining::sar, joining::payload}) {
        for (std::size_t length = 0; length < 500; ++length) {
            auto rules = joined_by(way);
            rules.packed = true;
            const std::string text(length, 'x');
            const auto made = encode_sms(text, rules).value();
            EXPECT_EQ(received(made, {.packed = true}), text) << length;
            if (made.joined != joining::payload) {
                for (const sms_segment& segment : made.segments)
                    EXPECT_LE(segment.short_message().size(), 140u) << length;
            }
        }
    }
}

TEST(sms_text, surrogate_pairs_and_escapes_stay_whole) {
    for (std::size_t before = 0; before < 8; ++before) {
        for (const std::string_view unit : {"😀", "€"}) {
            const std::string text = times(unit == "€" ? "a" : "م", before) + times(unit, 200);
            const auto made = encode_sms(text, joined_by(joining::udh8)).value();
            for (const sms_segment& segment : made.segments) {
                const auto alone = decode_sms(made.data_coding(), true, segment.short_message());
                ASSERT_TRUE(alone);
                EXPECT_EQ(join_payloads(std::vector{std::get<sms_part>(*alone).payload}),
                          text.substr(segment.begin, segment.end - segment.begin));
            }
        }
    }
}

struct cluster_case {
    std::string_view what, cluster;
};
const cluster_case clusters[] = {
    {"a letter with an accent of its own", "é\u0301"},
    {"Hindi", "\u0915\u094D\u0937\u093F"},
    {"Tamil", "\u0B95\u0BC6"},
    {"a family", "👨\u200D👩\u200D👧"},
    {"a thumb with a skin", "👍🏿"},
    {"a flag", "🇰🇪"},
    {"Arabic with vowel signs", "مّ\u064E"},
    {"Hangul in letters", "\u1112\u1161\u11AB"},
};

TEST(sms_text, what_is_seen_as_one_character_stays_whole) {
    for (const cluster_case& row : clusters) {
        for (std::size_t before = 0; before < 9; ++before) {
            const std::string text = times("م", 60 + before) + times(row.cluster, 6) + times("م", 30);
            const auto made = encode_sms(text).value();
            ASSERT_EQ(made.segments.size(), (made.units + 66) / 67) << row.what;  // it cost nothing
            const std::size_t end = made.segments[0].end, at = 2 * (60 + before);
            if (end > at && end < at + 6 * row.cluster.size() && row.what != "Hindi")
                EXPECT_EQ((end - at) % row.cluster.size(), 0u) << row.what << ' ' << before;
        }
    }
}

// Where keeping characters whole would take one more message, they are cut.
TEST(sms_text, but_not_at_the_price_of_a_message) {
    const std::string text = times("م", 66) + "e\u0301" + times("م", 66);
    const auto made = encode_sms(text).value();
    EXPECT_EQ(made.units, 134u);
    EXPECT_EQ(made.segments.size(), 2u);
    EXPECT_EQ(received(made, {}), text);
}

TEST(sms_text, a_character_longer_than_a_message_is_cut) {
    const std::string text = "e" + times("\u0301", 200);
    const auto made = encode_sms(text).value();
    EXPECT_EQ(made.segments.size(), 3u);
    EXPECT_EQ(received(made, {}), text);
}

TEST(character_break, agrees_with_icu) {
    UErrorCode failure = U_ZERO_ERROR;
    const std::unique_ptr<icu::BreakIterator> breaks(
        icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(), failure));
    ASSERT_TRUE(U_SUCCESS(failure));
    std::vector<std::u32string> pieces = {U"a",      U"\r",     U"\n",     U"\u0301", U"م",      U"\u0600",
                                          U"\u200D", U"🇰",      U"👍",     U"🏿",     U"\u1100", U"\u1161",
                                          U"\u11A8", U"\uAC00", U"\uAC01", U"\u0915", U"\u093F"};
    std::size_t texts = 0;
    for (const auto& a : pieces) {
        for (const auto& b : pieces) {
            for (const auto& c : pieces) {
                for (const auto& d : pieces) {
                    const std::u32string text = a + b + c + d;
                    icu::UnicodeString units;
                    for (const char32_t character : text) units.append(static_cast<UChar32>(character));
                    breaks->setText(units);
                    std::int32_t at = 0;
                    for (std::size_t i = 0; i <= text.size(); ++i) {
                        ASSERT_EQ(breaks_before({text.data(), text.size()}, i), breaks->isBoundary(at) != 0)
                            << i << ' ' << [&] {
                                   std::string utf8;
                                   units.toUTF8String(utf8);
                                   return utf8;
                               }();
                        if (i < text.size()) at += text[i] < 0x1'0000 ? 1 : 2;
                    }
                    ++texts;
                }
            }
        }
    }
    EXPECT_EQ(texts, pieces.size() * pieces.size() * pieces.size() * pieces.size());
}

// ── A default alphabet that is another ───────────────────────────────────────────────────────────────────────────────

TEST(sms_text, default_alphabets) {
    encoding_rules rules;
    rules.as_default = default_alphabet::latin1;
    EXPECT_EQ(hex(encode_sms("é[", rules)->segments[0].octets), "e95b");
    EXPECT_EQ(encode_sms("é[", rules)->units, 3u);
    EXPECT_EQ(encode_sms("€", rules)->coding, sms_coding::ucs2);  // Latin-1 lacks it
    rules.as_default = default_alphabet::utf8;
    EXPECT_EQ(encode_sms("é€", rules)->segments[0].octets, "é€");
    rules.as_default = default_alphabet::ucs2;
    EXPECT_EQ(hex(encode_sms("é", rules)->segments[0].octets), "00e9");
    for (const auto alphabet :
         {default_alphabet::gsm7, default_alphabet::latin1, default_alphabet::utf8, default_alphabet::ucs2}) {
        for (const std::size_t length : {10u, 53u, 120u, 128u, 160u, 161u, 300u}) {
            rules.as_default = alphabet;
            const std::string text = times("Ñ", length);
            const auto made = encode_sms(text, rules).value();
            EXPECT_EQ(received(made, {.as_default = alphabet}), text) << length;
            for (const sms_segment& segment : made.segments) EXPECT_LE(segment.short_message().size(), 254u);
        }
    }
}

}  // namespace
}  // namespace mlango::gsm
