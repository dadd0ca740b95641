// Published menus in a played house: versions side by side, rolled back, refused, held over a restart.
#include "server/editions.hpp"

#include "tests/support/played_house.hpp"

namespace mlango::server {
namespace {

using namespace std::chrono_literals;
using mlango::test::played_house;
using mlango::test::played_phone;
using mlango::test::played_world;

constexpr std::string_view english = "+254711000001";
constexpr std::string_view line = "1 My assistance";

struct editions_test : testing::Test {
    played_world world;
    std::unique_ptr<const templates::edition> files = world.edition();

    // A server: a house with its keeper. What it looks at is due at once.
    struct serving {
        explicit serving(editions_test& test, std::chrono::milliseconds settle = 0ms)
            : house(test.world),
              published(house.pool),
              keeper(house.editions, published, loading, house.steady, test.world.random, test.world.numbers,
                     {.pause = 1s, .settle = settle, .lasting = 20min}) {
            house.connected();
        }
        void look() { house.wait(keeper.look()); }
        [[nodiscard]] std::uint32_t current() const { return house.editions.current().version; }

        played_house house;
        registry::publications published;
        worker_pool loading{"menu-load", 1, 8};  // its threads end before the house's loop does
        edition_keeper keeper;
    };

    // The files with another word on Home's first line.
    [[nodiscard]] templates::edition_sources with(std::string_view word) const {
        templates::edition_sources from{
            .menu = *templates::read_sources(MLANGO_SOURCE_DIR "/templates/menus/main"),
            .texts = *templates::read_sources(MLANGO_SOURCE_DIR "/templates/texts"),
            .languages = {},
        };
        for (const auto& language : files->words.languages()) from.languages.push_back(language.code);
        for (auto& [name, content] : from.texts) {
            constexpr std::string_view old = "\"My assistance\", room";
            if (const auto at = content.find(old); name == "en.yaml" && at != std::string::npos)
                content.replace(at, old.size(), fmt::format("\"{}\", room", word));
        }
        return from;
    }
    std::uint32_t publish(serving& by, templates::edition_sources from) {
        return by.house
            .wait(by.published.publish(
                {.content = content_of(from), .screens = 1, .words = 1, .by = "amina", .note = {}}))
            .version;
    }
    std::uint32_t publish(serving& by, std::string_view word) { return publish(by, with(word)); }
    static std::string first_line(const gsm::ussd_reply& reply) { return reply.text.substr(0, reply.text.find('\n')); }
    played_phone dialling(serving& at) {
        played_phone phone(at.house, english, world.fresh());
        EXPECT_EQ(first_line(phone.dial()).substr(0, 2), "1 ");
        return phone;
    }
    std::string home_of_newcomer(serving& at) {
        played_phone phone(at.house, english, world.fresh());
        return first_line(phone.dial());
    }
};

TEST_F(editions_test, a_session_ends_on_the_version_it_began_with_while_new_ones_begin_on_the_next) {
    serving server(*this);
    auto on_files = dialling(server);
    ASSERT_EQ(publish(server, "Help for you"), 1U);
    EXPECT_EQ(home_of_newcomer(server), line) << "nobody looked yet";
    server.look();
    auto on_first = dialling(server);
    publish(server, "What you get");
    server.look();
    EXPECT_EQ(server.current(), 2U);
    EXPECT_EQ(home_of_newcomer(server), "1 What you get");
    // Each goes away from Home and comes back.
    EXPECT_EQ(first_line(on_files.types({"5", "0"})), line);
    EXPECT_EQ(first_line(on_first.types({"5", "0"})), "1 Help for you");
}

TEST_F(editions_test, a_roll_back_is_taken_over_step_by_step_to_the_files) {
    serving server(*this);
    publish(server, "One");
    publish(server, "Two");
    server.look();
    auto on_second = dialling(server);
    ASSERT_TRUE(server.house.wait(server.published.roll_back({}, "amina")));
    server.look();
    EXPECT_EQ(home_of_newcomer(server), "1 One");
    EXPECT_EQ(first_line(on_second.types({"5", "0"})), "1 Two");
    ASSERT_TRUE(server.house.wait(server.published.roll_back({}, "amina")));
    server.look();
    EXPECT_EQ(home_of_newcomer(server), line);
}

TEST_F(editions_test, every_server_holds_a_version_before_any_begins_with_it) {
    serving server(*this, 10min);
    publish(server, "One");
    server.look();
    EXPECT_NE(server.house.editions.find(1), nullptr);
    EXPECT_EQ(home_of_newcomer(server), line);
    mlango::test::sql_session(world.registry.conninfo())
        .run(
            "ALTER TABLE publication_current DISABLE TRIGGER publication_current_kept;"
            "UPDATE publication_current SET at = at - interval '11 minutes'");
    server.look();
    EXPECT_EQ(home_of_newcomer(server), "1 One");
}

TEST_F(editions_test, a_version_of_a_newer_program_is_refused_and_what_was_served_is_served_on) {
    serving server(*this);
    publish(server, "One");
    server.look();
    auto newer = with("Two");
    newer.menu.push_back(
        {"newer.yaml", "screens:\n  newer:\n    load: of_a_newer_program\n    text: home.title\n    end: true\n"});
    // Somebody leads there, so that the menu itself is sound.
    for (auto& [name, content] : newer.menu)
        if (name == "home.yaml") content.replace(content.find("to: help"), 8, "to: newer");
    for (auto& [name, content] : newer.menu)
        if (const auto at = content.find("root: true\n"); name == "home.yaml" && at != std::string::npos)
            content.replace(content.find("options:\n", at), 9,
                            "options:\n      - { key: 7, text: home.help, to: help }\n");
    const auto loads = templates::edition::load(newer);
    ASSERT_TRUE(loads) << loads.error().front();
    ASSERT_EQ(publish(server, newer), 2U);
    auto& refusals = world.numbers.count("menu_versions_refused_total", "");
    server.look();
    server.look();
    EXPECT_EQ(refusals.value(), 1U) << "and is not read again at every look";
    EXPECT_EQ(home_of_newcomer(server), "1 One");
    serving restarted(*this);
    restarted.look();
    EXPECT_EQ(home_of_newcomer(restarted), "1 One") << "the newest that it can serve";
    publish(server, "Three");
    server.look();
    EXPECT_EQ(home_of_newcomer(server), "1 Three");
}

TEST_F(editions_test, a_restarted_server_holds_what_sessions_are_on) {
    serving server(*this);
    publish(server, "One");
    server.look();
    auto phone = dialling(server);
    publish(server, "Two");
    serving restarted(*this);
    restarted.look();
    phone.use(restarted.house);
    EXPECT_EQ(first_line(phone.types({"5", "0"})), "1 One");
    EXPECT_EQ(home_of_newcomer(restarted), "1 Two");
}

TEST_F(editions_test, of_a_version_that_nobody_can_be_on_nothing_is_left) {
    serving server(*this);
    publish(server, "One");
    server.look();
    auto forgotten = dialling(server);
    publish(server, "Two");
    server.look();
    EXPECT_EQ(home_of_newcomer(server), "1 Two");
    mlango::test::sql_session(world.registry.conninfo())
        .run(
            "ALTER TABLE publication_current DISABLE TRIGGER publication_current_kept;"
            "UPDATE publication_current SET at = at - interval '2 hours'");
    server.house.editions.tidy(server.house.steady.steady() + 2h);
    EXPECT_EQ(server.house.editions.find(1), nullptr);
    publish(server, "Three");
    server.look();
    EXPECT_EQ(home_of_newcomer(server), "1 Three");
    EXPECT_EQ(first_line(forgotten.type("5")), "1 Three") << "begins anew";
}

TEST_F(editions_test, while_the_registry_is_away_what_is_held_is_served) {
    serving server(*this);
    publish(server, "One");
    server.look();
    world.registry.away();
    server.house.run_until([&] { return !server.house.pool.connected(); });
    EXPECT_THROW(server.look(), registry::registry_unavailable);
    EXPECT_EQ(server.current(), 1U);
    world.registry.back();
    server.house.connected();
    publish(server, "Two");
    server.look();
    EXPECT_EQ(server.current(), 2U);
}

TEST_F(editions_test, run_looks_by_itself_and_ends_when_it_is_cancelled) {
    serving server(*this);
    edition_keeper often(server.house.editions, server.published, server.loading, server.house.steady, world.random,
                         world.numbers, {.pause = 10ms, .settle = 0ms});
    task_group group(server.house.context.get_executor());
    group.spawn("menu", often.run());
    publish(server, "One");
    server.house.run_until([&] { return server.current() == 1; });
    server.house.wait(group.close(server.house.steady.steady()));
    EXPECT_EQ(group.size(), 0U);
}

}  // namespace
}  // namespace mlango::server
