#include "base/hmac.hpp"

#include <gtest/gtest.h>

namespace mlango {
namespace {

TEST(base64, is_padded_and_has_the_other_marks) {  // RFC 4648 §10
    EXPECT_EQ(to_base64(as_byte_view("")), "");
    EXPECT_EQ(to_base64(as_byte_view("f")), "Zg==");
    EXPECT_EQ(to_base64(as_byte_view("fo")), "Zm8=");
    EXPECT_EQ(to_base64(as_byte_view("foo")), "Zm9v");
    EXPECT_EQ(to_base64(as_byte_view("\xfb\xff\xbf")), "+/+/");
}

TEST(hmac_sha1, known_answers) {  // RFC 2202 §3
    EXPECT_EQ(to_hex(hmac_sha1(std::string(20, '\x0b'), "Hi There")), "b617318655057264e28bc0b6fb378c8ef146be00");
    EXPECT_EQ(to_hex(hmac_sha1("Jefe", "what do ya want for nothing?")), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    EXPECT_EQ(to_hex(hmac_sha1("", "")), "fbdb1d1b18aa6c08324b7d64b71fb76370690e1d");
}

}  // namespace
}  // namespace mlango
