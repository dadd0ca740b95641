// What the SMSC sends a link, in order or not, by scripts (smpp_script.hpp). "lesson N": docs/phone-network.md.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <variant>

#include "gsm/smpp/link.hpp"
#include "tests/unit/gsm/smpp_bound_script.hpp"

namespace mlango::gsm::smpp {
namespace {

// ---- what is not in order

TEST(smpp_link, lesson_7_an_impossible_length_is_nacked_and_closes) {
    for (const std::string_view hex : {"48545450", "ffffffff", "00010001", "00000008", "0000000f", "00000000"}) {
        play(bound_now + fmt::format(R"(
            submit 1
            > submit_sm seq=2
            raw {}
            > generic_nack seq=0 status=ESME_RINVCMDLEN
            ! cut_off 1
            ! ended out_of_step ESME_RINVCMDLEN
        )",
                                     hex),
             script_settings());
    }
}

// smppex#30: after a PDU that could not be parsed the session answered no more, and the SMSC repeated it for days.
TEST(smpp_link, lesson_9_what_can_not_be_read_is_nacked_by_its_number_and_the_link_stays) {
    play(bound_now + R"(
        raw 00000012000000050000000000000009ffff                       # deliver_sm of two octets
        > generic_nack seq=9 status=ESME_RINVCMDLEN
        raw 0000001000000005000000000000000a                           # of none
        > generic_nack seq=10 status=ESME_RINVCMDLEN
        < 0x112 seq=11                                                 # broadcast_sm
        > generic_nack seq=11 status=ESME_RINVCMDID
        < deliver_sm seq=12 text=1
        ! delivery 1 deliver_sm 1
        confirm 1
        > deliver_sm_resp seq=12
    )",
         script_settings());
}

TEST(smpp_link, lesson_8_sm_length_behind_the_end_is_nacked) {  // OpenSIPS#3846
    play(bound_now + R"(
        raw 00000024000000050000000000000009000000310000003200000000000000000000ff31
        > generic_nack seq=9 status=ESME_RINVMSGLEN
        state bound
    )",
         script_settings());
}

TEST(smpp_link, lesson_10_a_bad_tlv_costs_neither_message_nor_link) {
    play(bound_now + R"(
        < deliver_sm seq=9 text=1 tlvs=04280005ff
        ! delivery 1 deliver_sm 1
        < deliver_sm seq=10 text=2 tlvs=1400000101ff
        ! delivery 2 deliver_sm 2
        submit 1
        > submit_sm seq=2
        < submit_sm_resp seq=2 id=a tlvs=0428ffff
        ! answered 1 ESME_ROK id=a
        confirm 1
        > deliver_sm_resp seq=9
        confirm 2
        > deliver_sm_resp seq=10
    )",
         script_settings());
}

TEST(smpp_link, requests_out_of_place_are_answered_with_rinvbndsts) {
    play(R"(
        connect
        > bind_transceiver seq=1
        < deliver_sm seq=3 text=1
        > deliver_sm_resp seq=3 status=ESME_RINVBNDSTS
        < enquire_link seq=4
        > enquire_link_resp seq=4
        < bind_transceiver_resp seq=1
        ! bound
        < submit_sm seq=5 text=1
        > submit_sm_resp seq=5 status=ESME_RINVBNDSTS
        < bind_receiver seq=6 id=x
        > bind_receiver_resp seq=6 status=ESME_RINVBNDSTS
        < query_sm seq=7
        > query_sm_resp seq=7 status=ESME_RINVBNDSTS
        < outbind seq=8 id=x
        state bound
    )",
         script_settings());
    play(bound_as_transmitter + R"(
        < deliver_sm seq=3 text=1
        > deliver_sm_resp seq=3 status=ESME_RINVBNDSTS
        < data_sm seq=4
        > data_sm_resp seq=4 status=ESME_RINVBNDSTS
    )",
         script_settings(bind_kind::transmitter));
}

