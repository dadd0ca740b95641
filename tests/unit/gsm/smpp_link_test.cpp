// The link's life by scripts (smpp_script.hpp): bound, alive, unbound. "lesson N": docs/phone-network.md.
#include "gsm/smpp/link.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/gsm/smpp_bound_script.hpp"

namespace mlango::gsm::smpp {
namespace {

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

TEST(smpp_link, unbind_waits_no_longer_than_it_may) {
    play(bound_now + R"(
        submit 1
        > submit_sm seq=2
        unbind 3s
        at 2s
        state draining
        at 3s
        > unbind seq=3
        < unbind_resp seq=3
        ! cut_off 1
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

// ---- settings

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
