// The desk with real PostgreSQL and Redis where deliveries repeat, race, come late, and parts are away.
#include <barrier>
#include <thread>

#include "tests/support/folder_of_files.hpp"
#include "tests/support/played_house.hpp"

namespace mlango::test {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view english = "+254711000012";  // Rana of the demo people
constexpr std::string_view swahili = "+254711000002";
constexpr std::string_view french = "+254711000003";
constexpr std::string_view stranger = "+254711000099";

bool shows(const gsm::ussd_reply& reply, std::string_view part) {
    return reply.text.find(part) != std::string::npos;
}

class desk : public testing::Test {
protected:
    std::string value(const std::string& sql) { return sql_session(world.registry.conninfo()).value(sql); }
    std::int64_t count(const std::string& what) { return std::stoll(value("SELECT count(*) FROM " + what)); }
    // Wishes since the seeding.
    std::int64_t wishes() { return count("change_request WHERE asked_at > now() - interval '1 hour'"); }
    std::int64_t counted(std::string_view name) {
        return static_cast<std::int64_t>(world.numbers.count(name, "").value());
    }

    played_phone phone(std::string_view e164, std::string session = "s") {
        return played_phone(house, e164, std::move(session));
    }
    // Before the last key press of a wish: "Change to: …? 1 Yes".
    played_phone before_the_wish(std::string session = "s") {
        auto her = phone(english, std::move(session));
        her.dial();
        EXPECT_TRUE(shows(her.types({"2", "4826", "3", "1", "Block 7, shelter 3"}), "1 Yes"));
        return her;
    }

    played_world world;
    played_house house{world};