// ---- deliveries

TEST(smpp_link, a_delivery_is_answered_when_the_application_has_it) {
    play(bound_now + R"(
        < deliver_sm seq=9 text=1
        ! delivery 1 deliver_sm 1
        < data_sm seq=10 tlvs=0424000132
        ! delivery 2 data_sm 2
        < deliver_sm seq=11 text=3
        ! delivery 3 deliver_sm 3
        confirm 2
        > data_sm_resp seq=10
        confirm 3 ESME_RX_T_APPN
        > deliver_sm_resp seq=11 status=ESME_RX_T_APPN
        confirm 1
        > deliver_sm_resp seq=9
        confirm 1 gone
        < alert_notification seq=12 from=254711000001
        ! alerted 254711000001
    )",
         script_settings());
}

TEST(smpp_link, too_many_unconfirmed_are_refused_for_a_later_try_while_the_link_goes_on) {
    auto settings = script_settings();
    settings.unconfirmed_limit = 2;
    play(bound_now + R"(
        < deliver_sm seq=9 text=1
        ! delivery 1 deliver_sm 1
        < deliver_sm seq=10 text=2
        ! delivery 2 deliver_sm 2
        < deliver_sm seq=11 text=3
        > deliver_sm_resp seq=11 status=ESME_RX_T_APPN
        < enquire_link seq=12
        > enquire_link_resp seq=12
        submit 1
        > submit_sm seq=2
        < submit_sm_resp seq=2 id=a
        ! answered 1 ESME_ROK id=a
        confirm 1
        > deliver_sm_resp seq=9
        < deliver_sm seq=13 text=3
        ! delivery 3 deliver_sm 3
    )",
         settings);
}

TEST(smpp_link, a_delivery_that_nobody_confirms_is_refused_for_a_later_try) {
    play(bound_now + R"(
        < deliver_sm seq=9 text=1
        ! delivery 1 deliver_sm 1
        at 20s
        > deliver_sm_resp seq=9 status=ESME_RX_T_APPN
        confirm 1 gone
    )",
         script_settings());
}

TEST(smpp_link, a_delivery_of_an_earlier_connection_can_not_be_confirmed) {
    play(bound_now + R"(
        < deliver_sm seq=9 text=1
        ! delivery 1 deliver_sm 1
        close
        ! ended connection_lost
        confirm 1 gone
        connect
        > bind_transceiver seq=1
        < bind_transceiver_resp seq=1
        ! bound
        < deliver_sm seq=9 text=1
        ! delivery 2 deliver_sm 1
        confirm 1 gone
        confirm 2
        > deliver_sm_resp seq=9
    )",
         script_settings());
}

// ---- bounds

TEST(smpp_link, a_peer_that_asks_and_does_not_read_is_left) {
    link under_test(script_settings());
    const link::time_point now{std::chrono::hours(1)};
    std::string octets;
    ASSERT_TRUE(under_test.connected(now).empty());
    append_bind_response(octets, command::bind_transceiver_resp, status::rok, 1, {});
    ASSERT_EQ(under_test.received(octets, now).size(), 1u);
    std::string questions;
    for (std::uint32_t i = 0; i < 1'000; ++i) append_header(questions, command::enquire_link, status::rok, i);
    bool ended_it = false;
    std::size_t pauses = 0;
    for (int i = 0; i < 200 && !ended_it; ++i) {
        if (!under_test.wants_input()) ++pauses;  // a client would stop reading here
        for (const auto& event : under_test.received(questions, now)) {
            ended_it = std::get<ended>(event).reason == end_reason::peer_does_not_read;
        }
    }
    EXPECT_TRUE(ended_it);
    EXPECT_GT(pauses, 0u);
    std::string left;
    EXPECT_FALSE(under_test.take_output(left));
}

}  // namespace
}  // namespace mlango::gsm::smpp
