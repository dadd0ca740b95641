// Messages that come in, on real stores: delivered twice, at two servers at once, by servers that die in between, out
// of hours, and by machines.
#include <map>

#include "handlers/sms_sender.hpp"
#include "tests/support/sms_phone.hpp"

namespace mlango::test {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view amina = "+254711000001";

class answering : public testing::Test {
protected:
    answering() { house.connected(); }

    std::string value(const std::string& sql) { return sql_session(world.registry.conninfo()).value(sql); }
    void run(const std::string& sql) { sql_session(world.registry.conninfo()).run(sql); }
    gsm::sms_in message(std::string text, std::string id, std::string_view from = amina) {
        return {.gateway = "played",
                .provider_id = std::move(id),
                .from = *gsm::msisdn::from_e164(from),
                .to = "384",
                .text = std::move(text)};
    }
    void receive(std::string text, std::string id, std::string_view from = amina) {
        house.wait(house.sms.on_message(message(std::move(text), std::move(id), from)));
    }
    // As a server that died right after storing it.
    void store_only(std::string_view text, std::string_view id, std::string_view from = amina) {
        ASSERT_TRUE(house.wait(house.registry.inbox.store("played", id, from, "384", text)));
    }
    int sweep() { return house.wait(house.sms.answering().sweep()); }
    // The message waits again, as if whoever had it had not come to an end.
    void put_back(std::string_view id, std::string_view text) {
        const auto sealed = to_hex(as_byte_view(house.record_seal.seal(text, registry::sms_context)));
        run("UPDATE inbox SET state = 'waiting', asked_at = NULL, text_sealed = '\\x" + sealed +
            "' WHERE provider_id = '" + std::string(id) + "'");
    }
    std::vector<std::string> sent() {
        std::vector<std::string> texts;
        for (auto& [number, text] : box.taken(house)) texts.push_back(text);
        return texts;
    }

