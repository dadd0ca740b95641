#include "gsm/smpp/ussd_door.hpp"

#include <gtest/gtest.h>

#include "tests/support/test_loop.hpp"

namespace mlango::gsm::smpp {
namespace {

using namespace std::chrono_literals;

struct menu_sink final : ussd_sink {
    task<ussd_reply> on_hop(ussd_hop hop, const gateway_profile&, deadline) override {
        hops.push_back(hop);
        if (breaks) throw std::runtime_error("the sink is broken");
        co_return hop.input == "0" ? ussd_reply{"Bye", true} : ussd_reply{"1 One\n0 End", false};
    }
    std::vector<ussd_hop> hops;
    bool breaks = false;
};

class ussd_over_smpp : public testing::Test, protected test::test_loop {
protected:
    ussd_over_smpp() : test_loop(20s) {
        settings.gateway = "smsc";
        settings.service_code = "384";
        settings.words = *find_ussd_profile("spec");
        settings.profile.deadline = 2s;
        settings.profile.idle_time = 60s;
    }
    void open() {
        door = std::make_unique<ussd_door>(
            context.get_executor(), settings, sink,
            [this](ussd_pdu pdu, deadline) -> task<bool> {
                sent.push_back(std::move(pdu));
                co_return carries;
            },
            [] { return std::string("Sorry"); }, numbers, time, random);
    }
    void TearDown() override { wait(door->close(time.steady() + 1s)); }

    std::optional<status> deliver(std::uint8_t op, std::uint16_t its, std::string_view text, bool ussd = true,
                                  std::string_view from = "254711000001") {
        std::string tlvs;
        if (ussd) {
            append_tlv(tlvs, tlv::ussd_service_op, op);
            append_tlv(tlvs, tlv::its_session_info, its);
        }
        message content;
        content.source = {1, 1, from};
        content.destination = {0, 1, "384"};
        content.short_message = text;
        content.tlvs = tlv_view(tlvs);
        return door->on_delivery(content);
    }
    void until_sent(std::size_t n) {
        run_until([&] { return sent.size() >= n; });
    }
    std::uint8_t op_of(const ussd_pdu& pdu) { return tlv_view(pdu.tlvs).get(tlv::ussd_service_op).value_or(0xFF); }

