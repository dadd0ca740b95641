// The link by scripts (smpp_script.hpp); each is also broken off at every step by a close, by garbage, by silence and
// by a wish to unbind. "lesson N": a real bug of another stack, by its number in the project's study of them.
#include "gsm/smpp/link.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/gsm/smpp_script.hpp"

namespace mlango::gsm::smpp {
namespace {

const std::string bound_now = R"(
    connect
    > bind_transceiver seq=1
    < bind_transceiver_resp seq=1 id=SMSC
    ! bound SMSC
)";
const std::string bound_as_transmitter = R"(
    connect
    > bind_transmitter seq=1
    < bind_transmitter_resp seq=1 id=SMSC
    ! bound SMSC
)";

// ---- binding

TEST(smpp_link, each_kind_binds_submits_and_unbinds) {
    play(bound_now + R"(
        state bound
        submit 7
        > submit_sm seq=2
        data 8
        > data_sm seq=3
        < data_sm_resp seq=3 id=b
        ! answered 8 ESME_ROK id=b
        < submit_sm_resp seq=2 id=a
        ! answered 7 ESME_ROK id=a
        unbind
        > unbind seq=4
        state unbinding
        < unbind_resp seq=4
        ! ended unbound
        state ended
        deadline none
    )",
         script_settings());
    play(bound_as_transmitter + R"(
        submit 7
        > submit_sm seq=2
        < submit_sm_resp seq=2 status=ESME_RINVDSTADR
        ! answered 7 ESME_RINVDSTADR
    )",
         script_settings(bind_kind::transmitter));
    play(R"(
        connect
        > bind_receiver seq=1
        submit 1 not_bound
        < bind_receiver_resp seq=1
        ! bound
        submit 1 not_bound
        < deliver_sm seq=9 text=1
        ! delivery 1 deliver_sm 1
        confirm 1
        > deliver_sm_resp seq=9
    )",
         script_settings(bind_kind::receiver));
}

TEST(smpp_link, bind_receiver_answered_with_bind_transmitter_resp_is_bound) {  // osmo-msc
    play(R"(
        connect
        > bind_receiver seq=1
        < bind_transmitter_resp seq=1 id=OsmoMSC
        ! bound OsmoMSC
    )",
         script_settings(bind_kind::receiver));
}

TEST(smpp_link, lesson_12_a_refused_bind_ends_with_its_status_and_the_next_connection_binds_again) {
    for (const std::string_view code :
         {"ESME_RALYBND", "ESME_RINVPASWD", "ESME_RINVSYSID", "ESME_RBINDFAIL", "ESME_RSYSERR", "0x400"}) {
        play(fmt::format(R"(
            connect
            > bind_transceiver seq=1
            < bind_transceiver_resp seq=1 status={}
            ! ended bind_refused {}
            submit 1 not_bound
            at 5s
            connect
            > bind_transceiver seq=1
            < bind_transceiver_resp seq=1 id=SMSC
            ! bound SMSC
        )",
                         code, code),
             script_settings());
    }
}

TEST(smpp_link, a_nack_refuses_the_bind_whatever_its_sequence) {  // osmo-msc puts a length there
    play(R"(
        connect
        > bind_transceiver seq=1
        < generic_nack seq=39 status=ESME_RINVCMDID
        ! ended bind_refused ESME_RINVCMDID
    )",
         script_settings());
}

TEST(smpp_link, a_bind_that_nobody_answers_ends) {
    play(R"(
        connect
        > bind_transceiver seq=1
        deadline 10s
        < bind_transceiver_resp seq=2
        at 9.9s
        at 10s
        ! ended bind_unanswered
    )",
         script_settings());
}

TEST(smpp_link, lesson_13_a_new_connection_always_binds_before_anything_else) {
    play(bound_now + R"(
        submit 7
        > submit_sm seq=2
        close
        ! cut_off 7
        ! ended connection_lost
        submit 8 not_bound
        connect
        > bind_transceiver seq=1
        submit 8 not_bound
        < bind_transceiver_resp seq=1 id=SMSC
        ! bound SMSC
        < submit_sm_resp seq=2 id=a   # of the old connection's number: nobody waits for it
        submit 8
        > submit_sm seq=2
        < submit_sm_resp seq=2 id=b
        ! answered 8 ESME_ROK id=b
    )",
         script_settings());
}

