#include <gtest/gtest.h>

#include "gsm/smpp/ussd_dialogues.hpp"

namespace mlango::gsm::smpp {
namespace {

using namespace std::chrono_literals;

const msisdn her = *msisdn::from_e164("254711000001");
const msisdn him = *msisdn::from_e164("254711000002");

ussd_heard heard(ussd_step step, std::string session, std::string text = {}, const msisdn& from = her) {
    return {.step = step,
            .session = std::move(session),
            .from = from,
            .service_code = "*384#",
            .text = std::move(text),
            .line = {}};
}

class dialogues : public testing::Test {
protected:
    template <class News>
    News only(ussd_news news) {
        if (auto* one = std::get_if<News>(&news)) return std::move(*one);
        ADD_FAILURE() << "other news: " << news.index();
        return {};
    }
    ussd_press press(ussd_heard what) { return only<ussd_press>(all.hear(std::move(what), now)); }

    ussd_profile profile = *find_ussd_profile("spec");
    ussd_dialogues all{profile, {.most = 3, .silence = 60s, .reply_within = 10s}};
    ussd_dialogues::time_point now = ussd_dialogues::time_point(1h);
};

TEST_F(dialogues, from_dial_to_last_screen) {
    const auto first = press(heard(ussd_step::begin, "0100", "*384#"));
    EXPECT_TRUE(first.dials);
    EXPECT_EQ(first.text, "*384#");
    only<ussd_ignored>(all.hear(heard(ussd_step::answer, "0100", "1"), now));  // nothing was shown yet
    all.answered(first.id, false, now);
    const auto second = press(heard(ussd_step::answer, "0100", "1"));
    EXPECT_EQ(second.id, first.id);
    EXPECT_FALSE(second.dials);
    all.answered(second.id, true, now);
    EXPECT_EQ(all.find(first.id), nullptr);
    EXPECT_EQ(all.size(), 0u);
    EXPECT_EQ(all.next_deadline(), ussd_dialogues::time_point::max());
}

TEST_F(dialogues, two_people_with_one_id_stay_apart) {
    const auto one = press(heard(ussd_step::begin, "0100", "*384#"));
    const auto two = press(heard(ussd_step::begin, "0100", "*384#", him));
    EXPECT_NE(one.id, two.id);
    EXPECT_EQ(all.find(two.id)->from, him);
}

TEST_F(dialogues, a_dial_with_a_live_id_begins_anew) {
    const auto one = press(heard(ussd_step::begin, "0100", "*384#"));
    const auto two = press(heard(ussd_step::begin, "0100", "*384#"));
    EXPECT_NE(one.id, two.id);
    EXPECT_EQ(all.find(one.id), nullptr);
    EXPECT_EQ(all.size(), 1u);
}

TEST_F(dialogues, an_unknown_answer_is_of_one_that_began_before_a_restart) {
    const auto taken = press(heard(ussd_step::answer, "0100", "2"));
    EXPECT_FALSE(taken.dials);
    EXPECT_EQ(all.find(taken.id)->session, "0100");
    only<ussd_ignored>(all.hear(heard(ussd_step::end, "0200"), now));
    only<ussd_ignored>(all.hear(heard(ussd_step::acknowledged, "0200"), now));
}

TEST_F(dialogues, an_end_is_told_once) {
    const auto one = press(heard(ussd_step::begin, "0100", "*384#"));
    EXPECT_EQ(only<ussd_over>(all.hear(heard(ussd_step::end, "0100"), now)).id, one.id);
    only<ussd_ignored>(all.hear(heard(ussd_step::end, "0100"), now));
    all.answered(one.id, false, now);  // too late
    EXPECT_EQ(all.size(), 0u);
}

TEST_F(dialogues, silence_of_hers_and_of_ours_ends_them) {
    const auto one = press(heard(ussd_step::begin, "0100", "*384#"));
    const auto two = press(heard(ussd_step::begin, "0200", "*384#"));
    all.answered(one.id, false, now);
    EXPECT_EQ(all.next_deadline(), now + 10s);
    EXPECT_TRUE(all.expire(now + 10s - 1ms).empty());
    auto over = all.expire(now + 10s);
    ASSERT_EQ(over.size(), 1u);
    EXPECT_EQ(std::get<ussd_over>(over[0]).id, two.id);
    over = all.expire(now + 60s);
    ASSERT_EQ(over.size(), 1u);
    EXPECT_EQ(std::get<ussd_over>(over[0]).id, one.id);
    EXPECT_TRUE(std::get<ussd_over>(over[0]).in_silence);
}

TEST_F(dialogues, no_more_than_the_limit) {
    for (const auto* id : {"01", "02", "03"}) press(heard(ussd_step::begin, id, "*384#"));
    only<ussd_ignored>(all.hear(heard(ussd_step::begin, "04", "*384#"), now));
    only<ussd_ignored>(all.hear(heard(ussd_step::answer, "05", "1"), now));
    EXPECT_EQ(all.open(him, line_to(profile, him, "384", 9), now + 30s), 0u);
    only<ussd_over>(all.hear(heard(ussd_step::end, "02"), now));
    press(heard(ussd_step::begin, "04", "*384#"));
}

TEST_F(dialogues, what_the_network_begins_ends_in_one_of_four_ways) {
    using outcome = ussd_pushed::outcome;
    const std::pair<ussd_step, outcome> rows[] = {{ussd_step::answer, outcome::answered},
                                                  {ussd_step::acknowledged, outcome::acknowledged},
                                                  {ussd_step::end, outcome::refused}};
    for (const auto& [step, wanted] : rows) {
        const auto id = all.open(her, line_to(profile, her, "384", 9), now + 30s);
        ASSERT_NE(id, 0u);
        EXPECT_EQ(all.open(her, line_to(profile, her, "384", 9), now + 30s), 0u);  // the same name
        const auto told = only<ussd_pushed>(all.hear(heard(step, "0900", "1"), now));
        EXPECT_EQ(told.id, id);
        EXPECT_EQ(told.end, wanted);
        EXPECT_EQ(told.answer, wanted == outcome::answered ? "1" : "");
        EXPECT_EQ(all.size(), 0u);
    }
    EXPECT_NE(all.open(her, line_to(profile, her, "384", 9), now + 30s), 0u);
    const auto over = all.expire(now + 30s);
    ASSERT_EQ(over.size(), 1u);
    EXPECT_EQ(std::get<ussd_pushed>(over[0]).end, outcome::unconfirmed);
}

TEST_F(dialogues, where_ids_change_the_number_is_enough_unless_it_has_two) {
    profile = *find_ussd_profile("changing_ids");
    const auto one = press(heard(ussd_step::begin, "0100", "*384#"));
    all.answered(one.id, false, now);
    auto next = press(heard(ussd_step::answer, "0200", "1"));
    EXPECT_EQ(next.id, one.id);
    EXPECT_EQ(all.find(one.id)->session, "0100");  // the sink knows it by its first name
    all.answered(one.id, false, now);
    EXPECT_EQ(press(heard(ussd_step::answer, "0200", "1")).id, one.id);
    all.answered(one.id, false, now);
    press(heard(ussd_step::begin, "0500", "*384#"));
    EXPECT_NE(press(heard(ussd_step::answer, "0600", "1")).id, one.id);  // of neither, surely
    EXPECT_EQ(only<ussd_over>(all.hear(heard(ussd_step::end, "0200"), now)).id, one.id);
}

TEST_F(dialogues, where_ids_hold_another_id_is_another_dialogue) {
    const auto one = press(heard(ussd_step::begin, "0100", "*384#"));
    all.answered(one.id, false, now);
    EXPECT_NE(press(heard(ussd_step::answer, "0200", "1")).id, one.id);
}

}  // namespace
}  // namespace mlango::gsm::smpp
