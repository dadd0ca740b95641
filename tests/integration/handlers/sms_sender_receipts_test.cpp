// What became of a message that was sent: receipts that come, and gateways that are asked.
#include "tests/integration/handlers/sms_sender_fixture.hpp"

namespace mlango::test {
namespace {

// What the gateway says of a message when it is asked.
gsm::sms_receipt told(std::string id, gsm::receipt_state state) {
    return {.gateway = "played", .provider_id = std::move(id), .to = {}, .state = state, .reason = {}, .reference = 0};
}

TEST_F(sender, a_receipt_before_the_answer_is_not_lost) {
    put_to(1);
    gateway.before_answer = [&](gsm::sms_out message) -> task<void> {
        co_await house.sms.on_receipt({.gateway = "played",
                                       .provider_id = "played-1",
                                       .to = message.to,
                                       .state = gsm::receipt_state::delivered,
                                       .reason = {},
                                       .reference = 0});
    };
    EXPECT_EQ(drain(), 1);
    EXPECT_EQ(states(), "delivered");
}

TEST_F(sender, an_id_in_another_base_is_known_where_the_gateway_writes_numbers) {
    handlers::message_ids ids;
    ids.set("played", [](std::string_view id) {
        return id == "6719" ? std::vector<std::string>{"6719", "1a3f"} : std::vector<std::string>{"1a3f", "6719"};
    });
    sms_sender by_number{house.rooms, {{.gateway = &gateway, .sender = "384"}}, ids, {}};
    handlers::sms_desk desk(house.rooms, ids);
    put_to(1);
    gateway.answers = {gsm::sms_accepted{{"00001A3F"}}};
    EXPECT_EQ(house.wait(by_number.drain_once()), 1);
    house.wait(desk.on_receipt({.gateway = "played",
                                .provider_id = "6719",
                                .to = gateway.taken[0].to,
                                .state = gsm::receipt_state::delivered,
                                .reason = {},
                                .reference = 0}));
    EXPECT_EQ(states(), "delivered");
}

TEST_F(sender, many_receipts_at_once_are_all_stored) {
    gateway.places = 50;
    for (int number = 10; number < 60; ++number) put_to(number);
    EXPECT_EQ(drain(), 50);
    std::size_t left = gateway.taken.size();
    for (std::size_t i = 0; i < gateway.taken.size(); ++i)
        asio::co_spawn(house.context,
                       house.sms.on_receipt({.gateway = "played",
                                             .provider_id = "played-" + std::to_string(i + 1),
                                             .to = std::nullopt,
                                             .state = gsm::receipt_state::delivered,
                                             .reason = {},
                                             .reference = 0}),
                       [&](std::exception_ptr failure) { left -= failure ? 0 : 1; });
    house.run_until([&] { return left == 0; });
    EXPECT_EQ(value("SELECT count(*) FROM outbox WHERE state = 'delivered'"), "50");
}

TEST_F(sender, an_unknown_message_is_settled_by_asking_the_gateway) {
    put_to(1);
    gateway.answers = {refused(gsm::submit_refusal::unknown)};
    drain();
    world.time.advance(5s);
    house.wait(rounds.look());
    ASSERT_EQ(gateway.asked.size(), 1u);
    EXPECT_EQ(std::to_string(gateway.asked[0].first), value("SELECT id FROM outbox"));
    EXPECT_EQ(states(), "unknown") << "it can not tell";
    gateway.knows = told("x7", gsm::receipt_state::accepted);
    world.time.advance(10s);
    house.wait(rounds.look());
    EXPECT_EQ(states(), "sent");
    receipt("x7", "+254711000001", gsm::receipt_state::delivered);
    EXPECT_EQ(states(), "delivered") << "its id is known now";
}

TEST_F(sender, a_gateway_that_answers_no_question_costs_one_deadline_a_round_and_nothing_of_the_others) {
    gateway.answers.assign(3, refused(gsm::submit_refusal::unknown));
    second.answers.assign(3, refused(gsm::submit_refusal::unknown));
    for (const int number : {1, 3, 4}) put_to(number);
    drain();
    sms_sender by_second{house.rooms, {{.gateway = &second, .sender = "385"}}, {}, {}};
    for (const int number : {5, 6, 7}) put_to(number);
    house.wait(by_second.drain_once());
    EXPECT_EQ(states(), "unknown unknown unknown unknown unknown unknown");
    gateway.on_query = [&] { world.time.advance(10s); };
    second.knows = told("x1", gsm::receipt_state::failed);
    world.time.advance(5s);
    house.wait(rounds.look());
    EXPECT_EQ(gateway.asked.size(), 1u);
    EXPECT_EQ(second.asked.size(), 3u);
    EXPECT_EQ(value("SELECT string_agg(queries::text, ' ' ORDER BY queries DESC) FROM outbox WHERE gateway = 'played'"),
              "1 0 0");
    world.time.advance(11s);
    house.wait(rounds.look());
    EXPECT_EQ(gateway.asked.size(), 2u);
}

TEST_F(sender, an_unknown_message_that_the_gateway_never_had_is_sent_once_more_when_it_said_so_twice) {
    put_to(1, message_priority::bulk);
    gateway.answers = {refused(gsm::submit_refusal::unknown)};
    drain();
    gateway.knows = told("", gsm::receipt_state::not_there);
    world.time.advance(5s);
    house.wait(rounds.look());
    EXPECT_EQ(states(), "unknown") << "it may still be on its way";
    EXPECT_EQ(drain(), 0);
    world.time.advance(10s);
    house.wait(rounds.look());
    EXPECT_EQ(states(), "pending");
    EXPECT_EQ(value("SELECT sum(sent) FROM bulk_day"), "0") << "she got none today";
    EXPECT_EQ(drain(), 1);
    EXPECT_EQ(value("SELECT state || attempts FROM outbox"), "sent2");
    EXPECT_EQ(gateway.taken.size(), 2u);
}

TEST_F(sender, a_reference_that_names_an_older_message_says_that_this_one_was_never_taken) {
    put_to(1);
    drain();  // played-1
    put_to(3);
    gateway.answers = {refused(gsm::submit_refusal::unknown)};
    drain();
    gateway.knows = told("played-1", gsm::receipt_state::delivered);
    for (const auto pause : {5s, 10s}) {
        world.time.advance(pause);
        house.wait(rounds.look());
    }
    EXPECT_EQ(states(), "sent pending");
    EXPECT_EQ(drain(), 1);
    EXPECT_EQ(states(), "sent sent");
}

TEST_F(sender, a_long_message_without_an_answer_for_one_part_is_delivered_when_all_are) {
    put_to(1);
    put_to(3);
    for (int i = 0; i < 2; ++i) {
        gsm::submit_failure lost(gsm::submit_refusal::unknown, "no response");
        lost.accepted = {"p" + std::to_string(i)};
        lost.parts = 2;
        gateway.answers.push_back(std::unexpected(lost));
    }
    drain();
    receipt("p0", "+254711000001", gsm::receipt_state::delivered);
    EXPECT_EQ(states(), "unknown unknown") << "nobody knows of the second part";
    receipt("q0", "+254711000001", gsm::receipt_state::delivered);
    EXPECT_EQ(states(), "delivered unknown");
    receipt("q1", "+254711000003", gsm::receipt_state::delivered);
    EXPECT_EQ(states(), "delivered unknown") << "as little of the first";
    receipt("q1", "+254711000003", gsm::receipt_state::delivered);
    receipt("p1", "+254711000003", gsm::receipt_state::failed);
    EXPECT_EQ(states(), "delivered failed");
    EXPECT_EQ(value("SELECT count(*) FROM outbox_part"), "4");
}

TEST_F(sender, a_reference_that_names_a_newer_message_says_nothing) {
    put_to(1);
    gateway.answers = {refused(gsm::submit_refusal::unknown)};
    drain();
    put_to(3);
    drain();  // played-1
    gateway.knows = told("played-1", gsm::receipt_state::delivered);
    for (const auto pause : {5s, 10s, 30s}) {
        world.time.advance(pause);
        house.wait(rounds.look());
    }
    EXPECT_EQ(states(), "unknown sent");
}

TEST_F(sender, what_nobody_can_tell_anything_about_stays_unknown_for_good) {
    put_to(1);
    gateway.answers = {refused(gsm::submit_refusal::unknown)};
    drain();
    sms_rounds last{house.rooms, house.sms, {&gateway}, {.resend_unknown = 48h, .unknown_after = 24h}};
    const auto open = [&] {
        house.wait(last.look());
        return world.numbers
            .level("outbox_messages", "Messages on their way", {{"state", "unknown"}, {"priority", "notice"}})
            .value();
    };
    EXPECT_EQ(open(), 1);
    world.time.advance(24h);
    EXPECT_EQ(open(), 0);
    EXPECT_EQ(value("SELECT state || ' ' || reason FROM outbox"), "unknown no word");
    world.time.advance(72h);
    EXPECT_EQ(open(), 0);
    EXPECT_EQ(drain(), 0) << "nothing is sent again";
    receipt("x7", "+254711000001", gsm::receipt_state::delivered);
    EXPECT_EQ(states(), "delivered") << "a receipt is the truth, whenever it comes";
}

TEST_F(sender, a_message_without_a_receipt_for_long_is_asked_about) {
    put_to(1);
    drain();
    house.wait(rounds.look());
    EXPECT_TRUE(gateway.asked.empty());
    gateway.knows = told("played-1", gsm::receipt_state::failed);
    world.time.advance(6h);
    house.wait(rounds.look());
    ASSERT_EQ(gateway.asked.size(), 1u);
    EXPECT_EQ(gateway.asked[0].second, "played-1");
    EXPECT_EQ(states(), "failed");
}

TEST_F(sender, what_stays_unknown_is_kept_unless_it_may_come_twice_and_the_operator_wants_that) {
    put_to(1);
    put("+254711000003", "en", "sms.request", {{"reference", "AB3K"}});
    gateway.answers = {refused(gsm::submit_refusal::unknown), refused(gsm::submit_refusal::unknown)};
    drain();
    sms_rounds resending{house.rooms, house.sms, {&gateway}, {.most_queries = 2, .resend_unknown = 1h}};
    for (int i = 0; i < 10; ++i) {
        house.wait(rounds.look());
        world.time.advance(1h);
    }
    EXPECT_EQ(states(), "unknown unknown");
    EXPECT_EQ(gateway.asked.size(), 12u) << "six times each";
    house.wait(resending.look());
    EXPECT_EQ(states(), "pending unknown");
    EXPECT_EQ(drain(), 1);
    EXPECT_EQ(states(), "sent unknown");
}

TEST_F(sender, the_outbox_is_counted) {
    put_to(1);
    put_to(3, message_priority::bulk);
    house.wait(rounds.look());
    const std::string text = world.numbers.text();
    EXPECT_NE(text.find("outbox_messages{state=\"pending\",priority=\"bulk\"} 1"), std::string::npos) << text;
    EXPECT_NE(text.find("outbox_oldest_due_seconds{priority=\"notice\"}"), std::string::npos);
    drain();
    receipt("played-1", "+254711000001", gsm::receipt_state::delivered);
    receipt("played-1", "+254711000001", gsm::receipt_state::delivered);
    receipt("nobodys", "+254711000001", gsm::receipt_state::delivered);
    for (const char* outcome_name : {"joined", "duplicate", "parked"})
        EXPECT_EQ(world.numbers
                      .count("sms_receipts_total", "Delivery reports, by what they did",
                             {{"gateway", "played"}, {"outcome", outcome_name}})
                      .value(),
                  1u);
}

}  // namespace
}  // namespace mlango::test