TEST(smpp_link, a_transport_that_comes_again_without_a_word_ends_the_old_one) {
    play(bound_now + R"(
        submit 7
        > submit_sm seq=2
        connect
        > bind_transceiver seq=1
        ! cut_off 7
        ! ended connection_lost
    )",
         script_settings());
}

TEST(smpp_link, outbind_is_waited_for_and_answered_with_a_bind) {
    link_settings settings = script_settings(bind_kind::receiver);
    settings.waits_for_outbind = true;
    settings.outbind_system_id = "SMSC";
    settings.outbind_password = "pw";
    play(R"(
        connect
        state awaiting_outbind
        < outbind seq=1 id=SMSC password=pw
        > bind_receiver seq=1
        < bind_receiver_resp seq=1 id=SMSC
        ! bound SMSC
    )",
         settings);
    play(R"(
        connect
        < outbind seq=1 id=SMSC password=guess
        ! ended outbind_refused
    )",
         settings);
    play(R"(
        connect
        < outbind seq=1 id=OTHER password=pw
        ! ended outbind_refused
    )",
         settings);
    play(R"(
        connect
        at 10s
        ! ended bind_unanswered
    )",
         settings);
}

// ---- the window

TEST(smpp_link, lesson_6_every_slot_has_a_deadline_and_is_free_after_it) {
    play(bound_now + R"(
        submit 1
        > submit_sm seq=2
        at 1s
        submit 2
        > submit_sm seq=3
        submit 3 window_full
        at 29s
        < enquire_link seq=5
        > enquire_link_resp seq=5
        at 30s
        ! unanswered 1
        submit 3
        > submit_sm seq=4
        submit 4 window_full
        at 31s
        ! unanswered 2
        < submit_sm_resp seq=4 id=c
        ! answered 3 ESME_ROK id=c
    )",
         script_settings(bind_kind::transceiver, 2));
}

TEST(smpp_link, a_response_after_its_deadline_is_told_as_late_once) {
    play(bound_now + R"(
        submit 1
        > submit_sm seq=2
        at 29s
        < enquire_link seq=5
        > enquire_link_resp seq=5
        at 30s
        ! unanswered 1
        < submit_sm_resp seq=2 id=a
        ! late 1 ESME_ROK id=a
        < submit_sm_resp seq=2 id=a
        state bound
    )",
         script_settings());
}

// jsmpp#63: the response had come and was not read in time, so the message was sent again.
TEST(smpp_link, lesson_5_a_response_that_is_there_goes_before_the_deadline) {
    play(bound_now + R"(
        submit 1
        > submit_sm seq=2
        late 100s      # the process stood still; nothing has been read yet
        state bound
        deadline 100.2s
        < submit_sm_resp seq=2 id=a
        ! answered 1 ESME_ROK id=a
        late 100.2s
        state bound
    )",
         script_settings());
    play(bound_now + R"(
        submit 1
        > submit_sm seq=2
        late 100s
        late 100.2s    # nothing was there: now it is true
        ! unanswered 1
        > enquire_link seq=3
    )",
         script_settings());
}

TEST(smpp_link, a_number_of_an_earlier_connection_is_not_late_on_the_next) {
    play(bound_now + R"(
        submit 1
        > submit_sm seq=2
        at 29s
        < enquire_link seq=5
        > enquire_link_resp seq=5
        at 30s
        ! unanswered 1
        close
        ! ended connection_lost
        connect
        > bind_transceiver seq=1
        < bind_transceiver_resp seq=1 id=SMSC
        ! bound SMSC
        < submit_sm_resp seq=2 id=of-another
    )",
         script_settings());
}

