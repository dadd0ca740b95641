#include "registry/publications.hpp"

#include "registry_fixture.hpp"

namespace mlango::registry::test {
namespace {

using namespace std::chrono_literals;

publication_wish wish(std::string_view home, std::string note = {}) {
    return {.content = {.languages = {"en", "sw"},
                        .menu = {{"dialling.yaml", "screens:\n  entry: { text: a }\n"}, {"home.yaml", "a\tb\n\\\"ê\n"}},
                        .texts = {{"en.yaml", std::string(home)}, {"sw.yaml", "habari"}}},
            .screens = 70,
            .words = 117,
            .by = "amina",
            .note = std::move(note)};
}

struct publications_test : registry_fixture {
    void SetUp() override {
        registry_fixture::SetUp();
        settings_with_connections(3);
        made_.emplace(*pool);
    }

    publication_version publish(std::string_view home) { return wait(store().publish(wish(home))).version; }
    publications& store() { return *made_; }
    std::vector<publication_version> recent(std::chrono::milliseconds window) {
        std::vector<publication_version> versions;
        for (const auto& turn : wait(store().recent(window))) versions.push_back(turn.version);
        return versions;
    }
    std::optional<rolled_back> back(std::optional<publication_version> to = {}) {
        return wait(store().roll_back(to, "baraka"));
    }
    publication_version current() { return wait(store().recent(0ms)).front().version; }

