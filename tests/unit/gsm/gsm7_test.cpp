#include "gsm/gsm7.hpp"

#include <gtest/gtest.h>
#include <unicode/ucnv.h>

#include <cstdio>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>

#include "gsm/gsm7_tables.hpp"
#include "gsm/text.hpp"
#include "gsm/utf8.hpp"
#include "tests/unit/gsm/hex_octets.hpp"

namespace mlango::gsm {
namespace {

using namespace std::string_literals;

std::string utf8(char32_t c) {
    std::string out;
    append_utf8(out, c);
    return out;
}

// ── Tables ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const std::map<std::string, national_language> languages = {{"turkish", national_language::turkish},
                                                            {"spanish", national_language::spanish},
                                                            {"portuguese", national_language::portuguese},
                                                            {"bengali", national_language::bengali},
                                                            {"gujarati", national_language::gujarati},
                                                            {"hindi", national_language::hindi},
                                                            {"kannada", national_language::kannada},
                                                            {"malayalam", national_language::malayalam},
                                                            {"oriya", national_language::oriya},
                                                            {"punjabi", national_language::punjabi},
                                                            {"tamil", national_language::tamil},
                                                            {"telugu", national_language::telugu},
                                                            {"urdu", national_language::urdu}};

// The fixture was written down from another printing of the standard than the program's tables.
TEST(gsm7, national_tables_are_those_of_annex_a) {
    std::ifstream file(MLANGO_SOURCE_DIR "/tests/fixtures/gsm7/national_tables.txt");
    std::size_t tables = 0;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line.starts_with('#')) continue;
        const auto space = line.find(' ');
        const std::string kind = line.substr(0, space), name = line.substr(space + 1);
        const national_language language = languages.at(name);
        const code_table& table = kind == "locking" ? locking_table(language) : single_shift_table(language);
        for (std::size_t row = 0; row < 8; ++row) {
            ASSERT_TRUE(std::getline(file, line));
            std::istringstream cells(line);
            for (std::size_t column = 0; column < 16; ++column) {
                std::string cell;
                ASSERT_TRUE(cells >> cell) << kind << ' ' << name;
                const unsigned wanted = cell == "----" ? 0 : static_cast<unsigned>(std::stoul(cell, nullptr, 16));
                EXPECT_EQ(unsigned{table[row * 16 + column]}, wanted)
                    << kind << ' ' << name << " code " << row * 16 + column;
            }
        }
        ++tables;
    }
    EXPECT_EQ(tables, 12u + 13u);  // Spanish has no locking table
    EXPECT_EQ(&locking_table(national_language::spanish), &locking_table(national_language::none));
}

TEST(gsm7, every_character_of_every_pair_of_tables_comes_back) {
    for (std::size_t locking = 0; locking < national_languages; ++locking) {
        for (std::size_t single = 0; single < national_languages; ++single) {
            const shift_tables tables{static_cast<national_language>(locking), static_cast<national_language>(single)};
            for (const code_table* table : {&locking_table(tables.locking), &single_shift_table(tables.single)}) {
                for (const char16_t c : *table) {
                    if (c == 0) continue;
                    const auto septets = to_septets(utf8(c), tables);
                    ASSERT_TRUE(septets) << locking << ' ' << single << ' ' << unsigned{c};
                    EXPECT_EQ(from_septets(*septets, tables), utf8(c)) << locking << ' ' << single;
                }
            }
        }
    }
}

TEST(gsm7, codes_of_languages) {
    for (const auto& [name, language] : languages) {
        EXPECT_EQ(national_language_of(code_of(language)), language) << name;
    }
    EXPECT_EQ(national_language_of("tr"), national_language::turkish);
    EXPECT_EQ(national_language_of("ur"), national_language::urdu);
    EXPECT_FALSE(national_language_of(""));
    EXPECT_FALSE(national_language_of("sw"));
}

TEST(gsm7, measure_reads_the_same_table) {
    for (char32_t c = 1; c < 0x1'0000; ++c) {
        if (c >= 0xD800 && c < 0xE000) continue;
        const septet_pair written = septets_of(c);
        const text_size size = measure(utf8(c));
        EXPECT_EQ(size.needs == alphabet::gsm7, written.count != 0) << static_cast<unsigned>(c);
        if (written.count != 0) EXPECT_EQ(size.units, written.count) << static_cast<unsigned>(c);
    }
}