TEST(smpp_link, lesson_5_responses_go_before_requests_of_the_same_read) {
    play(bound_now + R"(
        submit 1
        > submit_sm seq=2
        <+ deliver_sm seq=50 esm=4 text=id:a
        < submit_sm_resp seq=2 id=a
        ! answered 1 ESME_ROK id=a
        ! delivery 1 deliver_sm id:a
    )",
         script_settings());
}

TEST(smpp_link, a_response_nobody_waits_for_is_passed_over) {
    play(bound_now + R"(
        submit 1
        > submit_sm seq=2
        < submit_sm_resp seq=99 id=x
        < submit_sm_resp seq=0 id=x
        < data_sm_resp seq=2 id=x      # not to a submit_sm
        < unbind_resp seq=2
        < enquire_link_resp seq=2
        < bind_transceiver_resp seq=1
        < 0x80000112 seq=2             # broadcast_sm_resp
        < generic_nack seq=77 status=ESME_RSYSERR
        < submit_sm_resp seq=2 id=a
        ! answered 1 ESME_ROK id=a
    )",
         script_settings());
}

TEST(smpp_link, lesson_18_sequence_numbers_wrap_at_7fffffff_and_skip_live_ones) {
    link_settings settings = script_settings(bind_kind::transmitter);
    settings.first_sequence = 0x7ffffffe;
    play(R"(
        connect
        > bind_transmitter seq=2147483646
        < bind_transmitter_resp seq=2147483646
        ! bound
        submit 1
        > submit_sm seq=2147483647
        submit 2
        > submit_sm seq=1
        < submit_sm_resp seq=1 id=b
        ! answered 2 ESME_ROK id=b
        < submit_sm_resp seq=2147483647 id=a
        ! answered 1 ESME_ROK id=a
    )",
         settings);
    // Its place is taken as long as the first one waits: 32 numbers later it is skipped.
    std::string script = bound_as_transmitter + "submit 1\n> submit_sm seq=2\n";
    for (int sequence = 3; sequence < 34; ++sequence) {
        script += fmt::format("submit {0}\n> submit_sm seq={0}\n< submit_sm_resp seq={0}\n! answered {0} ESME_ROK\n",
                              sequence);
    }
    play(script + R"(
        submit 100
        > submit_sm seq=35
        < submit_sm_resp seq=2
        ! answered 1 ESME_ROK
    )",
         script_settings(bind_kind::transmitter, 16));
}

TEST(smpp_link, negative_responses_and_nacks_are_results) {
    play(bound_now + R"(
        submit 1
        > submit_sm seq=2
        submit 2
        > submit_sm seq=3
        submit 3
        > submit_sm seq=4
        < submit_sm_resp seq=2 status=ESME_RSYSERR
        ! answered 1 ESME_RSYSERR
        < generic_nack seq=3 status=ESME_RINVCMDLEN
        ! answered 2 ESME_RINVCMDLEN
        < generic_nack seq=4           # with ESME_ROK: it refuses all the same
        ! answered 3 ESME_RUNKNOWNERR
    )",
         script_settings());
}

TEST(smpp_link, queries_cancellations_and_replacements) {
    play(bound_now + R"(
        query 1
        > query_sm seq=2
        cancel 2
        > cancel_sm seq=3
        replace 3
        > replace_sm seq=4
        < replace_sm_resp seq=4
        ! answered 3 ESME_ROK
        < query_sm_resp seq=2 id=id state=2
        ! answered 1 ESME_ROK id=id state=2
        < cancel_sm_resp seq=3 status=ESME_RCANCELFAIL
        ! answered 2 ESME_RCANCELFAIL
        query 4
        > query_sm seq=5
        < query_sm_resp seq=5 status=ESME_RQUERYFAIL
        ! answered 4 ESME_RQUERYFAIL
    )",
         script_settings());
}

TEST(smpp_link, a_wish_that_does_not_fit_leaves_no_trace) {
    play(bound_now + R"(
        submit 1 to=123456789012345678901 malformed ESME_RINVDSTADR
        submit 2
        > submit_sm seq=2
    )",
         script_settings());
}

