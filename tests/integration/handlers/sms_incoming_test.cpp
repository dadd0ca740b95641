// Messages that come in: stored and answered once, STOP heard, and the parts of a long one put together.
#include "base/bytes.hpp"
#include "gsm/sms_text.hpp"
#include "registry/parameters.hpp"
#include "tests/integration/handlers/sms_sender_fixture.hpp"

namespace mlango::test {
namespace {

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

TEST_F(sms, a_stop_that_is_delivered_again_does_not_undo_her_start) {
    receive("STOP", "1");
    receive("START", "2");
    receive("STOP", "1");
    EXPECT_EQ(allowed(), "t");
    EXPECT_EQ(texts(), "sms.stopped sw, sms.started sw");
}

TEST_F(sms, what_she_says_with_a_stop_reaches_staff) {
    receive("STOP. The food was rotten", "1");
    EXPECT_EQ(allowed(), "f");
    EXPECT_EQ(texts(), "sms.stopped sw");
    EXPECT_EQ(value("SELECT count(*) FROM ticket WHERE category = 'message' AND channel = 'sms'"), "1");
    receive("stop STOP", "2");
    EXPECT_EQ(value("SELECT count(*) FROM ticket WHERE category = 'message' AND channel = 'sms'"), "1");
}

TEST_F(sms, a_word_that_may_mean_something_else_stops_nothing_in_a_sentence) {
    receive("Cancel my appointment", "1");
    EXPECT_EQ(allowed(), "");
    EXPECT_EQ(texts(), "sms.screen sw");
    receive("cancel", "2");
    EXPECT_EQ(allowed(), "f");
}

class parts : public sms {
protected:
    void piece(int number, std::string_view text, std::string_view from = "+254711000002", int total = 3,
               int reference = 7, std::string to = "384") {
        house.wait(house.sms.on_fragment({.gateway = "played",
                                          .from = *gsm::msisdn::from_e164(from),
                                          .to = std::move(to),
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

TEST_F(parts, that_no_registry_takes_hold_nobody_up) {
    piece(1, "sumu", "+254711000003", 2, 8, "38\xFF");
    piece(1, "Nina swali");
    world.time.advance(30min);
    for (int round = 0; round < 2; ++round) house.wait(rounds.look());
    EXPECT_EQ(received(), "[Nina swali…]");
    EXPECT_EQ(value("SELECT count(*) FROM inbox_fragment WHERE payload_sealed IS NOT NULL"), "0");
    EXPECT_EQ(value("SELECT count(*) FROM inbox_fragment"), "2") << "it is known when it is delivered again";
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

}  // namespace
}  // namespace mlango::test