    desk() { house.connected(); }
};

TEST_F(desk, fifty_deliveries_at_once_are_one_wish_and_one_screen) {
    auto her = before_the_wish();
    her.add("1");
    const auto replies = house.at_once(std::vector(50, her.last_hop()), her.profile);
    for (const auto& reply : replies) EXPECT_EQ(reply.text, replies.front().text);
    EXPECT_TRUE(shows(replies.front(), "Your reference is")) << replies.front().text;
    EXPECT_EQ(wishes(), 1);
    EXPECT_EQ(count("outbox WHERE text_key = 'sms.request'"), 1);
    EXPECT_EQ(count("audit WHERE kind = 'change.asked' AND at > now() - interval '1 hour'"), 1);
}

TEST_F(desk, two_servers_at_once_are_one_wish_and_one_screen) {
    auto her = before_the_wish();
    her.add("1");
    played_house other(world);
    other.connected();
    std::vector<gsm::ussd_reply> replies[2];
    std::barrier start(2);
    const auto deliver = [&](played_house& at, std::vector<gsm::ussd_reply>& out) {
        start.arrive_and_wait();
        out = at.at_once(std::vector(25, her.last_hop()), her.profile);
    };
    std::thread second([&] { deliver(other, replies[1]); });
    deliver(house, replies[0]);
    second.join();
    for (const auto& of : replies)
        for (const auto& reply : of) EXPECT_EQ(reply.text, replies[0].front().text);
    EXPECT_TRUE(shows(replies[0].front(), "Your reference is")) << replies[0].front().text;
    EXPECT_EQ(wishes(), 1);
    EXPECT_EQ(count("outbox WHERE text_key = 'sms.request'"), 1);
}

TEST_F(desk, a_dial_delivered_at_once_is_one_session) {
    const auto her = phone(english);
    for (const auto& reply : house.at_once(std::vector(50, her.last_hop()), her.profile))
        EXPECT_EQ(reply.text,
                  "1 My assistance\n2 My details\n3 My ID\n4 Appointments\n5 Help\n6 Settings\n9 Another person");
    EXPECT_GT(counted("ussd_session_conflicts_total"), 0) << "the conflict was not met: nothing was tested";
}

TEST_F(desk, a_wrong_pin_delivered_at_once_is_one_failure) {
    auto her = phone(english);
    her.dial();
    her.type("1");
    her.add("1111");
    for (const auto& reply : house.at_once(std::vector(50, her.last_hop()), her.profile))
        EXPECT_TRUE(shows(reply, "That did not work")) << reply.text;
    EXPECT_EQ(value("SELECT failures FROM pin p JOIN individual i ON i.id = p.individual WHERE i.given_name = 'Rana'"),
              "1");
}

TEST_F(desk, a_right_pin_delivered_at_once_opens) {
    auto her = phone(english);
    her.dial();
    her.type("1");
    her.add("4826");
    for (const auto& reply : house.at_once(std::vector(4, her.last_hop()), her.profile))
        EXPECT_TRUE(shows(reply, "1 Food")) << reply.text;
    EXPECT_TRUE(shows(her.type("1"), "Coming")) << "the session knows that the PIN was right";
}

TEST_F(desk, two_answers_at_once_to_one_screen_are_one_answer) {
    for (int round = 0; round < 10; ++round) {
        auto her = phone(english, "two answers " + std::to_string(round));
        her.dial();
        auto other = her;
        her.add("5");
        other.add("6");
        const auto replies = house.at_once({her.last_hop(), other.last_hop()}, her.profile);
        EXPECT_EQ(replies[0].text, replies[1].text);
        EXPECT_TRUE(shows(replies[0], "Help\n") || shows(replies[0], "Settings\n")) << replies[0].text;
    }
}

TEST_F(desk, a_late_or_divergent_delivery_gets_the_screen_that_she_sees) {
    auto her = phone(english);
    her.dial();
    her.type("2");
    const auto late = her.last_hop();
    her.type("4826");
    const auto shown = her.type("5");
    const auto divergent = [&] {
        auto hop = her.last_hop();
        hop.transcript.back() = '4';
        return hop;
    }();
    auto dialled_again = her.last_hop();
    dialled_again.transcript.clear();
    EXPECT_EQ(house.hop(late, her.profile).text, shown.text);
    EXPECT_EQ(house.hop(divergent, her.profile).text, shown.text);
    EXPECT_EQ(house.hop(dialled_again, her.profile).text, shown.text);
    EXPECT_EQ(counted("ussd_repeated_hops_total"), 3);
    EXPECT_TRUE(shows(her.type("0"), "1 What is recorded")) << "and the session goes on";
}

TEST_F(desk, nothing_is_begun_when_the_time_is_nearly_over) {
    auto her = before_the_wish();
    her.add("1");
    const auto late = [&](gsm::ussd_hop hop) {
        const auto until = world.time.steady() + her.profile.deadline * 3 / 10 - 1ms;
        return house.wait(house.ussd.on_hop(std::move(hop), her.profile, until));
    };
    const auto sorry = late(her.last_hop());
    EXPECT_TRUE(shows(sorry, "Sorry")) << sorry.text;
    EXPECT_FALSE(sorry.ends) << "the session goes on";
    EXPECT_EQ(wishes(), 0);
    EXPECT_TRUE(shows(her.type("0"), "1 Yes")) << "back tries again";
    EXPECT_TRUE(shows(her.type("1"), "Your reference is"));
    EXPECT_EQ(wishes(), 1);

    const auto unknown = late(phone(french, "another").last_hop());
    EXPECT_TRUE(shows(unknown, "Sorry")) << "the registry is not asked for her language any more: " << unknown.text;
    EXPECT_TRUE(unknown.ends);
    EXPECT_TRUE(shows(late(phone(english, "third").last_hop()), "Sorry"));
}

TEST_F(desk, who_dials_too_often_is_asked_to_wait_and_repeats_cost_nothing) {
    world.operation.dials_per_minute = 6;
    world.operation.dials_burst = 2;
    auto first = phone(english, "1");
    EXPECT_TRUE(shows(first.dial(), "1 My assistance"));
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(shows(first.deliver_again(), "1 My assistance"));
    EXPECT_TRUE(shows(phone(english, "2").dial(), "1 My assistance"));
    const auto refused = phone(english, "3").dial();
    EXPECT_TRUE(shows(refused, "Sorry")) << refused.text;
    EXPECT_TRUE(refused.ends);
    EXPECT_EQ(counted("ussd_limited_dials_total"), 1);
    EXPECT_TRUE(shows(first.type("5"), "Call me back")) << "a session that runs is not limited";
    EXPECT_TRUE(shows(phone(swahili, "4").dial(), "1 Msaada")) << "nor is another number";
    world.time.advance(10s);
    EXPECT_TRUE(shows(phone(english, "5").dial(), "1 My assistance"));
}

TEST_F(desk, an_ended_session_is_not_gone_on_with) {
    auto her = phone(english);
    her.dial();
    her.types({"2", "4826"});
    her.hang_up();
    const auto repeated = her.deliver_again();
    EXPECT_TRUE(shows(repeated, "1 What is recorded"));
    EXPECT_TRUE(repeated.ends);
    EXPECT_EQ(her.type("1").text,
              "1 My assistance\n2 My details\n3 My ID\n4 Appointments\n5 Help\n6 Settings\n9 Another person");
    EXPECT_TRUE(shows(her.type("2"), "Enter your PIN")) << "nobody goes on with her PIN";
}

TEST_F(desk, an_end_beside_an_answer_ends_the_session_all_the_same) {
    for (int round = 0; round < 10; ++round) {
        auto her = phone(english, "race " + std::to_string(round));
        her.dial();
        her.types({"2", "4826"});
        auto end = her.last_hop();
        end.event = gsm::ussd_event::abort;
        end.identity = gsm::hop_identity::none;
        end.transcript.clear();
        her.add("1");
        auto hops = std::vector{her.last_hop(), end};
        if (round % 2 == 1) std::swap(hops[0], hops[1]);
        house.at_once(hops, her.profile);
        her.type("0");
        EXPECT_TRUE(shows(her.type("2"), "Enter your PIN")) << round;
    }
}

TEST_F(desk, another_menu_begins_anew_instead_of_misreading_the_session) {
    auto her = phone(english);
    her.dial();
    her.types({"2", "4826", "3", "1"});
    folder_of_files folder;
    const auto files = *templates::read_sources(world.menu);
    for (const auto& file : files) folder.write(file.name, file.content + "\n# another version\n");
    world.menu = folder.path().string();
    played_house newer(world);
    newer.connected();
    ASSERT_NE(newer.editions.current().version, house.editions.current().version);
    her.use(newer);
    EXPECT_EQ(her.type("Block 1, shelter 2").text,
              "1 My assistance\n2 My details\n3 My ID\n4 Appointments\n5 Help\n6 Settings\n9 Another person");
    EXPECT_TRUE(shows(her.type("2"), "Enter your PIN"));
}

TEST_F(desk, the_same_session_id_of_another_number_is_another_session) {
    auto her = phone(english, "same");
    auto him = phone(swahili, "same");
    her.dial();
    her.types({"2", "4826"});
    EXPECT_TRUE(shows(him.dial(), "1 Msaada wangu"));
    EXPECT_TRUE(shows(him.type("2"), "Weka PIN yako"));
    EXPECT_TRUE(shows(her.type("1"), "Name: R*** A***"));
    auto other_gateway = her.last_hop();
    other_gateway.gateway = "another";
    EXPECT_EQ(house.hop(other_gateway, her.profile).text,
              "1 My assistance\n2 My details\n3 My ID\n4 Appointments\n5 Help\n6 Settings\n9 Another person");
}

TEST_F(desk, a_gateway_that_tells_no_hop_from_another_makes_as_many_wishes_as_she_does) {
    gsm::gateway_profile profile;
    const auto hop = [&](std::string input) {
        auto made = phone(english).last_hop();
        made.identity = gsm::hop_identity::none;
        made.event = input.empty() ? gsm::ussd_event::begin : gsm::ussd_event::answer;
        made.input = std::move(input);
        return house.hop(std::move(made), profile);
    };
    hop("");
    hop("2");
    hop("1111");
    hop("2222");
    EXPECT_EQ(value("SELECT failures FROM pin p JOIN individual i ON i.id = p.individual WHERE i.given_name = 'Rana'"),
              "2");
    EXPECT_TRUE(shows(hop("4826"), "1 What is recorded"));
    std::string references[2];
    for (auto& reference : references) {
        for (const char* input : {"3", "1", "Block 7"}) hop(input);
        reference = hop("1").text;
        hop("0");
        hop("2");
    }
    EXPECT_TRUE(references[0].find("Your reference is") != std::string::npos) << references[0];
    EXPECT_NE(references[0], references[1]);
    EXPECT_EQ(wishes(), 2);
}

TEST_F(desk, a_session_without_end_begins_anew) {
    auto her = phone(english);
    her.dial();
    int plain = 0;
    for (int i = 0; i < 210; ++i)
        if (!shows(her.type("8"), "Please choose")) ++plain;
    EXPECT_EQ(plain, 1);
}

TEST_F(desk, a_fault_of_ours_is_an_apology_and_the_server_goes_on) {
    auto her = phone(english);
    her.dial();
    her.types({"2", "4826"});
    sql_session(world.registry.conninfo())
        .run(
            "UPDATE membership SET until = current_date WHERE individual = "
            "(SELECT id FROM individual WHERE given_name = 'Rana')");
    testing::internal::CaptureStderr();
    const auto sorry = her.type("1");
    const std::string log = testing::internal::GetCapturedStderr();
    EXPECT_TRUE(shows(sorry, "Sorry")) << sorry.text;
    EXPECT_TRUE(sorry.ends);
    EXPECT_NE(log.find("hop_failed"), std::string::npos) << log;
    EXPECT_EQ(log.find("4826"), std::string::npos) << log;
    EXPECT_EQ(log.find("711000012"), std::string::npos) << log;
    EXPECT_TRUE(shows(phone(swahili).dial(), "1 Msaada"));
}

TEST(desk_under_load, a_full_pin_queue_is_an_apology_and_the_session_goes_on) {
    played_world world{.pin_queue = 0};
    played_house house(world);
    house.connected();
    played_phone her(house, english, "s");
    her.dial();
    her.type("1");
    const auto sorry = her.type("4826");
    EXPECT_TRUE(shows(sorry, "Sorry")) << sorry.text;
    EXPECT_FALSE(sorry.ends);
    EXPECT_TRUE(shows(her.type("0"), "Enter your PIN"));
    EXPECT_TRUE(shows(her.type("00"), "5 Help")) << "what needs no PIN still works";
}

class desk_on_its_own_redis : public testing::Test {
protected:
    desk_on_its_own_redis() {
        world.redis_url = redis.url();
        house.emplace(world).connected();
    }
    void without_redis() {
        redis.kill();
        house->run_until([&] { return !house->redis.connected(); });
    }
    void with_redis() {
        redis.start();
        house->connected();
    }
    gsm::ussd_reply dial(std::string_view e164) {
        return played_phone(*house, e164, "session " + std::to_string(++sessions)).dial();
    }

