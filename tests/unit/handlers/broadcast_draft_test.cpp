#include "handlers/broadcast_draft.hpp"

#include <gtest/gtest.h>

namespace mlango::handlers {
namespace {

using texts = std::vector<registry::broadcast_text>;

templates::declarations with_words() {
    templates::declarations declared;
    declared.forbidden = {{"en", {"refugee"}}, {"sw", {"mkimbizi"}}, {"ar", {"لاجئ"}}};
    declared.secret = {{"en", {"pin"}}};
    return declared;
}

std::vector<std::string> faults(const texts& all) {
    return faults_of(all, with_words(), "*384#");
}

TEST(broadcast_draft, only_the_code_is_filled_in) {
    EXPECT_EQ(worded("Dial {code}, then {code}", "*384#"), "Dial *384#, then *384#");
    EXPECT_EQ(worded("", "*384#"), "");
    EXPECT_TRUE(faults({{"en", "Food from 8 to 12. Dial {code}"}}).empty());
    for (const char* text : {"Dear {name}", "Dial {code", "a } b", "{{code}}", "{ code }"})
        EXPECT_EQ(faults({{"en", text}}).size(), 1U) << text;
}

TEST(broadcast_draft, what_no_sms_may_say_is_refused_in_every_language) {
    EXPECT_FALSE(faults({{"en", "For every Refugee"}}).empty());
    EXPECT_FALSE(faults({{"en", "Kwa mkimbizi"}}).empty());  // another language's word under this one's name
    EXPECT_FALSE(faults({{"ar", "لكل لاجئ"}}).empty());
    EXPECT_FALSE(faults({{"en", "Case 803-22C00011 is ready"}}).empty());
    EXPECT_FALSE(faults({{"en", "See https://example.org/a?token=1"}}).empty());
    EXPECT_FALSE(faults({{"en", "Your PIN is 4826"}}).empty());
    EXPECT_FALSE(faults({{"xx", "Hello"}}).empty());  // no list of forbidden words
    EXPECT_FALSE(faults({{"en", "Hello"}, {"en", "Hello"}}).empty());
    EXPECT_FALSE(faults({}).empty());
    EXPECT_FALSE(faults({{"en", ""}}).empty());
    EXPECT_FALSE(faults({{"en", std::string(153 * most_messages + 1, 'a')}}).empty());
    EXPECT_TRUE(faults({{"en", std::string(153 * most_messages, 'a')}}).empty());
}

TEST(broadcast_draft, figures_are_recipients_times_messages) {
    registry::broadcast_count count;
    count.recipients = 30;
    count.languages = {{.language = "ar", .recipients = 10, .others = 2}, {.language = "en", .recipients = 20}};
    const auto all = figures_of({{"ar", "مرحبا"}, {"en", std::string(161, 'a')}, {"sw", "Habari"}}, count, "*384#");
    ASSERT_EQ(all.languages.size(), 3U);
    EXPECT_EQ(all.languages[0].size.coding, gsm::sms_coding::ucs2);
    EXPECT_EQ(all.languages[0].messages, 10);
    EXPECT_EQ(all.languages[0].others, 2);
    EXPECT_EQ(all.languages[1].size.segments, 2U);
    EXPECT_EQ(all.languages[1].messages, 40);
    EXPECT_EQ(all.languages[2].messages, 0);
    EXPECT_EQ(all.messages, 50);
    EXPECT_EQ(all.recipients, 30);
}

TEST(broadcast_draft, the_time_that_is_left) {
    registry::broadcast_summary now;
    now.recipients = 1'000;
    now.written = 400;
    now.messages.pending = 90;
    now.messages.sending = 10;
    EXPECT_EQ(settled(now), 300);
    EXPECT_EQ(seconds_left(now, 10), 70);  // 100 that wait, 600 that are not written
    EXPECT_EQ(seconds_left(now, 0), 0);
    now.expanded = true;
    EXPECT_EQ(seconds_left(now, 10), 10);
    now.expanded = false;
    now.written = 1'200;  // more people than the preview counted
    EXPECT_EQ(seconds_left(now, 10), 10);
}

}  // namespace
}  // namespace mlango::handlers