    system_clock time;
    system_random random;
    metrics numbers;
    menu_sink sink;
    ussd_settings settings;
    std::unique_ptr<ussd_door> door;
    std::vector<ussd_pdu> sent;
    bool carries = true;
};

TEST_F(ussd_over_smpp, a_dialogue_goes_there_and_back) {
    open();
    EXPECT_EQ(deliver(1, 0x0100, "*384#"), status::rok);
    until_sent(1);
    EXPECT_EQ(op_of(sent[0]), 2);
    EXPECT_EQ(sent[0].destination.digits, "254711000001");
    EXPECT_EQ(deliver(18, 0x0100, "0"), status::rok);
    until_sent(2);
    EXPECT_EQ(op_of(sent[1]), 17);
    EXPECT_EQ(sent[1].octets, "Bye");
    ASSERT_EQ(sink.hops.size(), 2u);
    EXPECT_EQ(sink.hops[0].event, ussd_event::begin);
    EXPECT_EQ(sink.hops[0].service_code, "*384#");
    EXPECT_EQ(sink.hops[1].event, ussd_event::answer);
    EXPECT_EQ(sink.hops[1].input, "0");
    EXPECT_EQ(sink.hops[1].session, sink.hops[0].session);
    EXPECT_EQ(
        numbers.count("ussd_hops_total", "USSD hops received", {{"gateway", "smsc"}, {"event", "answer"}}).value(), 1u);
}

TEST_F(ussd_over_smpp, an_sms_is_left_to_sms) {
    open();
    EXPECT_EQ(deliver(0, 0, "STOP", false), std::nullopt);
    EXPECT_EQ(deliver(1, 0x0100, "*384#", true, "info"), status::rx_p_appn);
    EXPECT_TRUE(sink.hops.empty());
}

TEST_F(ussd_over_smpp, a_screen_that_is_refused_ends_the_dialogue_and_the_sink_is_told) {
    open();
    carries = false;
    EXPECT_EQ(deliver(1, 0x0100, "*384#"), status::rok);
    run_until([&] { return sink.hops.size() == 2; });
    EXPECT_EQ(sink.hops[1].event, ussd_event::abort);
    carries = true;
    EXPECT_EQ(deliver(1, 0x0100, "*384#"), status::rok);
    until_sent(2);
}

TEST_F(ussd_over_smpp, the_networks_end_is_told) {
    open();
    (void)deliver(1, 0x0100, "*384#");
    until_sent(1);
    EXPECT_EQ(deliver(0x81, 0x0100, ""), status::rok);
    run_until([&] { return sink.hops.size() == 2; });
    EXPECT_EQ(sink.hops[1].event, ussd_event::abort);
    EXPECT_EQ(sink.hops[1].session, sink.hops[0].session);
}

TEST_F(ussd_over_smpp, what_no_sink_answers_ends_in_an_apology) {
    sink.breaks = true;
    open();
    (void)deliver(1, 0x0100, "*384#");
    until_sent(1);
    EXPECT_EQ(op_of(sent[0]), 17);
    EXPECT_EQ(sent[0].octets, "Sorry");
}

TEST_F(ussd_over_smpp, silence_ends_a_dialogue_with_a_timeout) {
    settings.profile.idle_time = 1s;
    open();
    task_group looking(context.get_executor());
    looking.spawn("looks", door->run());
    (void)deliver(1, 0x0100, "*384#");
    run_until([&] { return sink.hops.size() == 2; });
    EXPECT_EQ(sink.hops[1].event, ussd_event::timeout);
    wait(door->close(time.steady() + 1s));
    wait(looking.close(time.steady() + 1s));
}

TEST_F(ussd_over_smpp, a_question_is_answered_refused_or_left_open) {
    open();
    const msisdn her = *msisdn::from_e164("254711000001");
    const auto ask = [&](std::chrono::milliseconds within, std::uint8_t op) {
        std::optional<push_result> result;
        const std::size_t before = sent.size();
        asio::co_spawn(context, door->request(her, "Share? 1 Yes 2 No", time.steady() + within),
                       [&](std::exception_ptr, push_result got) { result = got; });
        until_sent(before + 1);
        EXPECT_EQ(op_of(sent.back()), 2);
        if (op != 0) {
            (void)deliver(op, tlv_view(sent.back().tlvs).get(tlv::its_session_info).value_or(0), "1");
        }
        run_until([&] { return result.has_value(); });
        return *result;
    };
    auto result = ask(10s, 18);
    EXPECT_EQ(result.end, push_end::answered);
    EXPECT_EQ(result.answer, "1");
    EXPECT_EQ(ask(10s, 0x81).end, push_end::refused);
    result = ask(300ms, 0);
    EXPECT_EQ(result.end, push_end::unconfirmed);
    EXPECT_EQ(result.answer, "");
    carries = false;
    EXPECT_EQ(ask(10s, 0).end, push_end::not_sent);
    EXPECT_TRUE(sink.hops.empty());
}

TEST_F(ussd_over_smpp, a_notice_is_acknowledged) {
    open();
    std::optional<push_result> result;
    asio::co_spawn(context, door->notify(*msisdn::from_e164("254711000001"), "Food is ready", time.steady() + 10s),
                   [&](std::exception_ptr, push_result got) { result = got; });
    until_sent(1);
    EXPECT_EQ(op_of(sent[0]), 3);
    (void)deliver(19, tlv_view(sent[0].tlvs).get(tlv::its_session_info).value_or(0), "");
    run_until([&] { return result.has_value(); });
    EXPECT_EQ(result->end, push_end::acknowledged);
}

}  // namespace
}  // namespace mlango::gsm::smpp
