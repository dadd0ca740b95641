// TLVs: typed ones both ways, and bad or unknown ones, which never cost a message.
#include "gsm/smpp/tlv.hpp"

#include <gtest/gtest.h>

#include "gsm/smpp/pdu.hpp"
#include "tests/unit/gsm/hex_octets.hpp"
#include "tests/unit/gsm/smpp_hello.hpp"

namespace mlango::gsm::smpp {
namespace {

using namespace std::string_literals;

TEST(smpp_tlv, typed_ones_both_ways) {
    std::string list;
    EXPECT_TRUE(append_tlv(list, tlv::sar_msg_ref_num, std::uint16_t{0xabcd}));
    EXPECT_TRUE(append_tlv(list, tlv::sar_total_segments, std::uint8_t{3}));
    EXPECT_TRUE(append_tlv(list, tlv::receipted_message_id, "id7"));
    EXPECT_TRUE(append_tlv(list, tlv::network_error_code, network_error{3, 34}));
    EXPECT_TRUE(append_tlv(list, tlv::qos_time_to_live, std::uint32_t{86'400}));
    EXPECT_TRUE(append_tlv(list, tlv::message_payload, "a\0b"s));
    EXPECT_TRUE(append_tlv(list, 0x1400, "raw"));
    EXPECT_EQ(hex(list),
              "020c0002abcd"
              "020e000103"
              "001e000469643700"
              "04230003030022"
              "0017000400015180"
              "04240003610062"
              "14000003726177");
    const tlv_view view(list);
    EXPECT_EQ(view.get(tlv::sar_msg_ref_num), 0xabcd);
    EXPECT_EQ(view.get(tlv::sar_total_segments), 3);
    EXPECT_EQ(view.get(tlv::receipted_message_id), "id7");
    EXPECT_EQ(view.get(tlv::network_error_code), (network_error{3, 34}));
    EXPECT_EQ(view.get(tlv::qos_time_to_live), 86'400u);
    EXPECT_EQ(view.get(tlv::message_payload), "a\0b"s);
    EXPECT_EQ(view.find(0x1400), "raw");
    EXPECT_EQ(view.get(tlv::source_port), std::nullopt);
    EXPECT_TRUE(view.is_whole());
}

TEST(smpp_tlv, numbers_of_another_width_are_read_as_far_as_they_fit) {
    const auto read = [](std::string_view hex_octets) {
        static std::string kept;
        kept = octets(hex_octets);
        return tlv_view(kept).get(tlv::source_port);
    };
    EXPECT_EQ(read("020a 0002 0102"), 0x0102);
    EXPECT_EQ(read("020a 0001 07"), 7);
    EXPECT_EQ(read("020a 0004 00000102"), 0x0102);
    EXPECT_EQ(read("020a 0004 00010002"), std::nullopt);
    EXPECT_EQ(read("020a 0000"), std::nullopt);
    EXPECT_EQ(read("020a 0005 0000000001"), std::nullopt);
}

TEST(smpp_tlv, lesson_10_a_bad_or_unknown_one_never_costs_the_message) {
    const std::string_view endings[] = {"0428 0005 01",       // breaks off
                                        "0428 0000",          // of no length
                                        "0428",               // only a tag
                                        "ff",                 // not even that
                                        "ffff ffff 00",       // longer than everything
                                        "1400 0003 010203",   // a vendor's
                                        "001e 0003 616263"};  // without its NUL
    for (const std::string_view ending : endings) {
        std::string written;
        message content = hello;
        const std::string list = octets("0204 0002 0007") + octets(ending);
        content.tlvs = tlv_view(list);
        ASSERT_TRUE(append_message(written, command::deliver_sm, 1, content)) << ending;
        std::string_view rest = written;
        const auto read = read_body(**take_frame(rest));
        ASSERT_TRUE(read) << ending;
        const auto& got = std::get<message>(*read);
        EXPECT_EQ(got.short_message, "hi") << ending;
        EXPECT_EQ(got.tlvs.get(tlv::user_message_reference), 7) << ending;
        EXPECT_EQ(hex(got.tlvs.octets()), hex(list)) << ending;  // kept raw
        if (ending.starts_with("0428")) {
            EXPECT_EQ(got.tlvs.get(tlv::congestion_state), std::nullopt) << ending;
        }
        if (ending.starts_with("001e")) {
            EXPECT_EQ(got.tlvs.get(tlv::receipted_message_id), "abc");
        }
    }
}

}  // namespace
}  // namespace mlango::gsm::smpp