TEST(smpp_link, what_was_never_taken_for_writing_is_surely_not_sent) {
    play(bound_now + R"(
        submit 1
        > submit_sm seq=2
        untaken
        submit 2
        close
        ! cut_off 1
        ! unsent 2
        ! ended connection_lost
    )",
         script_settings());
    // And is not written afterwards, when the end itself has something to say.
    play(bound_now + R"(
        untaken
        submit 2
        raw 00000001
        ! unsent 2
        ! ended out_of_step ESME_RINVCMDLEN
        taken
        > generic_nack seq=0 status=ESME_RINVCMDLEN
    )",
         script_settings());
}

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

// ---- being alive

TEST(smpp_link, silence_is_asked_about_and_any_pdu_is_an_answer) {
    play(bound_now + R"(
        deadline 30s
        at 20s
        < deliver_sm seq=9 text=1
        ! delivery 1 deliver_sm 1
        confirm 1
        > deliver_sm_resp seq=9
        deadline 50s
        at 50s
        > enquire_link seq=2
        deadline 60s
        at 59s
        < enquire_link seq=10
        > enquire_link_resp seq=10
        deadline 89s
        < enquire_link_resp seq=2
        at 89s
        > enquire_link seq=3
        < generic_nack seq=3 status=ESME_RINVCMDID   # it lives
        at 119s
        > enquire_link seq=4
        at 128.9s
        at 129s
        ! ended enquiry_unanswered
    )",
         script_settings());
}

TEST(smpp_link, an_unanswered_enquiry_gives_up_what_is_under_way) {
    play(bound_now + R"(
        at 25s
        submit 1
        > submit_sm seq=2
        at 30s
        > enquire_link seq=3
        at 40s
        ! cut_off 1
        ! ended enquiry_unanswered
    )",
         script_settings());
}

// ---- unbinding

TEST(smpp_link, unbind_waits_for_what_is_under_way) {
    play(bound_now + R"(
        submit 1
        > submit_sm seq=2
        < deliver_sm seq=9 text=1
        ! delivery 1 deliver_sm 1
        unbind
        state draining
        submit 2 unbinding
        query 3 unbinding
        < submit_sm_resp seq=2 id=a
        ! answered 1 ESME_ROK id=a
        state draining
        < deliver_sm seq=10 text=2
        ! delivery 2 deliver_sm 2
        confirm 1
        > deliver_sm_resp seq=9
        confirm 2
        > deliver_sm_resp seq=10
        > unbind seq=3
        < deliver_sm seq=11 text=3     # after our farewell: to whom will be here next
        > deliver_sm_resp seq=11 status=ESME_RX_T_APPN
        < unbind_resp seq=3
        ! ended unbound
    )",
         script_settings());
}

TEST(smpp_link, unbind_waits_no_longer_than_its_timeout) {
    play(bound_now + R"(
        submit 1
        > submit_sm seq=2
        unbind
        at 10s
        > unbind seq=3
        at 12s
        < submit_sm_resp seq=2 id=a
        ! answered 1 ESME_ROK id=a
        at 20s
        ! ended unbind_unanswered
    )",
         script_settings());
}

TEST(smpp_link, unbind_before_the_bind_is_done_ends_at_once) {
    play(R"(
        connect
        > bind_transceiver seq=1
        unbind
        at 0s
        ! ended unbound
    )",
         script_settings());
}

TEST(smpp_link, the_smscs_unbind_is_answered_when_our_results_are_there) {
    play(bound_now + R"(
        < unbind seq=9
        > unbind_resp seq=9
        ! ended unbound_by_peer
    )",
         script_settings());
    play(bound_now + R"(
        submit 1
        > submit_sm seq=2
        < unbind seq=9
        submit 2 unbinding
        < submit_sm_resp seq=2 id=a
        ! answered 1 ESME_ROK id=a
        at 0s
        > unbind_resp seq=9
        ! ended unbound_by_peer
    )",
         script_settings());
    play(bound_now + R"(
        submit 1
        > submit_sm seq=2
        < unbind seq=9
        at 10s
        > unbind_resp seq=9
        ! cut_off 1
        ! ended unbound_by_peer
    )",
         script_settings());
}