    played_world world;
    played_house house{world};
    outgoing_sms box;
};

TEST_F(answering, a_message_delivered_again_is_answered_once) {
    for (int delivery = 0; delivery < 4; ++delivery) receive("menu", "1");
    EXPECT_EQ(sent().size(), 1u);
    receive("5", "2");
    receive("5", "2");
    const auto texts = sent();
    ASSERT_EQ(texts.size(), 1u);
    EXPECT_NE(texts[0].find("Call me back"), std::string::npos) << texts[0];
    EXPECT_EQ(value("SELECT count(*) FROM inbox WHERE state = 'done' AND text_sealed IS NULL"), "2");
}

TEST_F(answering, what_was_stored_and_not_answered_is_answered_in_its_order_by_whoever_comes) {
    store_only("menu", "1");
    store_only("5", "2");
    store_only("2", "3");
    int handled = 0;
    for (int i = 0; i < 5; ++i) handled += sweep();
    EXPECT_EQ(handled, 3);
    const auto texts = sent();
    ASSERT_EQ(texts.size(), 3u);
    EXPECT_NE(texts[0].find("My assistance"), std::string::npos) << texts[0];
    EXPECT_NE(texts[1].find("Call me back"), std::string::npos) << texts[1];
    EXPECT_NE(texts[2].find("What about?"), std::string::npos) << texts[2];
}

TEST_F(answering, a_claim_ends_when_its_holder_died) {
    store_only("menu", "1");
    ASSERT_TRUE(house.wait(house.registry.waiting.claim_of(amina, 30s)));
    EXPECT_EQ(sweep(), 0) << "somebody has it";
    receive("5", "2");
    EXPECT_TRUE(sent().empty()) << "the one before comes first";
    world.time.advance(31s);
    while (sweep() > 0) {
    }
    EXPECT_EQ(sent().size(), 2u);
}

TEST_F(answering, who_died_between_session_and_reply_leaves_both_as_they_should_be) {
    receive("call", "1");
    receive("1", "2");
    EXPECT_EQ(value("SELECT count(*) FROM ticket WHERE category = 'call_back' AND channel = 'sms'"), "1");
    const auto before = sent();
    ASSERT_EQ(before.size(), 2u);
    // The session is saved; neither the reply nor the end of the message were written.
    run("DELETE FROM outbox WHERE id = (SELECT max(id) FROM outbox)");
    put_back("2", "1");
    EXPECT_EQ(sweep(), 1);
    const auto again = sent();
    ASSERT_EQ(again.size(), 1u);
    EXPECT_EQ(again[0], before[1]) << "the same reference, the same words";
    EXPECT_EQ(value("SELECT count(*) FROM ticket WHERE category = 'call_back' AND channel = 'sms'"), "1");
    // The reply was written; only the end was not.
    put_back("2", "1");
    EXPECT_EQ(sweep(), 1);
    EXPECT_TRUE(sent().empty());
    receive("0", "3");
    EXPECT_NE(sent().at(0).find("My assistance"), std::string::npos) << "she was moved once";
}

TEST_F(answering, who_died_after_the_ticket_and_before_the_session_opens_no_second_one) {
    receive("There is no water", "1");
    store_only("1", "2");
    // The first server opened the ticket, and then its Redis answer never came.
    const auto lost = value("SELECT id FROM inbox WHERE provider_id = '1'");
    receive("", "3");
    while (sweep() > 0) {
    }
    EXPECT_EQ(value("SELECT count(*) FROM ticket WHERE category = 'message'"), "1");
    // She says yes once more from the same place.
    put_back("1", "There is no water");
    run("UPDATE inbox SET state = 'asked', asked_at = now() - interval '3 years' WHERE id = " + lost);
    while (sweep() > 0) {
    }
    EXPECT_EQ(value("SELECT count(*) FROM ticket WHERE category = 'message'"), "1");
    EXPECT_EQ(value("SELECT count(*) FROM ticket_words"), "1");
}

TEST_F(answering, two_servers_that_get_it_at_once_act_once) {
    played_house other(world);
    other.connected();
    receive("complaint", "0");
    receive("5", "1");
    receive("2", "2");
    (void)sent();
    for (int round = 0; round < 6; ++round) {
        const auto id = "r" + std::to_string(round);
        std::size_t left = 2;
        const auto done = [&](std::exception_ptr failure) {
            EXPECT_FALSE(failure);
            --left;
        };
        const std::string text = round % 2 == 0 ? "1" : "complaint";
        asio::co_spawn(house.context, house.sms.on_message(message(text, id)), done);
        asio::co_spawn(other.context, other.sms.on_message(message(text, id)), done);
        while (left > 0) {
            house.context.run_for(2ms);
            other.context.run_for(2ms);
            house.context.restart();
            other.context.restart();
        }
        if (round % 2 != 0) {
            receive("5", id + "a");
            receive("2", id + "b");
        }
    }
    EXPECT_EQ(value("SELECT count(*) FROM ticket WHERE category = 'complaint'"), "3");
    EXPECT_EQ(value("SELECT count(*) FROM inbox WHERE state <> 'done'"), "0");
    EXPECT_EQ(value("SELECT count(*) FROM outbox"), value("SELECT count(*) FROM inbox"));
}

TEST_F(answering, one_that_can_never_be_answered_is_given_up_and_holds_nobody_up) {
    store_only("menu", "1");
    run("UPDATE inbox SET text_sealed = '\\x" + std::string(80, '0') + "' WHERE provider_id = '1'");
    testing::internal::CaptureStderr();
    receive("menu", "2");
    const std::string log = testing::internal::GetCapturedStderr();
    EXPECT_EQ(value("SELECT state FROM inbox WHERE provider_id = '1'"), "failed");
    EXPECT_EQ(sent().size(), 1u);
    EXPECT_NE(log.find("sms_given_up"), std::string::npos) << log;
    EXPECT_EQ(log.find("711000"), std::string::npos) << log;
}

TEST_F(answering, a_registry_that_is_away_meanwhile_leaves_the_message_waiting) {
    receive("menu", "1");
    (void)sent();
    store_only("5", "2");
    world.registry.away();
    house.run_until([&] { return !house.pool.connected(); });
    EXPECT_THROW(receive("2", "3"), registry::registry_unavailable) << "the gateway sends it again";
    world.registry.back();
    house.connected();
    receive("2", "3");
    EXPECT_EQ(sent().size(), 2u);
}

TEST_F(answering, words_that_she_was_asked_about_and_did_not_answer_for_reach_staff_after_a_day) {
    receive("We have had no water since Monday", "1");
    EXPECT_EQ(value("SELECT state FROM inbox"), "asked");
    EXPECT_EQ(sweep(), 0);
    world.time.advance(25h);
    EXPECT_EQ(sweep(), 1);
    EXPECT_EQ(sweep(), 0);
    EXPECT_EQ(value("SELECT category || ' ' || channel || ' ' || (individual IS NOT NULL)::text FROM ticket "
                    "ORDER BY id DESC LIMIT 1"),
              "message sms true");
    EXPECT_EQ(value("SELECT count(*) FROM inbox WHERE text_sealed IS NOT NULL"), "0");
    EXPECT_EQ(value("SELECT count(*) FROM ticket_words WHERE encode(text_sealed, 'escape') LIKE '%water%'"), "0");
}

TEST_F(answering, words_go_at_once_where_the_operation_says_so) {
    world.operation.asks_before_words = false;
    receive("We have had no water since Monday", "1");
    EXPECT_NE(sent().at(0).find("Your reference is"), std::string::npos);
    EXPECT_EQ(value("SELECT count(*) FROM ticket WHERE category = 'message'"), "1");
}

TEST_F(answering, she_is_told_the_code_that_is_dialled_where_her_number_is) {
    world.operation.local = {{.prefixes = {"+256"}, .service_code = "*165*7#", .default_language = {}},
                             {.prefixes = {"+254"}, .service_code = "*483*1#", .default_language = {}}};
    receive("4826", "1");
    EXPECT_NE(sent().at(0).find("dial *483*1#"), std::string::npos) << sent().at(0);
}

TEST_F(answering, the_longest_message_of_any_script_reaches_staff_whole) {
    world.operation.asks_before_words = false;
    std::string amharic;
    while (amharic.size() + 10 <= 1'600) amharic += "ውሃ የለም ";
    receive(amharic, "1");
    EXPECT_EQ(value("SELECT count(*) FROM ticket_words"), "1");
    const auto hex = value("SELECT encode(text_sealed, 'hex') FROM ticket_words");
    const auto bytes = from_hex(hex);
    EXPECT_EQ(*house.record_seal.open(as_string_view(*bytes), "ticket"), amharic);
}

TEST_F(answering, the_session_is_of_the_number_and_the_short_code_whatever_the_gateway) {
    receive("menu", "1");
    auto next = message("5", "2");
    next.gateway = "another";
    house.wait(house.sms.on_message(next));
    auto elsewhere = message("2", "3");
    elsewhere.to = "999";
    house.wait(house.sms.on_message(elsewhere));
    const auto texts = sent();
    ASSERT_EQ(texts.size(), 3u);
    EXPECT_NE(texts[1].find("Call me back"), std::string::npos) << texts[1];
    EXPECT_NE(texts[2].find("My assistance"), std::string::npos) << "another code is another conversation";
}

TEST_F(answering, a_reply_is_sealed_and_comes_from_the_code_she_wrote_to) {
    receive("menu", "1");
    EXPECT_EQ(value("SELECT count(*) FROM outbox WHERE encode(arguments_sealed, 'escape') LIKE '%assistance%'"), "0");
    struct taking final : gsm::sms_gateway {
        task<std::expected<gsm::sms_accepted, gsm::submit_failure>> submit(const gsm::sms_out& one, deadline) override {
            taken.push_back(one);
            co_return gsm::sms_accepted{{"1"}};
        }
        [[nodiscard]] std::string_view name() const override { return "played"; }
        std::vector<gsm::sms_out> taken;
    } gateway;
    handlers::sms_sender sending(house.rooms, {{.gateway = &gateway, .sender = "OFFICE"}}, {}, {});
    house.wait(sending.drain_once());
    house.wait(sending.close(std::chrono::steady_clock::now() + 2s));
    ASSERT_EQ(gateway.taken.size(), 1u);
    EXPECT_EQ(gateway.taken[0].sender, "384");
}

// Machines.

TEST_F(answering, a_short_code_and_a_bounce_are_met_with_silence) {
    receive("menu", "1", "+3840000");
    receive("Your message could not be delivered: unknown keyword", "2");
    EXPECT_TRUE(sent().empty());
    EXPECT_EQ(value("SELECT string_agg(state, ' ' ORDER BY id) FROM inbox"), "done kept");
}

TEST_F(answering, a_number_gets_so_many_replies_an_hour_and_no_more) {
    receive("menu", "0");
    for (int i = 1; i <= 60; ++i) receive("5", std::to_string(i));
    EXPECT_EQ(sent().size(), 40u);
    EXPECT_EQ(value("SELECT count(*) FROM inbox WHERE state = 'waiting'"), "0");
    receive("menu", "x", "+254711000003");
    EXPECT_EQ(sent().size(), 1u) << "another number";
    world.time.advance(1h);
    receive("menu", "y");
    EXPECT_EQ(sent().size(), 1u);
}

TEST_F(answering, two_services_that_write_to_each_other_fall_silent) {
    played_world other_world;
    played_house other(other_world);
    other.connected();
    outgoing_sms other_box;
    (void)other_box.taken(other);
    constexpr std::string_view here = "+254720000384", there = "+254730000384";
    std::vector<std::string> to_there{"hello"}, to_here;
    int exchanged = 0, id = 0;
    while ((!to_there.empty() || !to_here.empty()) && exchanged < 200) {
        for (const auto& text : std::exchange(to_there, {})) {
            ++exchanged;
            other.wait(other.sms.on_message(message(text, std::to_string(++id), here)));
        }
        for (auto& [number, text] : other_box.taken(other)) to_here.push_back(text);
        for (const auto& text : std::exchange(to_here, {})) {
            ++exchanged;
            house.wait(house.sms.on_message(message(text, std::to_string(++id), there)));
        }
        for (auto& [number, text] : box.taken(house)) to_there.push_back(text);
        world.time.advance(10s);
        other_world.time.advance(10s);
    }
    EXPECT_LE(exchanged, 12) << "and nothing is under way any more";
    // No word was lost: what was not asked about is kept.
    EXPECT_EQ(value("SELECT count(*) FROM inbox WHERE state = 'waiting'"), "0");
}

}  // namespace
}  // namespace mlango::test
