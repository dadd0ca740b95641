#include <gtest/gtest.h>

#include <random>

#include "base/bytes.hpp"
#include "sessions/session.hpp"

namespace mlango::sessions {
namespace {

std::string repeat(std::size_t times, char letter = 'x') {
    return std::string(times, letter);
}

session full() {
    session value;
    value.menu_version = 70'000;
    value.language = 3;
    value.ended = true;
    value.hops = 300;
    value.transcript_length = 129;
    value.transcript_digest = 0x0102030405060708;
    value.began_at = 1'700'000'000;
    value.authenticated_at = 1'700'000'064;
    value.person = 5;
    value.group = -1;
    value.phone = 64;
    value.flags = 0x81;
    value.stack = {{1, 0, ""}, {128, 2, "abc"}};
    value.choices = {"7", ""};
    value.next_page = 4;
    value.fields = {{"f", "v"}};
    value.last_reply = "Hi";
    return value;
}

struct coded {
    const char* name;
    session value;
    const char* hex;
};

std::vector<coded> table() {
    std::vector<coded> rows;
    rows.push_back({"empty",
                    {},
                    "0200"
                    "00"
                    "00"
                    "00"
                    "00"
                    "00"
                    "000000"
                    "00"
                    "00"
                    "00"
                    "00"
                    "00"});
    rows.push_back({"full", full(),
                    "02"
                    "07"
                    "f0a204"
                    "03"
                    "8101"
                    "ac02"
                    "8101"
                    "0807060504030201"
                    "80c49fd50c"
                    "8001"
                    "0a"
                    "01"
                    "8001"
                    "04"
                    "02"
                    "010000"
                    "800102"
                    "03616263"
                    "02"
                    "0137"
                    "00"
                    "01"
                    "0166"
                    "0176"
                    "02"
                    "4869"});
    session extreme;
    extreme.menu_version = 0xffffffff;
    extreme.began_at = std::numeric_limits<std::int64_t>::min();
    extreme.authenticated_at = std::numeric_limits<std::int64_t>::max();
    extreme.person = std::numeric_limits<std::int64_t>::max();
    rows.push_back({"extreme", extreme,
                    "02"
                    "02"
                    "ffffffff0f"
                    "00"
                    "00"
                    "00"
                    "ffffffffffffffffff01"
                    "01"
                    "feffffffffffffffff01"
                    "00"
                    "00"
                    "00"
                    "00"
                    "00"
                    "00"
                    "00"});
    return rows;
}

TEST(session_codec, maps_values_to_bytes_and_back) {
    for (const auto& row : table()) {
        SCOPED_TRACE(row.name);
        const auto data = encode(row.value);
        EXPECT_EQ(to_hex(as_byte_view(data)), row.hex);
        const auto back = decode(data);
        ASSERT_TRUE(back);
        EXPECT_EQ(*back, row.value);
    }
}

TEST(session_codec, refuses_every_truncation) {
    for (const auto& row : table()) {
        const auto data = encode(row.value);
        for (std::size_t length = 0; length < data.size(); ++length) {
            const auto back = decode(std::string_view(data).substr(0, length));
            ASSERT_FALSE(back) << row.name << " cut to " << length;
            EXPECT_EQ(back.error(), codec_error::truncated) << row.name << " cut to " << length;
        }
    }
}

TEST(session_codec, refuses_bytes_left_over) {
    const auto back = decode(encode(full()) + "x");
    ASSERT_FALSE(back);
    EXPECT_EQ(back.error(), codec_error::out_of_bounds);
}

TEST(session_codec, refuses_other_versions) {
    auto data = encode(full());
    for (int version = 0; version < 256; ++version) {
        if (version == 2) continue;
        data[0] = static_cast<char>(version);
        const auto back = decode(data);
        ASSERT_FALSE(back);
        EXPECT_EQ(back.error(), codec_error::unknown_version);
    }
}

struct mutation {
    const char* name;
    void (*to_the_bound)(session&);
    void (*beyond)(session&);
};

// At the bound a value passes; one more is refused by within_bounds and, written by hand, by decode.
TEST(session_codec, keeps_each_bound) {
    const mutation mutations[] = {
        {"stack", [](session& s) { s.stack.resize(16); }, [](session& s) { s.stack.resize(17); }},
        {"choices", [](session& s) { s.choices.resize(10); }, [](session& s) { s.choices.resize(11); }},
        {"fields", [](session& s) { s.fields.resize(8); }, [](session& s) { s.fields.resize(9); }},
        {"subject", [](session& s) { s.stack = {{1, 1, repeat(32)}}; },
         [](session& s) { s.stack = {{1, 1, repeat(33)}}; }},
        {"choice", [](session& s) { s.choices = {repeat(32)}; }, [](session& s) { s.choices = {repeat(33)}; }},
        {"field name", [](session& s) { s.fields = {{repeat(200), ""}}; },
         [](session& s) { s.fields = {{repeat(201), ""}}; }},
        {"field value", [](session& s) { s.fields = {{"", repeat(200)}}; },
         [](session& s) { s.fields = {{"", repeat(201)}}; }},
        {"reply", [](session& s) { s.last_reply = repeat(1'000); }, [](session& s) { s.last_reply = repeat(1'001); }},
    };
    for (const auto& [name, to_the_bound, beyond] : mutations) {
        SCOPED_TRACE(name);
        session value;
        to_the_bound(value);
        EXPECT_TRUE(within_bounds(value));
        const auto back = decode(encode(value));
        ASSERT_TRUE(back);
        EXPECT_EQ(*back, value);
        beyond(value);
        EXPECT_FALSE(within_bounds(value));
    }
}

struct bad_bytes {
    const char* name;
    std::string hex;
    codec_error error;
};

TEST(session_codec, refuses_what_exceeds_the_bounds) {
    const std::string head =
        "0200"
        "00"
        "00"
        "00"
        "00"
        "00"
        "000000"
        "00";  // up to and with next_page
    const std::string xs33 = to_hex(as_byte_view(repeat(33)));
    const std::string xs201 = to_hex(as_byte_view(repeat(201)));
    const bad_bytes rows[] = {
        {"unknown bit", "0210" + head.substr(4) + "00000000", codec_error::out_of_bounds},
        {"menu version beyond 32 bits",
         "0200"
         "8080808010"
         "00"
         "00"
         "00"
         "00"
         "000000"
         "00"
         "00000000",
         codec_error::out_of_bounds},
        {"hops beyond 16 bits",
         "0200"
         "00"
         "00"
         "00"
         "808004"
         "00"
         "000000"
         "00"
         "00000000",
         codec_error::out_of_bounds},
        {"varint beyond 64 bits",
         "0200"
         "00"
         "00"
         "00"
         "00"
         "ffffffffffffffffff02"
         "000000"
         "00"
         "00000000",
         codec_error::out_of_bounds},
        {"varint without end",
         "0200"
         "00"
         "00"
         "00"
         "00"
         "80808080808080808080"
         "000000"
         "00"
         "00000000",
         codec_error::out_of_bounds},
        {"17 frames", head + "11" + std::string(17 * 6, '0') + "000000", codec_error::out_of_bounds},
        {"11 choices", head + "00" + "0b" + std::string(11 * 2, '0') + "0000", codec_error::out_of_bounds},
        {"9 fields", head + "0000" + "09" + std::string(9 * 4, '0') + "00", codec_error::out_of_bounds},
        {"subject of 33", head + "01" + "0000" + "21" + xs33 + "000000", codec_error::out_of_bounds},
        {"choice of 33", head + "00" + "01" + "21" + xs33 + "0000", codec_error::out_of_bounds},
        {"field name of 201", head + "0000" + "01" + "c901" + xs201 + "00" + "00", codec_error::out_of_bounds},
        {"field value of 201", head + "0000" + "01" + "00" + "c901" + xs201 + "00", codec_error::out_of_bounds},
        {"reply of 1,001", head + "000000" + "e907" + to_hex(as_byte_view(repeat(1'001))), codec_error::out_of_bounds},
        {"length beyond the end", head + "000000" + "05" + "41", codec_error::truncated},
    };
    for (const auto& row : rows) {
        SCOPED_TRACE(row.name);
        const auto data = from_hex(row.hex);
        ASSERT_TRUE(data);
        const auto back = decode(as_string_view(*data));
        ASSERT_FALSE(back);
        EXPECT_EQ(back.error(), row.error);
    }
}

class some_session {
public:
    explicit some_session(std::uint64_t seed) : engine_(seed) {}

    session make() {
        session value;
        value.menu_version = number<std::uint32_t>();
        value.language = number<std::uint8_t>();
        value.ended = below(2) == 1;
        value.hops = number<std::uint16_t>();
        value.transcript_length = number<std::uint16_t>();
        value.transcript_digest = number<std::uint64_t>();
        value.began_at = number<std::int64_t>();
        value.authenticated_at = number<std::int64_t>();
        value.person = number<std::int64_t>();
        value.group = number<std::int64_t>();
        value.phone = number<std::int64_t>();
        value.flags = number<std::uint16_t>();
        value.next_page = number<std::uint16_t>();
        value.stack.resize(below(17));
        for (auto& step : value.stack) step = {number<std::uint16_t>(), number<std::uint16_t>(), text(32)};
        value.choices.resize(below(11));
        for (auto& choice : value.choices) choice = text(32);
        value.fields.resize(below(9));
        for (auto& field : value.fields) field = {text(200), text(200)};
        value.last_reply = text(1'000);
        return value;
    }

private:
    std::size_t below(std::size_t bound) { return engine_() % bound; }
    // Of every magnitude, because lengths of varints depend on it; 0 often.
    template <class T>
    T number() {
        return static_cast<T>(below(4) == 0 ? 0 : engine_() >> below(64));
    }
    std::string text(std::size_t longest) {
        std::string value(below(longest + 1), '\0');
        for (auto& letter : value) letter = static_cast<char>(engine_());
        return value;
    }
    std::mt19937_64 engine_;
};

TEST(session_codec, brings_random_sessions_back) {
    const std::uint64_t first_seed = std::random_device{}();
    for (std::uint64_t seed = first_seed; seed < first_seed + 2'000; ++seed) {
        const auto value = some_session(seed).make();
        const auto back = decode(encode(value));
        ASSERT_TRUE(back) << "seed " << seed;
        ASSERT_EQ(*back, value) << "seed " << seed;
    }
}

TEST(session_codec, is_small_for_a_usual_session) {
    auto value = full();
    value.stack = {{0, 0, ""}, {3, 0, ""}, {5, 0, "1000234"}};
    value.choices = {"1000234", "1000235", "1000236"};
    value.fields.clear();
    value.last_reply = repeat(160);
    EXPECT_LE(encode(value).size(), 260u);
}

}  // namespace
}  // namespace mlango::sessions