    tests::private_redis redis{{"--rdbcompression", "no"}};
    played_world world;
    std::optional<played_house> house;
    int sessions = 0;
};

TEST_F(desk_on_its_own_redis, apologises_in_her_language_and_recovers_by_itself) {
    auto spoken = played_phone(*house, stranger, "spoken");
    spoken.dial();
    EXPECT_TRUE(shows(spoken.type("2"), "Karibu")) << "a stranger who chose Swahili";
    without_redis();
    const auto middle = spoken.type("1");
    EXPECT_TRUE(shows(middle, "Samahani")) << "spoken a moment ago: " << middle.text;
    EXPECT_TRUE(middle.ends);
    EXPECT_TRUE(shows(dial(french), "Désolé")) << "the registry knows";
    EXPECT_TRUE(shows(dial("+254711000098"), "Sorry")) << "nobody knows";
    world.operation.local = {{.prefixes = {"+255"}, .service_code = {}, .default_language = "sw"}};
    EXPECT_TRUE(shows(dial("+255711000098"), "Samahani")) << "what is spoken first where the number is";
    with_redis();
    EXPECT_TRUE(shows(dial(french), "1 Mon aide"));
}

TEST_F(desk_on_its_own_redis, apologises_in_time_when_redis_does_not_answer) {
    auto her = played_phone(*house, french, "frozen");
    her.dial();
    redis.freeze();
    const auto before = std::chrono::steady_clock::now();
    const auto sorry = her.type("5");
    EXPECT_LT(std::chrono::steady_clock::now() - before, her.profile.deadline);
    EXPECT_TRUE(shows(sorry, "Désolé")) << sorry.text;
    redis.thaw();
    house->connected();
    EXPECT_TRUE(shows(dial(french), "1 Mon aide"));
}

TEST_F(desk_on_its_own_redis, a_session_id_used_again_another_day_is_another_wish) {
    for (int day = 0; day < 2; ++day) {
        auto her = played_phone(*house, english, "the same id");
        her.dial();
        EXPECT_TRUE(shows(her.types({"2", "4826", "3", "1", "Block 7, shelter 3", "1"}), "Your reference is"));
        without_redis();  // and what it held is forgotten
        world.time.advance(24h);
        with_redis();
    }
    EXPECT_EQ(sql_session(world.registry.conninfo())
                  .value("SELECT count(*) FROM change_request WHERE asked_at > now() - interval '1 hour'"),
              "2");
}

TEST_F(desk_on_its_own_redis, keeps_nothing_readable_there) {
    auto her = played_phone(*house, english, "session-name-of-the-gateway");
    her.dial();
    her.types({"2", "4826", "3", "1", "Block 7, shelter 3", "1"});
    const auto saved = house->wait(house->redis.command({"SAVE"}));
    ASSERT_TRUE(saved && std::holds_alternative<std::string>(*saved));
    std::ifstream in(std::filesystem::path(redis.socket()).parent_path() / "dump.rdb", std::ios::binary);
    std::ostringstream held;
    held << in.rdbuf();
    const std::string dump = held.str();
    ASSERT_NE(dump.find(world.session_prefix), std::string::npos) << "the session is in the dump";
    for (const char* secret : {"4826", "711000012", "Block 7", "session-name", "Your reference", "played"})
        EXPECT_EQ(dump.find(secret), std::string::npos) << secret;
}

}  // namespace
}  // namespace mlango::test
