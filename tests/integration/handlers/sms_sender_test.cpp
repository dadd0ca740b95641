// The outbox drained into gateways that a test plays: every answer they may give, and what must never happen twice.
#include <deque>
#include <map>

#include "base/bytes.hpp"
#include "gsm/sms_text.hpp"
#include "registry/parameters.hpp"
#include "tests/support/played_house.hpp"

namespace mlango::test {
namespace {

using namespace std::chrono_literals;
using handlers::sms_rounds;
using handlers::sms_sender;
using registry::message_priority;
using outcome = std::expected<gsm::sms_accepted, gsm::submit_failure>;

class played_gateway final : public gsm::sms_gateway {
public:
    explicit played_gateway(std::string called) : name_(std::move(called)) {}
    task<outcome> submit(const gsm::sms_out& message, deadline) override {
        taken.push_back(message);
        if (on_submit) on_submit();
        if (before_answer) co_await before_answer(message);
        ++under_way;
        coarse_timer pause(co_await asio::this_coro::executor);
        while (holding) {
            pause.expires_after(1ms);
            co_await pause.async_wait(use_task);
        }
        --under_way;
        if (throws) throw std::runtime_error("out of order");
        if (!answers.empty()) {
            auto next = answers.front();
            answers.pop_front();
            co_return next;
        }
        co_return gsm::sms_accepted{{name_ + "-" + std::to_string(++last_id)}};
    }
    task<std::optional<gsm::sms_receipt>> query(const gsm::sms_out& message, std::string_view id, deadline) override {
        asked.emplace_back(message.reference, id);
        co_return knows;
    }
    [[nodiscard]] std::size_t window() const override { return places; }
    [[nodiscard]] bool ready() const override { return is_ready; }
    [[nodiscard]] std::string_view name() const override { return name_; }
    [[nodiscard]] std::string numbers() const {
        std::string all;
        for (const auto& each : taken) all += each.to.e164().substr(10) + ' ';
        return all;
    }

    std::deque<outcome> answers;  // then: accepted
    std::function<void()> on_submit;
    std::function<task<void>(gsm::sms_out)> before_answer;
    std::vector<gsm::sms_out> taken;
    std::vector<std::pair<std::uint64_t, std::string>> asked;
    std::optional<gsm::sms_receipt> knows;
    std::size_t places = 1;
    std::size_t under_way = 0;
    bool is_ready = true, holding = false, throws = false;
    int last_id = 0;

private:
    std::string name_;
};

outcome refused(gsm::submit_refusal what) {
    return std::unexpected(gsm::submit_failure(what));
}

class sender : public testing::Test {
protected:
    sender() { house.connected(); }
    ~sender() override {
        if (!house.pool.connected()) return;
        gateway.holding = second.holding = false;
        house.wait(sending.close(std::chrono::steady_clock::now() + 2s));
    }

    void put(std::string_view e164, std::string_view language, std::string_view text,
             const std::vector<std::pair<std::string, std::string>>& arguments = {}, registry::dispatch how = {}) {
        house.wait(
            house.registry.outbox.put(registry::make_notice(house.record_seal, e164, language, text, arguments), how));
    }
    void put_to(int number, message_priority priority = message_priority::notice) {
        put(fmt::format("+2547110000{:02}", number), "en", "sms.how", {}, {.priority = priority});
    }
    int drain() { return house.wait(sending.drain_once()); }
    void receipt(std::string id, std::string_view to, gsm::receipt_state state, std::string_view from = "played") {
        house.wait(house.sms.on_receipt({.gateway = std::string(from),
                                         .provider_id = std::move(id),
                                         .to = gsm::msisdn::from_e164(to),
                                         .state = state,
                                         .reason = {},
                                         .reference = 0}));
    }
    std::string value(const std::string& sql) { return sql_session(world.registry.conninfo()).value(sql); }
    std::string states() { return value("SELECT string_agg(state, ' ' ORDER BY id) FROM outbox"); }
    std::uint64_t submissions(std::string_view outcome_name, std::string_view through = "played") {
        return world.numbers
            .count("sms_submissions_total", "Submissions to gateways, by outcome",
                   {{"gateway", through}, {"outcome", outcome_name}})
            .value();
    }