// ICU's converter maps what ours does, and nothing else, over the whole Basic Multilingual Plane. (Perl's Encode is
// asked by tests/architecture/check_gsm7.)
TEST(gsm7, agrees_with_icu) {
    UErrorCode failure = U_ZERO_ERROR;
    UConverter* const converter = ucnv_open("gsm-03.38-2009", &failure);
    ASSERT_TRUE(U_SUCCESS(failure)) << u_errorName(failure);
    ucnv_setFromUCallBack(converter, UCNV_FROM_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &failure);
    ucnv_setFallback(converter, false);
    std::size_t both = 0;
    for (char32_t c = 1; c < 0x1'0000; ++c) {
        if (c >= 0xD800 && c < 0xE000) continue;
        const auto unit = static_cast<UChar>(c);
        char written[8];
        UErrorCode outcome = U_ZERO_ERROR;
        const auto length = ucnv_fromUChars(converter, written, sizeof written, &unit, 1, &outcome);
        const bool has = U_SUCCESS(outcome) && length > 0;
        const auto ours = to_septets(utf8(c));
        // ICU maps the escape itself; the standard gives it no character.
        if (c == 0x1B) continue;
        ASSERT_EQ(has, ours.has_value()) << std::hex << static_cast<unsigned>(c);
        if (!has) continue;
        ++both;
        EXPECT_EQ(hex(std::string_view(written, static_cast<std::size_t>(length))), hex(*ours))
            << std::hex << static_cast<unsigned>(c);
    }
    EXPECT_EQ(both, 127u + 10u);
    ucnv_close(converter);
}

// Perl's Encode::GSM0338, run as the program that it is.
TEST(gsm7, agrees_with_perl) {
    constexpr const char* script =
        "perl -MEncode -e 'for my $c (1 .. 0xD7FF, 0xE000 .. 0xFFFF) { my $s = chr($c);"
        " my $o = encode(\"gsm0338\", $s, Encode::FB_QUIET);"
        " printf \"%X %s\\n\", $c, unpack(\"H*\", $o) if length $o }' 2>&1";
    const std::unique_ptr<FILE, int (*)(FILE*)> perl(popen(script, "r"), pclose);
    ASSERT_TRUE(perl);
    std::map<char32_t, std::string> theirs;
    unsigned character = 0;
    char written[16];
    while (std::fscanf(perl.get(), "%X %15s", &character, written) == 2) theirs[character] = written;
    theirs.erase(0x1B);  // Perl maps the escape itself, too
    ASSERT_EQ(theirs.size(), 127u + 10u) << "is perl here?";
    for (char32_t c = 1; c < 0x1'0000; ++c) {
        if (c >= 0xD800 && c < 0xE000) continue;
        const auto ours = to_septets(utf8(c));
        const auto found = theirs.find(c);
        ASSERT_EQ(ours.has_value(), found != theirs.end()) << std::hex << static_cast<unsigned>(c);
        if (ours) EXPECT_EQ(hex(*ours), found->second) << std::hex << static_cast<unsigned>(c);
    }
}

// ── What a sender may get wrong ──────────────────────────────────────────────────────────────────────────────────────

struct septet_case {
    std::string_view what;
    std::string septets;
    std::string_view text;
    shift_tables tables = {};
};

const shift_tables turkish{national_language::turkish, national_language::turkish};
const shift_tables hindi{national_language::hindi, national_language::hindi};

const septet_case septet_cases[] = {
    {"nothing", "", ""},
    {"the euro sign", "\x1B\x65", "€"},
    {"an unknown escape is its base character", "\x1B\x41", "A"},
    {"in the locking table, where there is one", "\x1B\x0B"s, "Ğ", turkish},
    {"two escapes are a space", "a\x1B\x1Bz", "a z"},
    {"three are a space and an escape", "a\x1B\x1B\x1B\x65", "a €"},
    {"an escape at the end is nothing", "abc\x1B", "abc"},
    {"zero is a letter", "a\0b"s, "a@b"},
    {"an octet that is no septet", "a\x80", "a\uFFFD"},
    {"CR2 is a line end", "\x1B\x0D", "\r"},
    {"a place that a national table leaves empty", "\x0C\x1B\x0C"s, "\u090D+", hindi},
};

TEST(gsm7, septets_to_text) {
    for (const septet_case& row : septet_cases) EXPECT_EQ(from_septets(row.septets, row.tables), row.text) << row.what;
    // Malayalam's locking table has nothing at 0x00, nor has the sign there any other place.
    EXPECT_EQ(from_septets("\0"s, {national_language::malayalam, national_language::none}), "\uFFFD");
    EXPECT_FALSE(to_septets("ş"));
    EXPECT_FALSE(to_septets("a\xFF"));
    EXPECT_EQ(to_septets("ş", {national_language::none, national_language::turkish}), "\x1B\x73");
    EXPECT_EQ(to_septets("ş", {national_language::turkish, national_language::none}), "\x1D");
}

