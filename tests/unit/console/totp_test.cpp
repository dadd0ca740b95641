#include "console/totp.hpp"

#include <gtest/gtest.h>

namespace mlango::console {
namespace {

// RFC 6238 appendix B: the ASCII secret, SHA-1. The table has eight digits; ours are its last six.
const std::string rfc_secret = "12345678901234567890";

wall_time second(std::int64_t at) {
    return wall_time(std::chrono::seconds(at));
}

TEST(totp, gives_the_codes_of_the_rfc) {
    struct vector {
        std::int64_t at;
        std::string_view code;
    };
    for (const auto& [at, code] :
         {vector{59, "287082"}, vector{1111111109, "081804"}, vector{1111111111, "050471"},
          vector{1234567890, "005924"}, vector{2000000000, "279037"}, vector{20000000000, "353130"}})
        EXPECT_EQ(totp_code(rfc_secret, totp_step_at(second(at))), code) << at;
}

TEST(totp, takes_now_the_one_before_and_the_one_after_each_once) {
    const wall_time now = second(1'000'000'010);
    const std::int64_t step = totp_step_at(now);
    for (const std::int64_t away : {-1, 0, 1})
        EXPECT_EQ(matching_totp_step(rfc_secret, totp_code(rfc_secret, step + away), now, 0), step + away);
    for (const std::int64_t away : {-2, 2})
        EXPECT_FALSE(matching_totp_step(rfc_secret, totp_code(rfc_secret, step + away), now, 0));
    EXPECT_FALSE(matching_totp_step(rfc_secret, totp_code(rfc_secret, step), now, step));
    EXPECT_FALSE(matching_totp_step(rfc_secret, totp_code(rfc_secret, step - 1), now, step));
    EXPECT_TRUE(matching_totp_step(rfc_secret, totp_code(rfc_secret, step + 1), now, step));
    EXPECT_FALSE(matching_totp_step(rfc_secret, "", now, 0));
    EXPECT_FALSE(matching_totp_step(rfc_secret, totp_code(rfc_secret, step) + "0", now, 0));
}

// RFC 4648 §10.
TEST(totp, writes_and_reads_base32) {
    struct vector {
        std::string_view raw, text;
    };
    for (const auto& [raw, text] :
         {vector{"", ""}, vector{"f", "MY"}, vector{"fo", "MZXQ"}, vector{"foo", "MZXW6"}, vector{"foob", "MZXW6YQ"},
          vector{"fooba", "MZXW6YTB"}, vector{"foobar", "MZXW6YTBOI"}}) {
        EXPECT_EQ(to_base32(raw), text);
        EXPECT_EQ(from_base32(text), raw);
    }
    EXPECT_EQ(from_base32("mzxw 6ytb oi"), "foobar");
    for (const std::string_view bad : {"M", "MZX", "MZXW61", "M1", "MZ=", "MZXW6YTBOJ", "é"})
        EXPECT_FALSE(from_base32(bad)) << bad;
}

TEST(totp, tells_apps_by_an_address_that_survives_names) {
    EXPECT_EQ(otpauth_uri("Mlango", "a.b-c_d", "foobar"),
              "otpauth://totp/Mlango:a.b-c_d?secret=MZXW6YTBOI&issuer=Mlango&algorithm=SHA1&digits=6&period=30");
    EXPECT_NE(otpauth_uri("Field office", "a", "f").find("Field%20office"), std::string::npos);
}

}  // namespace
}  // namespace mlango::console