TEST(smpp_link, after_the_smscs_unbind_the_next_connection_is_like_any_other) {
    play(bound_now + R"(
        < unbind seq=9
        > unbind_resp seq=9
        ! ended unbound_by_peer
        connect
        > bind_transceiver seq=1
        < bind_transceiver_resp seq=1
        ! bound
        unbind
        > unbind seq=2
        < unbind_resp seq=2
        ! ended unbound
    )",
         script_settings());
}

// Lesson 11: two threads closed at once and waited for each other. Here both sides may part at the same time.
TEST(smpp_link, lesson_11_farewells_that_cross) {
    play(bound_now + R"(
        unbind
        > unbind seq=2
        < unbind seq=9
        > unbind_resp seq=9
        < unbind_resp seq=2
        ! ended unbound
    )",
         script_settings());
}

// ---- the rate

TEST(smpp_link, lesson_14_throttling_holds_the_bind_back_and_the_order_stays) {
    auto settings = script_settings();
    settings.rate.start = 10;
    play(bound_now + R"(
        submit 1
        > submit_sm seq=2
        submit 2 held_back
        at 0.1s
        submit 2
        > submit_sm seq=3
        < submit_sm_resp seq=2 status=ESME_RTHROTTLED
        ! answered 1 ESME_RTHROTTLED
        at 0.15s
        submit 1 held_back
        query 9                        # says nothing about how fast we may submit
        > query_sm seq=4
        at 0.5s
        submit 3
        > submit_sm seq=5
    )",
         settings);
}

TEST(smpp_link, congestion_state_slows_the_bind) {
    link_settings settings = script_settings();
    settings.rate.start = 100;
    link under_test(settings);
    link::time_point now{std::chrono::hours(1)};
    std::string octets;
    ASSERT_TRUE(under_test.connected(now).empty());
    append_bind_response(octets, command::bind_transceiver_resp, status::rok, 1, {});
    ASSERT_EQ(under_test.received(octets, now).size(), 1u);
    const double before = under_test.rate_per_second();
    std::string list;
    append_tlv(list, tlv::congestion_state, std::uint8_t{100});
    const message content{.service_type = {},
                          .source = {},
                          .destination = {1, 1, "25"},
                          .schedule = {},
                          .validity = {},
                          .short_message = "x",
                          .tlvs = {}};
    ASSERT_TRUE(under_test.submit(content, 1, now));
    now += std::chrono::seconds(1);
    std::string response;
    append_message_response(response, command::submit_sm_resp, status::rok, 2, {"a", tlv_view(list)});
    ASSERT_EQ(under_test.received(response, now).size(), 1u);
    EXPECT_LT(under_test.rate_per_second(), before);
    EXPECT_GT(under_test.submit_at(now), now);  // and it pauses
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

TEST(smpp_link, settings_have_their_faults_told) {
    EXPECT_EQ(fault_of(script_settings()), "");
    const auto with = [](auto change) {
        link_settings settings = script_settings();
        change(settings);
        return std::string(fault_of(settings));
    };
    EXPECT_NE(with([](link_settings& s) { s.system_id = ""; }), "");
    EXPECT_NE(with([](link_settings& s) { s.system_id = "sixteen-octets-x"; }), "");
    EXPECT_NE(with([](link_settings& s) { s.password = std::string(65, 'x'); }), "");
    EXPECT_NE(with([](link_settings& s) { s.system_type = "thirteen-octe"; }), "");
    EXPECT_NE(with([](link_settings& s) { s.address_range = std::string(41, '1'); }), "");
    EXPECT_NE(with([](link_settings& s) { s.window = 0; }), "");
    EXPECT_NE(with([](link_settings& s) { s.window = 10'001; }), "");
    EXPECT_NE(with([](link_settings& s) { s.unconfirmed_limit = 0; }), "");
    EXPECT_NE(with([](link_settings& s) { s.frame_limit = 16; }), "");
    EXPECT_NE(with([](link_settings& s) { s.enquire_after = std::chrono::milliseconds(0); }), "");
}

}  // namespace
}  // namespace mlango::gsm::smpp
