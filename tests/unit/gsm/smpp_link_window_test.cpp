// The link's window and rate, by scripts (smpp_script.hpp). "lesson N": docs/phone-network.md.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "gsm/smpp/link.hpp"
#include "tests/unit/gsm/smpp_bound_script.hpp"

namespace mlango::gsm::smpp {
namespace {

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

}  // namespace
}  // namespace mlango::gsm::smpp