    std::optional<publications> made_;
};

TEST_F(publications_test, what_is_published_comes_back_byte_by_byte) {
    EXPECT_TRUE(recent(24h).empty());
    const auto done = wait(store().publish(wish("one", "the first")));
    EXPECT_EQ(done.version, 1U);
    EXPECT_TRUE(done.is_new);
    EXPECT_FALSE(done.was_current);
    EXPECT_EQ(wait(store().load(1)), wish("one").content);
    EXPECT_EQ(wait(store().load(2)), std::nullopt);
    const auto listed = wait(store().list(10));
    ASSERT_EQ(listed.size(), 1U);
    EXPECT_TRUE(listed[0].current);
    EXPECT_EQ(listed[0].by, "amina");
    EXPECT_EQ(listed[0].note, "the first");
    EXPECT_EQ(listed[0].screens, 70);
    EXPECT_EQ(listed[0].words, 117);
    EXPECT_EQ(listed[0].published_at.size(), std::string("2026-11-22 08:15").size());
    EXPECT_EQ(sql.value("SELECT kind || ' ' || actor || ' ' || record || ' ' || detail FROM audit"),
              "menu.published operator 1 from.files");
}

TEST_F(publications_test, the_same_content_is_the_same_version) {
    publish("one");
    const auto again = wait(store().publish(wish("one", "another note")));
    EXPECT_EQ(again.version, 1U);
    EXPECT_FALSE(again.is_new);
    EXPECT_TRUE(again.was_current);
    EXPECT_EQ(count("publication_current"), 1);
    EXPECT_EQ(count("audit"), 1);
    EXPECT_EQ(publish("two"), 2U);
    const auto before = wait(store().publish(wish("one")));
    EXPECT_EQ(before.version, 1U);
    EXPECT_FALSE(before.is_new);
    EXPECT_FALSE(before.was_current);
    EXPECT_EQ(current(), 1U);
    EXPECT_EQ(publish("three"), 3U);  // no number is lost to what was there already
    publication_wish otherwise = wish("three");
    std::swap(otherwise.content.languages[0], otherwise.content.languages[1]);
    EXPECT_EQ(wait(store().publish(otherwise)).version, 4U);
}

TEST_F(publications_test, who_publishes_the_same_at_once_gets_one_version) {
    std::vector<publication_version> got;
    for (int i = 0; i < 4; ++i)
        asio::co_spawn(context, store().publish(wish("at once")), [&](std::exception_ptr thrown, published done) {
            EXPECT_FALSE(thrown);
            got.push_back(done.version);
        });
    run_until([&] { return got.size() == 4; });
    EXPECT_EQ(got, std::vector<publication_version>(4, 1));
    EXPECT_EQ(count("publication"), 1);
    EXPECT_EQ(current(), 1U);
}

TEST_F(publications_test, a_version_is_never_changed) {
    publish("one");
    for (const char* attempt : {"UPDATE publication SET note = 'x'", "DELETE FROM publication",
                                "TRUNCATE publication CASCADE", "UPDATE publication_current SET version = NULL",
                                "DELETE FROM publication_current", "TRUNCATE publication_current"})
        EXPECT_EQ(sql.refusal(attempt), "42501") << attempt;
}

TEST_F(publications_test, what_somebody_slipped_in_is_not_given_out) {
    publish("one");
    sql.run(
        "ALTER TABLE publication DISABLE TRIGGER publication_kept;"
        "UPDATE publication SET texts = '[[\"en.yaml\", \"other\"], [\"sw.yaml\", \"habari\"]]'");
    EXPECT_EQ(wait(store().load(1)), std::nullopt);
}

TEST_F(publications_test, roll_back_goes_the_way_back_step_by_step_to_the_files) {
    EXPECT_FALSE(back());
    publish("one");
    publish("two");
    publish("three");
    const auto first = back();
    ASSERT_TRUE(first);
    EXPECT_EQ(first->from, 3U);
    EXPECT_EQ(first->to, 2U);
    EXPECT_EQ(back()->to, 1U);
    EXPECT_EQ(back()->to, the_files);
    EXPECT_EQ(current(), the_files);
    EXPECT_FALSE(back());
    EXPECT_EQ(sql.value("SELECT string_agg(coalesce(record, 0) || ' ' || detail, ', ' ORDER BY id) FROM audit "
                        "WHERE kind = 'menu.rolled_back'"),
              "2 from.3, 1 from.2, 0 from.1");
    EXPECT_EQ(publish("four"), 4U);
    EXPECT_EQ(back()->to, the_files);
}

TEST_F(publications_test, roll_back_to_a_named_version_goes_on_from_there) {
    publish("one");
    publish("two");
    publish("three");
    EXPECT_EQ(back(1)->from, 3U);
    EXPECT_FALSE(back(1)) << "current already";
    EXPECT_FALSE(back(9)) << "never published";
    EXPECT_EQ(back(3)->to, 3U);
    EXPECT_EQ(back()->to, 2U) << "what was before the third";
    EXPECT_EQ(back(the_files)->to, the_files);
    const auto events = wait(store().history(3));
    ASSERT_EQ(events.size(), 3U);
    EXPECT_EQ(events[0].version, the_files);
    EXPECT_EQ(events[0].action, "roll_back");
    EXPECT_EQ(events[0].by, "baraka");
    EXPECT_EQ(events[1].version, 2U);
}

TEST_F(publications_test, recent_is_what_was_current_within_the_window) {
    publish("one");
    publish("two");
    publish("three");
    // As if they had been published one, ten and a hundred minutes ago.
    sql.run(
        "ALTER TABLE publication_current DISABLE TRIGGER publication_current_kept;"
        "UPDATE publication_current SET at = at - CASE version WHEN 1 THEN 100 WHEN 2 THEN 10 ELSE 1 END * "
        "interval '1 minute'");
    using versions = std::vector<publication_version>;
    EXPECT_EQ(recent(0ms), (versions{3}));
    EXPECT_EQ(recent(2min), (versions{3, 2})) << "the second was current two minutes ago";
    EXPECT_EQ(recent(11min), (versions{3, 2, 1}));
    EXPECT_EQ(recent(24h), (versions{3, 2, 1}));
    const auto turns = wait(store().recent(24h));
    EXPECT_GE(turns[1].age, 10min);
    EXPECT_LT(turns[1].age, 11min);
}

}  // namespace
}  // namespace mlango::registry::test