    played_world world;
    played_house house{world};
    played_gateway gateway{"played"};
    played_gateway second{"second"};
    sms_sender sending{house.rooms, {{.gateway = &gateway, .sender = "384"}}, {}, {}};
    sms_sender by_two{
        house.rooms, {{.gateway = &gateway, .sender = "384"}, {.gateway = &second, .sender = "385"}}, {}, {}};
    sms_rounds rounds{house.rooms, house.sms, {&gateway, &second}, {}};
};

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
    gateway.knows = gsm::sms_receipt{.gateway = "played",
                                     .provider_id = "x7",
                                     .to = {},
                                     .state = gsm::receipt_state::accepted,
                                     .reason = {},
                                     .reference = 0};
    world.time.advance(10s);
    house.wait(rounds.look());
    EXPECT_EQ(states(), "sent");
    receipt("x7", "+254711000001", gsm::receipt_state::delivered);
    EXPECT_EQ(states(), "delivered") << "its id is known now";
}

TEST_F(sender, an_unknown_message_that_the_gateway_never_had_is_sent_once_more_when_it_said_so_twice) {
    put_to(1, message_priority::bulk);
    gateway.answers = {refused(gsm::submit_refusal::unknown)};
    drain();
    gateway.knows = gsm::sms_receipt{.gateway = "played",
                                     .provider_id = {},
                                     .to = {},
                                     .state = gsm::receipt_state::not_there,
                                     .reason = {},
                                     .reference = 0};
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
    gateway.knows = gsm::sms_receipt{.gateway = "played",
                                     .provider_id = "played-1",
                                     .to = {},
                                     .state = gsm::receipt_state::delivered,
                                     .reason = {},
                                     .reference = 0};
    for (const auto pause : {5s, 10s}) {
        world.time.advance(pause);
        house.wait(rounds.look());
    }
    EXPECT_EQ(states(), "sent pending");
    EXPECT_EQ(drain(), 1);
    EXPECT_EQ(states(), "sent sent");
}

TEST_F(sender, a_reference_that_names_a_newer_message_says_nothing) {
    put_to(1);
    gateway.answers = {refused(gsm::submit_refusal::unknown)};
    drain();
    put_to(3);
    drain();  // played-1
    gateway.knows = gsm::sms_receipt{.gateway = "played",
                                     .provider_id = "played-1",
                                     .to = {},
                                     .state = gsm::receipt_state::delivered,
                                     .reason = {},
                                     .reference = 0};
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

TEST_F(sender, a_message_without_a_receipt_for_long_is_asked_about) {
    put_to(1);
    drain();
    house.wait(rounds.look());
    EXPECT_TRUE(gateway.asked.empty());
    gateway.knows = gsm::sms_receipt{.gateway = "played",
                                     .provider_id = "played-1",
                                     .to = {},
                                     .state = gsm::receipt_state::failed,
                                     .reason = {},
                                     .reference = 0};
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

class sms : public sender {
protected:
    void receive(std::string text, std::string id, std::string_view from = "+254711000002") {
        house.wait(house.sms.on_message({.gateway = "played",
                                         .provider_id = std::move(id),
                                         .from = *gsm::msisdn::from_e164(from),
                                         .to = "384",
                                         .text = std::move(text)}));
    }
    std::string texts() {
        return value("SELECT string_agg(text_key || ' ' || language, ', ' ORDER BY id) FROM outbox");
    }
    std::string allowed() {
        const auto number = to_hex(house.blind.blind(registry::msisdn_purpose, "+254711000002"));
        return value("SELECT sms_allowed FROM number_preference WHERE number_blind = '\\x" + number + "'");
    }
};

TEST_F(sms, what_is_no_keyword_is_stored_once_and_asked_about_rarely) {
    for (int delivery = 0; delivery < 3; ++delivery) receive("Chakula kiko wapi leo?", "1");
    EXPECT_EQ(value("SELECT count(*) FROM inbox"), "1");
    EXPECT_EQ(texts(), "sms.screen sw");
    EXPECT_EQ(value("SELECT count(*) FROM inbox WHERE encode(text_sealed, 'escape') LIKE '%Chakula%'"), "0");
    for (int i = 2; i < 10; ++i) receive("tena kesho", std::to_string(i));
    EXPECT_EQ(texts(), "sms.screen sw, sms.screen sw, sms.screen sw") << "two machines fall silent";
    world.time.advance(1h);
    receive("tena kesho", "10");
    EXPECT_EQ(texts(), "sms.screen sw, sms.screen sw, sms.screen sw, sms.screen sw");
    receive("where is it", "11", "+254711000098");
    EXPECT_TRUE(texts().ends_with("sms.screen en")) << "a number that nobody knows";
}

TEST_F(sms, stop_and_start_are_honoured_at_once) {
    receive("acha", "1");
    EXPECT_EQ(allowed(), "f");
    receive("START", "2");
    EXPECT_EQ(allowed(), "t");
    EXPECT_EQ(texts(), "sms.stopped sw, sms.started sw");
}

TEST_F(sms, stop_is_not_lost_when_the_registry_goes_away_in_the_middle) {
    // The message was stored by a delivery that could do no more; the gateway sends it again.
    house.wait(house.registry.inbox.store("played", "1", "+254711000002", "384", "STOP"));
    receive("STOP", "1");
    EXPECT_EQ(allowed(), "f");
}

class parts : public sms {
protected:
    void piece(int number, std::string_view text, std::string_view from = "+254711000002", int total = 3,
               int reference = 7) {
        house.wait(house.sms.on_fragment({.gateway = "played",
                                          .from = *gsm::msisdn::from_e164(from),
                                          .to = "384",
                                          .reference = static_cast<std::uint16_t>(reference),
                                          .wide_reference = false,
                                          .total = static_cast<std::uint8_t>(total),
                                          .number = static_cast<std::uint8_t>(number),
                                          .payload = gsm::make_payload(gsm::sms_coding::utf8, {}, text)}));
    }
    std::string received() {
        std::string all;
        for (const auto& row :
             sql_session(world.registry.conninfo())
                 .run("SELECT encode(text_sealed, 'hex') FROM inbox WHERE text_sealed IS NOT NULL ORDER BY id"))
            all +=
                '[' + house.record_seal.open(as_string_view(*from_hex(*row[0])), registry::sms_context).value() + ']';
        return all;
    }
};

TEST_F(parts, are_put_together_in_any_order_and_answered_once) {
    piece(3, "saa ngapi?");
    piece(1, "Habari, ");
    piece(1, "Habari, ");
    EXPECT_EQ(received(), "");
    piece(2, "chakula ");
    EXPECT_EQ(received(), "[Habari, chakula saa ngapi?]");
    for (int number = 1; number <= 3; ++number)
        piece(number, number == 1 ? "Habari, " : number == 2 ? "chakula " : "saa ngapi?");
    EXPECT_EQ(received(), "[Habari, chakula saa ngapi?]") << "all of it delivered once more";
    EXPECT_EQ(texts(), "sms.screen sw");
}

TEST_F(parts, of_two_people_with_the_same_reference_are_never_mixed) {
    piece(1, "Mimi ni wa kwanza ", "+254711000002");
    piece(2, "SIRI YA PILI ", "+254711000003");
    piece(3, "kwanza", "+254711000002");
    piece(1, "Mimi ni wa pili ", "+254711000003");
    EXPECT_EQ(received(), "");
    piece(3, "pili", "+254711000003");
    EXPECT_EQ(received(), "[Mimi ni wa pili SIRI YA PILI pili]");
    piece(2, "siri ya kwanza ", "+254711000002");
    EXPECT_EQ(received(), "[Mimi ni wa pili SIRI YA PILI pili][Mimi ni wa kwanza siri ya kwanza kwanza]");
}

TEST_F(parts, that_stay_alone_are_told_of_with_what_came) {
    piece(1, "Nina swali");
    piece(3, "mwisho");
    world.time.advance(29min);
    house.wait(rounds.look());
    EXPECT_EQ(received(), "");
    world.time.advance(1min);
    house.wait(rounds.look());
    EXPECT_EQ(received(), "[Nina swali…mwisho]");
    house.wait(rounds.look());
    EXPECT_EQ(texts(), "sms.screen sw");
}

TEST_F(parts, of_a_message_that_never_became_whole_make_room_for_the_next_of_that_reference) {
    piece(1, "zamani");
    piece(1, "mpya ");
    EXPECT_EQ(received(), "[zamani…]");
    piece(2, "ujumbe ");
    piece(3, "mzima");
    EXPECT_EQ(received(), "[zamani…][mpya ujumbe mzima]");
}

TEST_F(parts, may_say_stop) {
    piece(1, "STOP ", "+254711000002", 2);
    piece(2, "tafadhali", "+254711000002", 2);
    EXPECT_EQ(allowed(), "f");
    EXPECT_EQ(texts(), "sms.stopped sw");
}

TEST_F(parts, without_sense_are_counted_and_dropped) {
    piece(0, "x");
    piece(4, "x");
    EXPECT_EQ(value("SELECT count(*) FROM inbox_fragment"), "0");
}

TEST_F(parts, of_one_sender_are_limited) {
    for (int reference = 0; reference < 60; ++reference) piece(1, "x", "+254711000002", 3, reference);
    EXPECT_EQ(value("SELECT count(*) FROM inbox_fragment"), "40");
}

TEST_F(parts, come_at_once_and_make_one_message) {
    std::size_t left = 3;
    for (int number = 1; number <= 3; ++number)
        asio::co_spawn(house.context,
                       house.sms.on_fragment({.gateway = "played",
                                              .from = *gsm::msisdn::from_e164("+254711000002"),
                                              .to = "384",
                                              .reference = 9,
                                              .wide_reference = true,
                                              .total = 3,
                                              .number = static_cast<std::uint8_t>(number),
                                              .payload = gsm::make_payload(gsm::sms_coding::utf8, {},
                                                                           "neno la " + std::to_string(number) + " ")}),
                       [&](std::exception_ptr failure) { left -= failure ? 0 : 1; });
    house.run_until([&] { return left == 0; });
    EXPECT_EQ(received(), "[neno la 1 neno la 2 neno la 3 ]");
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