// ── Packing ──────────────────────────────────────────────────────────────────────────────────────────────────────────

struct packing_case {
    std::string_view what;
    std::string_view text;
    std::string_view packed;  // hexadecimal
    unsigned fill_bits = 0;
};

// The longer ones are what libosmocore and oFono publish as the outcome of theirs.
const packing_case packings[] = {
    {"nothing", "", ""},
    {"one letter", "A", "41"},
    {"seven letters leave seven bits", "1234567", "31d98c56b3dd00"},
    {"eight letters fill seven octets", "12345678", "31d98c56b3dd70"},
    {"test", "test", "f4f29c0e"},
    {"hellohello", "hellohello", "e8329bfd4697d9ec37"},
    {"with an escape", "!$ a more#^- complicated test@@?_%! case",
     "2101280c6abfe5e5d186d2028ddf6d383b3d0ed3cb6410bd3ca70300bf4829041a87e765"},
    {"with many", "enhanced ^ {][} test |+~ ^ test",
     "65373aec1e97c9a00d05b4416d7c1bde2605a297e774d006b8daf4401b0a885e9ed301"},
    {"a septet more in as many octets", "enhanced ^ {][} test |+~ ^ tests",
     "65373aec1e97c9a00d05b4416d7c1bde2605a297e774d006b8daf4401b0a885e9ed3e7"},
    {"49 letters", "It is easy to read text messages via AT commands.",
     "493a283d0795c3f33c88fe06c9cb6132885ec6d341edf27c1e3e97e7207b3a0c0a5241e377bb1d7693e72e"},
    {"behind a header of six octets", " this is a second testmessage. end here.",
     "4074747a0e4acf4161d0bc3c7ebbc9207a794e6f97e7f3f0b9ec0295dd6410ba2c2fbb00", 1},
    {"dial string", "*384#", "aa198e3602"},
    {"one fill bit behind a header of six", "A", "82", 1},
};

TEST(gsm7, packs_and_unpacks) {
    for (const packing_case& row : packings) {
        const auto septets = to_septets(row.text).value();
        EXPECT_EQ(hex(pack(septets, row.fill_bits)), row.packed) << row.what;
        EXPECT_EQ(unpack(octets(row.packed), septets.size(), row.fill_bits), septets) << row.what;
    }
}

TEST(gsm7, packing_comes_back_at_every_length_and_offset) {
    std::string septets;
    for (int i = 0; i < 161; ++i) {
        for (unsigned fill = 0; fill < 7; ++fill) {
            const std::string packed = pack(septets, fill);
            EXPECT_EQ(packed.size(), septets.empty() ? 0 : (septets.size() * 7 + fill + 7) / 8);
            EXPECT_EQ(unpack(packed, septets.size(), fill), septets);
        }
        septets += static_cast<char>((i * 37 + 11) % 128);
    }
}

TEST(gsm7, fill_bits_reach_the_next_septet) {
    const unsigned wanted[] = {0, 6, 5, 4, 3, 2, 1, 0, 6};
    for (std::size_t header = 0; header < 9; ++header) {
        EXPECT_EQ(fill_bits_after(header), wanted[header]) << header;
        EXPECT_EQ((header * 8 + fill_bits_after(header)) % 7, 0u);
    }
}

// TS 23.038 §6.1.2.3.1
TEST(gsm7, ussd_pads_with_a_carriage_return) {
    EXPECT_EQ(hex(pack_ussd("1234567")), "31d98c56b3dd1a");
    EXPECT_EQ(unpack_ussd(octets("31d98c56b3dd1a")), "1234567");
    EXPECT_EQ(hex(pack_ussd("1234567\r")), "31d98c56b3dd1a0d");  // wanted, on the boundary: another
    EXPECT_EQ(unpack_ussd(octets("31d98c56b3dd1a0d")), "1234567\r\r");
    EXPECT_EQ(unpack_ussd(octets("31d98c56b3dd00")), "1234567");  // a ruder sender
    EXPECT_EQ(unpack_ussd(octets("31d98c56b3dd70")), "12345678");
    EXPECT_EQ(hex(pack_ussd("")), "");
    EXPECT_EQ(unpack_ussd(""), "");
    for (std::size_t length = 0; length < 40; ++length) {
        const std::string septets(length, 'x');
        EXPECT_EQ(unpack_ussd(pack_ussd(septets)), septets) << length;
    }
}

}  // namespace
}  // namespace mlango::gsm
