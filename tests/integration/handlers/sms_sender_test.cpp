// The outbox drained into gateways that a test plays: every answer they may give, and what must never happen twice.
#include <map>

#include "tests/integration/handlers/sms_sender_fixture.hpp"

namespace mlango::test {
namespace {

TEST_F(sender, words_a_notice_in_her_language_and_sends_it_once) {
    put("+254711000002", "sw", "sms.request", {{"reference", "AB3K"}});
    EXPECT_EQ(drain(), 1);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(drain(), 0);
    ASSERT_EQ(gateway.taken.size(), 1u);
    EXPECT_EQ(gateway.taken[0].to.e164(), "+254711000002");
    EXPECT_EQ(gateway.taken[0].sender, "384");
    EXPECT_EQ(gateway.taken[0].text, "Tumepokea ombi lako. Namba AB3K. Kama si wewe, piga *384# na uchague Nisaidie.");
    EXPECT_EQ(std::to_string(gateway.taken[0].reference), value("SELECT id FROM outbox"));
    EXPECT_EQ(
        value("SELECT o.state || ' ' || o.gateway || ' ' || provider_id FROM outbox o, outbox_part WHERE outbox = id"),
        "sent played played-1");
    receipt("played-1", "+254711000002", gsm::receipt_state::delivered);
    EXPECT_EQ(states(), "delivered");
}

TEST_F(sender, tries_again_later_what_was_not_taken_and_gives_up_at_last) {
    put_to(1);
    for (int i = 0; i < 5; ++i) gateway.answers.push_back(refused(gsm::submit_refusal::temporary));
    EXPECT_EQ(drain(), 1);
    EXPECT_EQ(drain(), 0) << "not at once";
    for (const auto delay : {60s, 120s, 240s, 480s}) {
        EXPECT_EQ(states(), "pending");
        world.time.advance(delay - 1s);
        EXPECT_EQ(drain(), 0);
        world.time.advance(delay / 2 + 1s);
        EXPECT_EQ(drain(), 1);
    }
    EXPECT_EQ(states(), "failed");
    world.time.advance(24h);
    EXPECT_EQ(drain(), 0);
    EXPECT_EQ(gateway.taken.size(), 5u);
}

TEST_F(sender, never_repeats_what_was_refused_for_good_or_may_have_been_sent) {
    for (const int number : {1, 3, 4, 5}) put_to(number);
    gateway.answers = {std::unexpected(gsm::submit_failure(gsm::submit_refusal::permanent, "ESME_RINVDSTADR")),
                       refused(gsm::submit_refusal::unknown), gsm::sms_accepted{{"last"}}};
    EXPECT_EQ(drain(), 4);
    EXPECT_EQ(states(), "failed unknown sent sent");
    EXPECT_EQ(value("SELECT reason FROM outbox ORDER BY id LIMIT 1"), "ESME_RINVDSTADR");
    world.time.advance(24h);
    EXPECT_EQ(drain(), 0);
    EXPECT_EQ(gateway.taken.size(), 4u);
    EXPECT_EQ(submissions("unknown"), 1u);
    EXPECT_EQ(submissions("permanent"), 1u);
    EXPECT_EQ(submissions("accepted"), 2u);
}

TEST_F(sender, a_gateway_that_breaks_down_may_have_sent_it) {
    put_to(1);
    gateway.throws = true;
    EXPECT_EQ(drain(), 1);
    EXPECT_EQ(states(), "unknown");
}

TEST_F(sender, what_a_server_that_died_had_claimed_is_sent_by_another_and_what_it_had_begun_is_unknown) {
    put_to(1);
    put_to(3);
    // A server that claims both, begins one, and is never heard of again.
    const auto claimed = house.wait(house.registry.outbox.claim({.replies = 9, .notices = 9, .bulk = 9}, 60s));
    ASSERT_EQ(claimed.size(), 2u);
    const registry::attempt one{
        .id = claimed[0].id, .claim = claimed[0].claim, .gateway = "played", .number = claimed[0].number};
    house.wait(house.registry.outbox.begin({&one, 1}, 70s, 0));
    EXPECT_EQ(drain(), 0);
    EXPECT_EQ(states(), "sending pending");
    world.time.advance(71s);
    house.wait(rounds.look());
    EXPECT_EQ(drain(), 1);
    EXPECT_EQ(states(), "unknown sent");
    EXPECT_EQ(gateway.numbers(), "003 ");
}

TEST_F(sender, two_servers_share_the_work_and_send_each_once) {
    constexpr int notices = 120;
    for (int i = 0; i < notices; ++i) put("+2547000001" + std::to_string(10'000 + i).substr(3), "en", "sms.how");
    played_house next(world);
    next.connected();
    sms_sender other(next.rooms, {{.gateway = &gateway, .sender = "384"}}, {}, {});
    gateway.places = 4;
    for (int i = 0; i < 10; ++i) {
        drain();
        next.wait(other.drain_once());
    }
    std::map<std::uint64_t, int> times;
    for (const auto& one : gateway.taken) ++times[one.to.value()];
    EXPECT_EQ(gateway.taken.size(), static_cast<std::size_t>(notices));
    EXPECT_EQ(value("SELECT count(*) FROM outbox WHERE state = 'sent'"), std::to_string(notices));
    next.wait(other.close(std::chrono::steady_clock::now()));
}

TEST_F(sender, a_registry_that_goes_away_meanwhile_leaves_nobody_without_and_nobody_with_two) {
    for (const std::size_t places : {1u, 8u}) {
        sql_session(world.registry.conninfo()).run("DELETE FROM outbox; DELETE FROM outbox_part");
        gateway.taken.clear();
        gateway.places = places;
        for (const int number : {1, 3, 4}) put_to(number);
        gateway.on_submit = [&] {
            if (gateway.taken.size() == 1) world.registry.away();
        };
        drain();
        house.run_until([&] { return !house.pool.connected(); });
        for (int i = 0; i < 3; ++i) drain();
        world.registry.back();
        house.connected();
        for (int i = 0; i < 3; ++i) drain();
        world.time.advance(24h);
        house.wait(rounds.look());
        drain();
        EXPECT_EQ(states(), "sent sent sent") << places << ": what is known to be sent was recorded when it was back";
        EXPECT_EQ(gateway.taken.size(), 3u);
        EXPECT_EQ(value("SELECT count(DISTINCT outbox) FROM outbox_part"), "3");
    }
}

TEST_F(sender, goes_on_when_one_can_not_be_recorded) {
    sql_session(world.registry.conninfo()).run("ALTER TABLE outbox_part ADD CHECK (provider_id <> 'poison')");
    for (const int number : {1, 3, 4}) put_to(number);
    gateway.answers = {gsm::sms_accepted{{"good"}}, gsm::sms_accepted{{"poison"}}, gsm::sms_accepted{{"other"}}};
    gateway.places = 8;
    testing::internal::CaptureStderr();
    EXPECT_EQ(drain(), 3);
    put_to(10);
    EXPECT_EQ(drain(), 1);
    const std::string log = testing::internal::GetCapturedStderr();
    EXPECT_EQ(states(), "sent sending sent sent");
    EXPECT_NE(log.find("sms_result_refused"), std::string::npos) << log;
    EXPECT_EQ(log.find("711000"), std::string::npos) << log;
    EXPECT_EQ(log.find("poison"), std::string::npos) << log;
    world.time.advance(2min);
    house.wait(rounds.look());
    EXPECT_EQ(states(), "sent unknown sent sent");
}

TEST_F(sender, words_nothing_but_what_is_meant_for_sms) {
    testing::internal::CaptureStderr();
    put("+254711000001", "en", "recorded.body", {{"name", "Amina"}});
    put("+254711000001", "en", "sms.no_such_text");
    put("+254711000001", "en", "sms.screen", {{"text", "You are a Refugee"}});
    put("+254711000001", "en", "sms.request", {{"reference", "803-22C00011"}});
    EXPECT_EQ(drain(), 0);
    const std::string log = testing::internal::GetCapturedStderr();
    EXPECT_TRUE(gateway.taken.empty());
    EXPECT_EQ(value("SELECT string_agg(state || ': ' || reason, ', ' ORDER BY id) FROM outbox"),
              "failed: not wordable, failed: not wordable, failed: a forbidden word, failed: a registration number");
    EXPECT_NE(log.find("sms_not_sent"), std::string::npos) << log;
    for (const char* content : {"Refugee", "Amina", "803-22", "711000"})
        EXPECT_EQ(log.find(content), std::string::npos);
    put("+254711000001", "ti", "sms.how");
    EXPECT_EQ(drain(), 1);
    EXPECT_EQ(gateway.taken.at(0).text, "Dial *384# to use the service. It is free.") << "a language without texts";
}

TEST_F(sender, a_conversations_reply_goes_as_it_was_worded_from_the_code_that_she_wrote_to) {
    put("+254711000001", "en", "sms.screen", {{"text", "1 Food\n2 Cash"}, {"sender", "20384"}},
        {.priority = message_priority::reply, .expires_at = world.time.now() + 5min});
    EXPECT_EQ(drain(), 1);
    EXPECT_EQ(gateway.taken.at(0).text, "1 Food\n2 Cash");
    EXPECT_EQ(gateway.taken.at(0).sender, "20384");
    EXPECT_TRUE(gateway.taken.at(0).urgent);
    EXPECT_EQ(gateway.taken.at(0).lasts, 300s);
}

TEST_F(sender, sends_nothing_to_a_number_that_said_stop) {
    house.wait(house.registry.inbox.allow_sms("+254711000001", false));
    put_to(1);
    put_to(3);
    drain();
    EXPECT_EQ(gateway.numbers(), "003 ");
    EXPECT_EQ(states(), "suppressed sent");
}

TEST_F(sender, without_a_gateway_everything_stays) {
    put_to(1);
    sms_sender silent(house.rooms, {}, {}, {});
    EXPECT_EQ(house.wait(silent.drain_once()), 0);
    EXPECT_EQ(states(), "pending");
}

TEST_F(sender, past_its_time_nothing_is_sent) {
    put("+254711000001", "en", "sms.how", {}, {.expires_at = world.time.now() + 1min});
    world.time.advance(1min);
    EXPECT_EQ(drain(), 0);
    EXPECT_EQ(states(), "expired");
}

TEST_F(sender, what_she_waits_for_overtakes_what_is_sent_to_many) {
    gateway.places = 8;
    gateway.holding = true;
    for (int number = 10; number < 30; ++number) put_to(number, message_priority::bulk);
    house.background.spawn("sender", sending.run());
    house.run_until([&] { return gateway.under_way == 7; });
    put_to(1, message_priority::reply);
    house.run_until([&] { return gateway.under_way == 8; });
    EXPECT_EQ(gateway.taken.back().to.e164(), "+254711000001");
    gateway.holding = false;
    house.run_until([&] { return gateway.taken.size() == 21; });
    house.wait(sending.close(std::chrono::steady_clock::now() + 5s));
    EXPECT_EQ(value("SELECT count(*) FROM outbox WHERE state = 'sent'"), "21");
}

TEST_F(sender, one_number_gets_its_messages_one_after_the_other) {
    gateway.places = 8;
    gateway.holding = true;
    put_to(1);
    put("+254711000001", "en", "sms.call", {{"reference", "AB3K"}});
    put_to(3);
    house.background.spawn("sender", sending.run());
    house.run_until([&] { return gateway.under_way == 2; });
    for (int i = 0; i < 20; ++i) house.context.run_one_for(5ms);
    EXPECT_EQ(gateway.numbers(), "001 003 ");
    gateway.holding = false;
    house.run_until([&] { return gateway.taken.size() == 3; });
}

TEST_F(sender, a_number_has_its_bulk_messages_of_the_day_and_the_rest_tomorrow) {
    for (int i = 0; i < 4; ++i) put_to(1, message_priority::bulk);
    put_to(3, message_priority::bulk);
    for (int i = 0; i < 3; ++i) drain();
    EXPECT_EQ(states(), "sent sent sent pending sent");
    world.time.advance(24h);
    EXPECT_EQ(drain(), 1);
    EXPECT_EQ(states(), "sent sent sent sent sent");
}

TEST_F(sender, who_is_busy_or_not_there_costs_no_attempt_and_another_gateway_takes_it) {
    put_to(1);
    gateway.answers = {refused(gsm::submit_refusal::busy)};
    EXPECT_EQ(house.wait(by_two.drain_once()), 2);
    EXPECT_EQ(second.numbers(), "001 ");
    EXPECT_EQ(value("SELECT state || attempts || gateway FROM outbox"), "sent1second");
    gateway.is_ready = false;
    put_to(3);
    EXPECT_EQ(house.wait(by_two.drain_once()), 1);
    EXPECT_EQ(second.numbers(), "001 003 ");
    gateway.is_ready = true;
    world.time.advance(1s);
    put_to(4);
    EXPECT_EQ(house.wait(by_two.drain_once()), 1);
    EXPECT_EQ(gateway.numbers(), "001 004 ") << "the first is preferred again";
}

TEST_F(sender, a_busy_gateway_alone_is_waited_for) {
    put_to(1);
    for (int i = 0; i < 3; ++i) gateway.answers.push_back(refused(gsm::submit_refusal::busy));
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(drain(), 1);
        EXPECT_EQ(drain(), 0) << "not at once";
        world.time.advance(2s);
    }
    EXPECT_EQ(value("SELECT state || attempts FROM outbox"), "sent1");
}

TEST_F(sender, what_waits_for_a_busy_gateway_is_not_sent_after_a_stop_or_past_its_time) {
    put_to(1);
    put("+254711000003", "en", "sms.how", {}, {.expires_at = world.time.now() + 10s});
    put("+254711000001", "en", "sms.stopped", {}, {.priority = message_priority::reply});
    gateway.answers = {refused(gsm::submit_refusal::busy)};
    EXPECT_EQ(drain(), 1) << "what she waits for, first";
    house.wait(house.registry.inbox.allow_sms("+254711000001", false));
    world.time.advance(11s);
    EXPECT_EQ(drain(), 1);
    EXPECT_EQ(gateway.numbers(), "001 001 ");
    world.time.advance(61s);
    EXPECT_EQ(drain(), 0);
    EXPECT_EQ(states(), "suppressed expired sent");
}

TEST_F(sender, what_waits_for_a_busy_gateway_for_minutes_is_claimed_anew) {
    put("+254711000001", "en", "sms.how", {}, {.asked = false});
    for (int i = 0; i < 20; ++i) gateway.answers.push_back(refused(gsm::submit_refusal::busy));
    drain();
    sql_session(world.registry.conninfo())
        .run("INSERT INTO number_preference (number_blind, sms_hours) SELECT number_blind, 'asked' FROM outbox");
    int tries = 0;
    for (; tries < 20 && states() == "pending"; ++tries) {
        world.time.advance(20s);
        drain();
    }
    EXPECT_EQ(states(), "suppressed");
    EXPECT_GE(tries, 8);
    EXPECT_LE(tries, 11);
}

TEST_F(sender, a_gateway_that_takes_nothing_of_anybody_costs_few_attempts_and_is_tried_ever_more_rarely) {
    for (int number = 10; number < 30; ++number) put_to(number);
    for (int i = 0; i < 14; ++i) gateway.answers.push_back(refused(gsm::submit_refusal::temporary));
    EXPECT_EQ(drain(), 10);
    EXPECT_EQ(value("SELECT sum(attempts) FROM outbox"), "9");
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(drain(), 0) << "not at once";
        const std::chrono::milliseconds pause(1'000 << i);  // and up to half as long again
        world.time.advance(pause - 500ms);
        EXPECT_EQ(drain(), 0);
        world.time.advance(pause / 2 + 500ms);
        EXPECT_EQ(drain(), 1);
    }
    EXPECT_EQ(value("SELECT sum(attempts) FROM outbox"), "9");
    world.time.advance(1h);
    while (drain() > 0) {
    }
    EXPECT_EQ(value("SELECT count(*) FROM outbox WHERE state = 'sent'"), "20");
}

TEST_F(sender, what_may_have_been_sent_is_never_handed_to_another_gateway) {
    put_to(1);
    gateway.answers = {refused(gsm::submit_refusal::unknown)};
    EXPECT_EQ(house.wait(by_two.drain_once()), 1);
    world.time.advance(24h);
    house.wait(rounds.look());
    EXPECT_EQ(house.wait(by_two.drain_once()), 0);
    EXPECT_TRUE(second.taken.empty());
    EXPECT_EQ(states(), "unknown");
}

TEST_F(sender, after_a_refusal_the_next_gateway_of_the_route_is_asked) {
    put_to(1);
    gateway.answers = {refused(gsm::submit_refusal::temporary)};
    EXPECT_EQ(house.wait(by_two.drain_once()), 1);
    world.time.advance(90s);
    EXPECT_EQ(house.wait(by_two.drain_once()), 1);
    EXPECT_EQ(second.numbers(), "001 ");
}

TEST_F(sender, a_number_goes_by_its_route_and_a_gateway_that_is_gone_does_not_hold_up_the_others) {
    sms_sender routed{
        house.rooms,
        {{.gateway = &gateway, .sender = "384"}, {.gateway = &second, .sender = "385"}},
        {},
        {.routes = {{.gateways = {"played"}, .prefixes = {}}, {.gateways = {"second"}, .prefixes = {"+256"}}}}};
    for (int i = 10; i < 40; ++i) put(fmt::format("+2567010000{}", i), "en", "sms.how");
    put_to(1);
    second.is_ready = false;
    for (int i = 0; i < 5; ++i) {
        house.wait(routed.drain_once());
        world.time.advance(6s);
    }
    EXPECT_EQ(gateway.numbers(), "001 ");
    EXPECT_TRUE(second.taken.empty());
    second.is_ready = true;
    second.places = 10;
    world.time.advance(1min);
    house.wait(routed.drain_once());
    EXPECT_EQ(second.taken.size(), 30u);
    EXPECT_EQ(second.taken.at(0).sender, "385");
    EXPECT_EQ(value("SELECT max(attempts) FROM outbox"), "1");
    house.wait(routed.close(std::chrono::steady_clock::now()));
}

TEST_F(sender, a_stop_waits_for_what_is_under_way_and_gives_the_rest_back) {
    gateway.places = 2;
    gateway.holding = true;
    for (int number = 10; number < 20; ++number) put_to(number);
    house.background.spawn("sender", sending.run());
    house.run_until([&] { return gateway.under_way == 2; });
    asio::co_spawn(house.context, sending.close(std::chrono::steady_clock::now() + 10s), [](std::exception_ptr) {});
    for (int i = 0; i < 10; ++i) house.context.run_one_for(5ms);
    gateway.holding = false;
    house.run_until([&] { return value("SELECT count(*) FROM outbox WHERE state = 'sending'") == "0"; });
    EXPECT_EQ(gateway.taken.size(), 2u) << "nothing new was begun";
    house.run_until([&] { return house.background.size() == 2; });
    EXPECT_EQ(value("SELECT count(*) FROM outbox WHERE state = 'sent'"), "2");
    EXPECT_EQ(
        value("SELECT count(*) FROM outbox WHERE state = 'pending' AND attempts = 0 AND due_at <= '2024-11-22 08:00'"),
        "8");
}

TEST_F(sender, a_stop_does_not_wait_for_ever) {
    gateway.holding = true;
    put_to(1);
    house.background.spawn("sender", sending.run());
    house.run_until([&] { return gateway.under_way == 1; });
    house.wait(sending.close(std::chrono::steady_clock::now() + 100ms));
    EXPECT_EQ(states(), "unknown");
}

TEST_F(sender, an_answer_goes_by_the_gateway_that_she_wrote_by_as_long_as_it_is_there) {
    const auto answer_by = [&](int number, std::string by) {
        put(fmt::format("+2547110000{:02}", number), "en", "sms.screen", {{"text", "1 Food"}, {"gateway", by}},
            {.priority = message_priority::reply});
    };
    answer_by(1, "second");
    EXPECT_EQ(house.wait(by_two.drain_once()), 1);
    EXPECT_EQ(second.numbers(), "001 ");
    second.is_ready = false;
    answer_by(3, "second");
    answer_by(4, "gone");
    house.wait(by_two.drain_once());
    house.wait(by_two.drain_once());
    EXPECT_EQ(gateway.numbers(), "003 004 ");
    EXPECT_EQ(second.numbers(), "001 ");
}

class played_push final : public gsm::ussd_push {
public:
    task<gsm::push_result> request(gsm::msisdn, std::string, deadline) override { co_return gsm::push_result{}; }
    task<gsm::push_result> notify(gsm::msisdn to, std::string text, deadline) override {
        shown.emplace_back(to.e164(), std::move(text));
        co_return gsm::push_result{.end = end};
    }
    gsm::push_end end = gsm::push_end::acknowledged;
    std::vector<std::pair<std::string, std::string>> shown;
};

// A verifier asked first: her phone says so at once where the network can, and the SMS comes all the same.
TEST_F(sender, shows_a_question_at_once_and_sends_it_too) {
    played_push push;
    sending.show_questions_by(push);
    put("+254711000001", "en", "sms.id_asked");
    put("+254711000002", "en", "sms.how");
    push.end = gsm::push_end::unconfirmed;
    EXPECT_EQ(drain(), 2);
    ASSERT_EQ(push.shown.size(), 1U);
    EXPECT_EQ(push.shown.front().first, "+254711000001");
    EXPECT_EQ(push.shown.front().second, "There is a question for you. Dial *384# and choose 3 to answer it.");
    EXPECT_EQ(states(), "sent sent");
}

}  // namespace
}  // namespace mlango::test
