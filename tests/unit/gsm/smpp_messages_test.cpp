// What is sent and what comes, between our values and PDUs.
#include <gtest/gtest.h>

#include "gsm/smpp/incoming.hpp"
#include "gsm/smpp/outgoing.hpp"

namespace mlango::gsm::smpp {
namespace {

using namespace std::chrono_literals;

account_settings usual() {
    account_settings out;
    out.name = "operator";
    out.source = "384";
    return out;
}

sms_out text(std::string words) {
    return {
        .to = *msisdn::from_e164("+254700000001"), .sender = {}, .text = std::move(words), .reference = 0x1'0000'0007};
}

outgoing made(const sms_out& what, const account_settings& settings) {
    auto out = outgoing::make(what, settings, 0x1234);
    EXPECT_TRUE(out);
    return std::move(*out);
}

TEST(SmppOutgoing, OneMessage) {
    const auto settings = usual();
    auto out = made(text("Hello"), settings);
    ASSERT_EQ(out.parts(), 1u);
    const message pdu = out.part(0);
    EXPECT_EQ(pdu.source, (address{3, 0, "384"}));
    EXPECT_EQ(pdu.destination, (address{1, 1, "254700000001"}));
    EXPECT_EQ(pdu.short_message, "Hello");
    EXPECT_EQ(pdu.data_coding, 0);
    EXPECT_EQ(pdu.esm_class, 0);
    EXPECT_EQ(pdu.registered_delivery, 1);
    EXPECT_EQ(pdu.validity, "");
    EXPECT_EQ(pdu.tlvs.get(tlv::user_message_reference), 7);
}

TEST(SmppOutgoing, SendersLookLikeWhatTheyAre) {
    const auto settings = usual();
    EXPECT_EQ(source_address("384", settings), (address{3, 0, "384"}));
    EXPECT_EQ(source_address("MLANGO", settings), (address{5, 0, "MLANGO"}));
    EXPECT_EQ(source_address("+254711000000", settings), (address{1, 1, "254711000000"}));
    EXPECT_EQ(source_address("254711000000", settings), (address{1, 1, "254711000000"}));
    auto told = settings;
    told.source_ton = 0;
    told.source_npi = 8;
    EXPECT_EQ(source_address("384", told), (address{0, 8, "384"}));
}

TEST(SmppOutgoing, LongMessagesInEachWay) {
    auto settings = usual();
    const std::string words(400, 'a');
    auto by_udh = made(text(words), settings);
    ASSERT_EQ(by_udh.parts(), 3u);
    for (std::size_t i = 0; i < 3; ++i) {
        const message pdu = by_udh.part(i);
        EXPECT_EQ(pdu.esm_class, esm::udh);
        EXPECT_EQ(pdu.short_message.substr(0, 6), (std::string{5, 0, 3, 0x34, 3, static_cast<char>(i + 1)}));
        EXPECT_EQ(pdu.tlvs.get(tlv::user_message_reference), 7);
    }
    settings.coding.join = joining::sar;
    auto by_sar = made(text(words), settings);
    ASSERT_EQ(by_sar.parts(), 3u);
    const message second = by_sar.part(1);
    EXPECT_EQ(second.esm_class, 0);
    EXPECT_EQ(second.tlvs.get(tlv::sar_msg_ref_num), 0x1234);
    EXPECT_EQ(second.tlvs.get(tlv::sar_total_segments), 3);
    EXPECT_EQ(second.tlvs.get(tlv::sar_segment_seqnum), 2);
    settings.coding.join = joining::payload;
    auto by_payload = made(text(words), settings);
    ASSERT_EQ(by_payload.parts(), 1u);
    EXPECT_TRUE(by_payload.part(0).short_message.empty());
    EXPECT_EQ(by_payload.part(0).tlvs.get(tlv::message_payload), words);
}

TEST(SmppOutgoing, Ucs2AndItsNumber) {
    auto settings = usual();
    settings.ucs2_data_coding = 0x48;
    auto out = made(text("ሰላም"), settings);
    EXPECT_EQ(out.part(0).data_coding, 0x48);
    EXPECT_EQ(out.part(0).short_message.size(), 6u);
}

TEST(SmppOutgoing, WhatCanNotGoIsPermanent) {
    auto settings = usual();
    settings.coding.ucs2 = false;
    const auto out = outgoing::make(text("ሰላም"), settings, 1);
    ASSERT_FALSE(out);
    EXPECT_EQ(out.error().what, submit_refusal::permanent);
}

TEST(SmppOutgoing, Validity) {
    EXPECT_EQ(relative_time(7 * 24h), "000007000000000R");
    EXPECT_EQ(relative_time(90061s), "000001010101000R");
    EXPECT_EQ(relative_time(0s), "000000000001000R");
    EXPECT_EQ(relative_time(10'000h), "000030000000000R");
    auto settings = usual();
    settings.validity = 1h;
    settings.urgent_priority = 2;
    auto what = text("Hi");
    EXPECT_EQ(made(what, settings).part(0).validity, "000000010000000R");
    what.lasts = 60s;
    what.urgent = true;
    auto out = made(what, settings);
    EXPECT_EQ(out.part(0).validity, "000000000100000R");
    EXPECT_EQ(out.part(0).priority, 2);
}

TEST(SmppOutgoing, AReferenceIsNeverNoneByAccident) {
    EXPECT_EQ(short_reference(0), 0);
    EXPECT_EQ(short_reference(65'536), 0x8000);
    EXPECT_EQ(short_reference(65'537), 1);
}

message delivered(std::string_view octets) {
    message out;
    out.source = {1, 1, "254700000001"};
    out.destination = {3, 0, "384"};
    out.short_message = octets;
    return out;
}

TEST(SmppIncoming, AMessage) {
    const auto in = read_incoming(delivered("MENU"), usual());
    ASSERT_TRUE(in);
    const auto& text = std::get<sms_in>(*in);
    EXPECT_EQ(text.gateway, "operator");
    EXPECT_EQ(text.from.e164(), "+254700000001");
    EXPECT_EQ(text.to, "384");
    EXPECT_EQ(text.text, "MENU");
}

TEST(SmppIncoming, NumbersInEachForm) {
    auto settings = usual();
    settings.region = "KE";
    for (const auto& from : {address{2, 1, "700000001"}, address{0, 0, "0700000001"}, address{1, 1, "+254700000001"},
                             address{0, 1, "254700000001"}}) {
        auto content = delivered("1");
        content.source = from;
        const auto in = read_incoming(content, settings);
        ASSERT_TRUE(in) << from.digits;
        EXPECT_EQ(std::get<sms_in>(*in).from.e164(), "+254700000001") << from.digits;
    }
    auto service = delivered("Buy");
    service.source = {5, 0, "SHOP"};
    EXPECT_EQ(read_incoming(service, settings).error(), passed_over::sender_is_no_number);
}

TEST(SmppIncoming, Parts) {
    auto by_udh =
        delivered(std::string_view("\x05\x00\x03\x07\x02\x01"
                                   "half",
                                   10));
    by_udh.esm_class = esm::udh;
    const auto first = read_incoming(by_udh, usual());
    ASSERT_TRUE(first);
    EXPECT_EQ(std::get<sms_fragment>(*first).reference, 7);
    EXPECT_EQ(std::get<sms_fragment>(*first).total, 2);
    EXPECT_FALSE(std::get<sms_fragment>(*first).wide_reference);

    std::string tlvs;
    append_tlv(tlvs, tlv::sar_msg_ref_num, 0x1007);
    append_tlv(tlvs, tlv::sar_total_segments, 3);
    append_tlv(tlvs, tlv::sar_segment_seqnum, 2);
    auto by_sar = delivered("third");
    by_sar.tlvs = tlv_view(tlvs);
    const auto second = read_incoming(by_sar, usual());
    ASSERT_TRUE(second);
    EXPECT_EQ(std::get<sms_fragment>(*second).reference, 0x1007);
    EXPECT_TRUE(std::get<sms_fragment>(*second).wide_reference);
}

TEST(SmppIncoming, OurAddressIsPrintableWhateverTheSmscWrites) {
    auto content = delivered("MENU");
    content.destination.digits = "38\xFF\x07\xC3 4";
    EXPECT_EQ(std::get<sms_in>(*read_incoming(content, usual())).to, "38??? 4");
    content.short_message = std::string_view("\x05\x00\x03\x07\x02\x01half", 10);
    content.esm_class = esm::udh;
    EXPECT_EQ(std::get<sms_fragment>(*read_incoming(content, usual())).to, "38??? 4");
}

TEST(SmppIncoming, Receipts) {
    auto content =
        delivered("id:0a1F sub:001 dlvrd:001 submit date:2601010000 done date:2601010001 stat:UNDELIV err:034 text:");
    content.esm_class = esm::receipt;
    auto in = read_incoming(content, usual());
    ASSERT_TRUE(in);
    const auto failed = std::get<sms_receipt>(*in);
    EXPECT_EQ(failed.provider_id, "0a1F");
    EXPECT_EQ(failed.state, receipt_state::failed);
    EXPECT_EQ(failed.to->e164(), "+254700000001");

    std::string tlvs;
    append_tlv(tlvs, tlv::receipted_message_id, "77");
    append_tlv(tlvs, tlv::message_state, 2);
    append_tlv(tlvs, tlv::user_message_reference, 7);
    content = delivered("");
    content.esm_class = esm::receipt;
    content.tlvs = tlv_view(tlvs);
    in = read_incoming(content, usual());
    ASSERT_TRUE(in);
    EXPECT_EQ(std::get<sms_receipt>(*in).state, receipt_state::delivered);
    EXPECT_EQ(std::get<sms_receipt>(*in).reference, 7u);

    content.tlvs = {};
    EXPECT_EQ(read_incoming(content, usual()).error(), passed_over::not_a_message);
}

TEST(SmppIncoming, DataIsPassedOver) {
    auto content = delivered("\x01\x02");
    content.data_coding = 4;
    EXPECT_EQ(read_incoming(content, usual()).error(), passed_over::not_text);
}

}  // namespace
}  // namespace mlango::gsm::smpp
