// What a transcript can not play: codes, a duress session, and a gateway through which too many PINs fail.
#include "handlers/number_watch.hpp"
#include "registry/pin_codes.hpp"
#include "tests/support/played_house.hpp"

namespace mlango::test {
namespace {

constexpr std::string_view josiane = "+254711000008";  // her SIM changed
constexpr std::string_view peter = "+254711000007";    // no PIN yet
constexpr std::string_view rana = "+254711000012";
constexpr std::string_view nyandeng = "+254711000001";
constexpr std::string_view locked = "+254711000006";

struct pin_life : testing::Test {
    played_world world;
    played_house house{world};
    sql_session sql{world.registry.conninfo()};

    void SetUp() override { house.connected(); }
    std::string number_of(std::string_view e164) {
        return sql.value(
            "SELECT i.individual_number FROM phone p JOIN individual i ON i.id = p.individual WHERE "
            "p.number_blind = '" +
            registry::bytea_parameter(as_string_view(house.blind.blind("msisdn", e164))) + "'");
    }
    registry::code_issuer issuer() {
        return {.conninfo = world.registry.conninfo(),
                .blind = house.blind,
                .random = world.random,
                .now = world.time.now()};
    }
    played_phone phone(std::string_view e164) { return {house, e164, "life " + world.fresh()}; }
    static bool has(const gsm::ussd_reply& reply, std::string_view words) {
        return reply.text.find(words) != std::string::npos;
    }
    std::string count(const std::string& from) { return sql.value("SELECT count(*) FROM " + from); }
};

TEST_F(pin_life, a_code_from_staff_gives_a_first_pin) {
    const auto code = registry::issue_staff_code(issuer(), number_of(peter));
    ASSERT_TRUE(code);
    auto his = phone(peter);
    his.dial();
    EXPECT_TRUE(has(his.types({"2", "2"}), "9 digits"));
    EXPECT_TRUE(has(his.type("123456789"), "did not work"));
    EXPECT_TRUE(has(his.type(*code), "Give me one"));
    const auto given = his.type("1");
    const std::size_t at = given.text.find("PIN is ");
    ASSERT_NE(at, std::string::npos) << given.text;
    const std::string pin = given.text.substr(at + 7, 4);
    EXPECT_TRUE(has(his.type("00000"), "Not the same"));
    EXPECT_TRUE(has(his.type(pin), "again"));
    const auto done = his.type(pin);
    EXPECT_TRUE(has(done, "PIN is changed")) << done.text;
    EXPECT_EQ(his.deliver_again().text, done.text);
    EXPECT_EQ(count("audit WHERE kind = 'pin.recovered'"), "1");
    auto again = phone(peter);
    again.dial();
    EXPECT_TRUE(has(again.types({"2", pin}), "What is recorded"));
}

TEST_F(pin_life, a_locked_pin_is_released_by_paper_and_numbers_wait_three_days) {
    const auto codes = registry::issue_paper_codes(issuer(), number_of(locked));
    ASSERT_TRUE(codes);
    auto hers = phone(locked);
    hers.dial();
    EXPECT_TRUE(has(hers.types({"2", "4826"}), "1 Forgot my PIN"));
    EXPECT_TRUE(has(hers.types({"1", "1", codes->front(), "2"}), "Type a new PIN"));
    EXPECT_TRUE(has(hers.type("2024"), "Too easy"));
    EXPECT_TRUE(has(hers.types({"846297", "846297"}), "PIN is changed"));
    EXPECT_TRUE(has(hers.types({"00", "2", "846297"}), "What is recorded"));
    EXPECT_EQ(sql.value("SELECT failures FROM pin WHERE recovered_at IS NOT NULL"), "0");
    auto next = phone(locked);
    next.dial();
    EXPECT_TRUE(has(next.types({"2", "846297", "2", "8"}), "help desk"));
    world.time.advance(std::chrono::hours(73));
    auto later = phone(locked);
    later.dial();
    EXPECT_FALSE(has(later.types({"2", "846297", "2", "8"}), "help desk"));
}

TEST_F(pin_life, facts_do_not_help_where_a_number_is_not_trusted) {
    sql.run("DELETE FROM pin");
    const std::string card = sql.value(
        "SELECT g.registration_number FROM registration_group g JOIN membership m ON m.registration_group = g.id JOIN "
        "individual i ON i.id = m.individual WHERE i.given_name = 'Josiane' AND i.individual_number = '" +
        number_of(josiane) + "'");
    const auto year_of = [&](std::string_view who) {
        return sql.value("SELECT extract(year FROM birth_date) FROM individual WHERE individual_number = '" +
                         number_of(who) + "'");
    };
    auto hers = phone(josiane);
    hers.dial();
    EXPECT_TRUE(has(hers.types({"2", "3", card, year_of(josiane), "2"}), "did not work")) << "the SIM was changed";
    const std::string his_card = sql.value(
        "SELECT g.registration_number FROM registration_group g JOIN membership m ON m.registration_group = g.id JOIN "
        "individual i ON i.id = m.individual WHERE i.individual_number = '" +
        number_of(peter) + "'");
    auto his = phone(peter);
    his.dial();
    EXPECT_TRUE(has(his.types({"2", "3", his_card, "1901", "1"}), "did not work"));
    auto again = phone(peter);
    again.dial();
    EXPECT_TRUE(has(again.types({"2", "3", his_card, year_of(peter), "1"}), "Choose my own"));
}

// An operator whose answer the test gives.
struct told_operator : handlers::number_watch {
    wallet::sim_answer answer = wallet::sim_answer::same;
    task<wallet::sim_answer> about(std::string, std::optional<wall_time>) override { co_return answer; }
};

TEST_F(pin_life, guardians_help_only_where_the_operator_says_that_the_sim_is_hers) {
    sql.run(
        "INSERT INTO recovery (individual, phone, hop_key, asked_at, ready_at) "
        "SELECT p.individual, p.id, decode(repeat('07', 16), 'hex'), '2024-11-21 00:00Z', '2024-11-22 01:00Z' "
        "FROM phone p WHERE p.number_blind = '" +
        registry::bytea_parameter(as_string_view(house.blind.blind("msisdn", rana))) + "'");
    told_operator network;
    house.wallet_rooms.numbers = &network;
    const auto ask = [&] {
        auto hers = phone(rana);
        hers.dial();
        return hers.types({"6", "2", "4", "2"}).text;
    };
    std::map<wallet::sim_answer, std::string> said;
    for (const auto answer : {wallet::sim_answer::swapped, wallet::sim_answer::recycled, wallet::sim_answer::unknown,
                              wallet::sim_answer::same}) {
        network.answer = answer;
        said[answer] = ask();
    }
    EXPECT_EQ(said[wallet::sim_answer::swapped], said[wallet::sim_answer::recycled]);
    EXPECT_EQ(said[wallet::sim_answer::swapped], said[wallet::sim_answer::unknown]);
    EXPECT_NE(said[wallet::sim_answer::swapped], said[wallet::sim_answer::same]);
    EXPECT_NE(said[wallet::sim_answer::same].find("Choose my own"), std::string::npos)
        << said[wallet::sim_answer::same];
}

TEST_F(pin_life, a_duress_pin_opens_an_empty_account_where_nothing_is_done) {
    auto hers = phone(rana);
    hers.dial();
    EXPECT_TRUE(has(hers.types({"6", "2", "2", "4826"}), "empty account"));
    EXPECT_TRUE(has(hers.type("4826"), "Type the new PIN again"));
    EXPECT_TRUE(has(hers.type("4826"), "Too easy")) << "not the one that she has";
    EXPECT_TRUE(has(hers.types({"8364", "8364"}), "PIN is changed"));
    const auto before = count("change_request") + count("ticket WHERE category <> 'duress'") + count("guardian");
    const auto notices = count("outbox");
    sql.run("UPDATE registration_group SET address_line = 'behind the mosque'");

    auto forced = phone(rana);
    forced.dial();
    const auto assistance = forced.types({"1", "8364"});
    EXPECT_TRUE(has(assistance, "Nothing is planned")) << assistance.text;
    const auto address = forced.types({"00", "2", "3"});
    EXPECT_FALSE(has(address, "mosque")) << address.text;
    EXPECT_TRUE(has(forced.types({"1", "8364", "Block 9"}), "1 Yes"));
    EXPECT_TRUE(has(forced.type("1"), "reference is"));
    EXPECT_TRUE(has(forced.types({"00", "6", "2", "1", "8364", "2", "918406", "918406"}), "PIN is changed"));
    EXPECT_EQ(count("change_request") + count("ticket WHERE category <> 'duress'") + count("guardian"), before);
    EXPECT_EQ(count("outbox"), notices) << "no SMS";
    EXPECT_EQ(count("ticket WHERE category = 'duress' AND sensitive"), "1");
    EXPECT_EQ(count("duress_alarm"), "1");

    auto free = phone(rana);
    free.dial();
    EXPECT_TRUE(has(free.types({"1", "4826"}), "Food")) << "her own PIN was not changed";
    const auto mine = free.types({"00", "2", "5"});
    EXPECT_FALSE(has(mine, "duress")) << mine.text;
}

// The screens of an account in which nothing was gathered say so; none breaks off behind a colon.
TEST_F(pin_life, a_duress_session_looks_whole) {
    auto hers = phone(rana);
    hers.dial();
    hers.types({"6", "2", "2", "4826", "8364", "8364"});
    auto forced = phone(rana);
    forced.dial();
    ASSERT_TRUE(has(forced.types({"1", "8364"}), "Nothing is planned"));
    const auto looks_whole = [](const std::string& text) {
        for (std::size_t at = 0; (at = text.find(':', at)) != std::string::npos; ++at) {
            const auto after = text.find_first_not_of(' ', at + 1);
            EXPECT_TRUE(after != std::string::npos && text[after] != '\n') << text;
        }
        EXPECT_EQ(text.find("Enter your PIN"), std::string::npos) << text;
    };
    const std::vector<std::vector<std::string>> ways{
        {"2", "1"},      {"2", "2"}, {"2", "3"}, {"2", "4"}, {"2", "5"},
        {"6", "4", "1"}, {"4"},      {"5", "4"}, {"1"},      {"2", "6", "1", "Amal", "1", "1"}};
    for (const auto& way : ways) {
        forced.type("00");
        for (const auto& key : way) looks_whole(forced.type(key).text);
    }
    EXPECT_TRUE(has(forced.types({"00", "2", "6", "1", "Amal", "1", "3", "31022024"}), "no date")) << "no such day";
    EXPECT_FALSE(has(forced.types({"00", "5", "5", "7K2M", "1234"}), "7K2M")) << "nothing to be found";
}

TEST_F(pin_life, a_duress_pin_does_not_go_on_where_she_was) {
    auto hers = phone(rana);
    hers.dial();
    hers.types({"6", "2", "2", "4826", "8364", "8364"});
    auto dropped = phone(rana);
    dropped.dial();
    EXPECT_TRUE(has(dropped.types({"2", "4826", "3", "1", "Behind the well"}), "Behind the well"));
    auto forced = phone(rana);
    EXPECT_TRUE(has(forced.dial(), "1 Continue"));
    const auto shown = forced.types({"1", "8364"});
    EXPECT_TRUE(has(shown, "1 My assistance")) << shown.text;
    EXPECT_FALSE(has(shown, "well")) << shown.text;
}

TEST_F(pin_life, silence_and_a_new_number_close_what_the_number_could_change) {
    auto open = phone(rana);
    open.dial();
    EXPECT_FALSE(has(open.types({"2", "4826", "2", "8"}), "help desk"));
    for (const std::string what : {"last_seen_on = '2024-09-01'", "linked_at = '2024-11-21'"}) {
        sql.run("UPDATE phone SET last_seen_on = NULL, linked_at = NULL, confirmed_at = NULL");
        sql.run("UPDATE phone SET " + what);
        auto closed = phone(nyandeng);
        closed.dial();
        const auto told = closed.types({"2", "4826", "2", "8"});
        EXPECT_TRUE(has(told, "help desk")) << what << "\n" << told.text;
    }
}

TEST_F(pin_life, one_pin_at_many_numbers_stops_the_gateway_and_counts_against_nobody) {
    int failed = 0, sorry = 0;
    for (int i = 0; i < 400 && sorry == 0; ++i) {
        const std::string_view who = i % 2 == 0 ? rana : nyandeng;
        sql.run("UPDATE pin SET failures = 0, locked_until = NULL; DELETE FROM throttle");
        auto his = phone(who);
        his.dial();
        const auto reply = his.types({"2", "5173"});
        failed += has(reply, "did not work. Enter") ? 1 : 0;
        sorry += has(reply, "does not work right now") ? 1 : 0;
        world.time.advance(std::chrono::milliseconds(200));
    }
    EXPECT_EQ(sorry, 1);
    EXPECT_LE(failed, 80);
    sql.run("UPDATE pin SET failures = 0, locked_until = NULL");
    auto hers = phone(rana);
    hers.dial();
    EXPECT_TRUE(has(hers.types({"2", "4826"}), "does not work right now"));
    EXPECT_EQ(sql.value("SELECT max(failures) FROM pin WHERE failures < 10"), "0");
    EXPECT_NE(world.numbers.text().find("pin_breaker_openings_total 1"), std::string::npos);
    world.time.advance(std::chrono::minutes(16));
    auto later = phone(rana);
    later.dial();
    EXPECT_TRUE(has(later.types({"2", "4826"}), "What is recorded"));
}

}  // namespace
}  // namespace mlango::test
