// Who else collects for her, and the SMS that there is something.
#include "registry/collectors.hpp"

#include "registry/entitlements.hpp"
#include "registry_fixture.hpp"

namespace mlango::registry::test {
namespace {

using namespace std::chrono_literals;

constexpr entitlement_id cash{1}, food{2}, another_family_s{4};
constexpr group_id hers{1};
constexpr person_id her{1}, husband{2}, child{3}, outsider{4};

struct collectors_test : registry_fixture {
    void SetUp() override {
        registry_fixture::SetUp();
        who.emplace(*pool, at);
    }
    notice told(std::string_view text = "sms.changed") { return make_notice(record, amina, "sw", text, {}); }
    collector_naming name(entitlement_id of, bool all, person_id by, const collector_wish& wish, unsigned key) {
        return wait(who->name(of, all, hers, by, wish, hop(key), told()));
    }
    int take_back(entitlement_id of, bool all, person_id by) { return wait(who->take_back(of, all, hers, by, told())); }
    std::string collects(entitlement_id of) {
        registry::entitlements assistance(*pool, at);
        return wait(assistance.find(of, hers, "en"))->collector;
    }

    manual_clock at{std::chrono::sys_days(2026y / std::chrono::October / 15) + 9h};
    std::optional<registry::collectors> who;
};

TEST_F(collectors_test, the_other_adults_of_her_household_may_be_named) {
    const auto adults = wait(who->adults(hers, her));
    ASSERT_EQ(adults.size(), 1U) << "neither she herself nor the child";
    EXPECT_EQ(adults[0].person, husband);
    EXPECT_EQ(adults[0].given_name, "Yusuf");
}

TEST_F(collectors_test, named_it_counts_after_a_day_all_her_numbers_hear_of_it_and_she_sees_it) {
    EXPECT_EQ(name(food, false, her, {husband, {}}, 1), collector_naming::done);
    EXPECT_EQ(count("audit WHERE kind = 'collector.named' AND individual = 1 AND record = 2"), 1);
    EXPECT_EQ(count("outbox WHERE text_key = 'sms.changed'"), 2);
    EXPECT_EQ(sql.value("SELECT count(DISTINCT o.number_sealed) FROM outbox o JOIN phone p "
                        "ON p.number_sealed = o.number_sealed WHERE p.individual = 1"),
              "2");
    auto seen = wait(who->of(food, hers, her));
    ASSERT_TRUE(seen);
    EXPECT_TRUE(seen->named);
    EXPECT_FALSE(seen->begun);
    EXPECT_EQ(seen->given_name, "Yusuf");
    EXPECT_EQ(seen->begins_on, "2026-10-16");
    EXPECT_EQ(collects(food), "Amina");
    at.advance(24h);
    EXPECT_TRUE(wait(who->of(food, hers, her))->begun);
    EXPECT_EQ(collects(food), "Yusuf");
    EXPECT_EQ(collects(cash), "Amina") << "for the other one nobody was named";
}

TEST_F(collectors_test, the_same_hop_names_once_and_nobody_else_before_it_is_taken_back) {
    EXPECT_EQ(name(food, false, her, {husband, {}}, 1), collector_naming::done);
    EXPECT_EQ(name(food, false, her, {husband, {}}, 1), collector_naming::done);
    EXPECT_EQ(count("alternate_collector"), 1);
    EXPECT_EQ(count("outbox"), 2);
    EXPECT_EQ(name(food, false, her, {{}, "803-22-00012"}, 2), collector_naming::already);
    EXPECT_EQ(take_back(food, false, her), 1);
    EXPECT_EQ(take_back(food, false, her), 0);
    EXPECT_EQ(count("outbox"), 4);
    EXPECT_EQ(count("audit WHERE kind = 'collector.taken_back'"), 1);
    EXPECT_FALSE(wait(who->of(food, hers, her))->named);
    EXPECT_EQ(name(food, false, her, {{}, "803-22-00012"}, 2), collector_naming::done);
}

TEST_F(collectors_test, fifty_deliveries_at_once_name_once) {
    settings_with_connections(4);
    who.emplace(*pool, at);
    const blind_key one = hop(7);
    const collector_wish wish{husband, {}};
    const notice sms = told();
    std::vector<task<collector_naming>> all;
    for (int i = 0; i < 50; ++i) all.push_back(who->name(food, false, hers, her, wish, one, sms));
    for (const auto each : wait_all(std::move(all))) EXPECT_EQ(each, collector_naming::done);
    EXPECT_EQ(count("alternate_collector"), 1);
    EXPECT_EQ(count("outbox"), 2);
    EXPECT_EQ(count("audit"), 1);
}

TEST_F(collectors_test, for_all_that_is_open_and_back_again) {
    EXPECT_EQ(name(food, true, her, {husband, {}}, 1), collector_naming::done);
    EXPECT_EQ(count("alternate_collector WHERE entitlement IN (1, 2)"), 2);
    EXPECT_EQ(count("alternate_collector"), 2) << "neither the cancelled one nor another family's";
    EXPECT_EQ(count("outbox"), 2) << "one SMS a number";
    EXPECT_EQ(take_back(cash, true, her), 2);
}

TEST_F(collectors_test, a_card_is_taken_whether_somebody_has_it_or_not_and_shows_no_name) {
    EXPECT_EQ(name(food, false, her, {{}, "803-22C00012"}, 1), collector_naming::done);
    EXPECT_EQ(sql.value("SELECT individual FROM alternate_collector"), "4");
    const auto seen = wait(who->of(food, hers, her));
    EXPECT_EQ(seen->given_name, "");
    EXPECT_EQ(seen->card, "0012");
    at.advance(25h);
    EXPECT_EQ(collects(food), "***0012");
    EXPECT_EQ(name(cash, false, her, {{}, "803-22-99999"}, 2), collector_naming::done)
        << "known or not, the same words";
    EXPECT_EQ(count("alternate_collector WHERE individual IS NULL AND card_key = '8032299999'"), 1);
}

TEST_F(collectors_test, nobody_gives_away_what_is_not_hers_or_to_whom_she_may_not) {
    EXPECT_EQ(name(food, false, husband, {child, {}}, 1), collector_naming::not_hers);
    EXPECT_EQ(name(another_family_s, false, her, {husband, {}}, 2), collector_naming::not_hers);
    EXPECT_EQ(name(food, false, her, {child, {}}, 3), collector_naming::nobody);
    EXPECT_EQ(name(food, false, her, {outsider, {}}, 4), collector_naming::nobody);
    EXPECT_EQ(name(food, false, her, {her, {}}, 5), collector_naming::nobody);
    EXPECT_EQ(name(food, false, her, {{}, "803-22-00011"}, 6), collector_naming::nobody) << "her own card";
    EXPECT_EQ(name(food, false, her, {{}, "12"}, 7), collector_naming::nobody);
    at.advance(24h * 30);
    EXPECT_EQ(name(food, false, her, {husband, {}}, 8), collector_naming::not_hers) << "it is over";
    EXPECT_EQ(count("alternate_collector"), 0);
    EXPECT_EQ(count("outbox"), 0);
}

TEST_F(collectors_test, it_ends_with_what_it_is_for) {
    EXPECT_EQ(name(food, false, her, {husband, {}}, 1), collector_naming::done);
    at.advance(48h);
    EXPECT_EQ(collects(food), "Yusuf");
    sql.run("UPDATE entitlement SET state = 'redeemed' WHERE id = 2");
    EXPECT_EQ(collects(food), "Amina");
    EXPECT_FALSE(wait(who->of(food, hers, her))->open);
}

TEST_F(collectors_test, an_sms_that_there_is_something_is_sent_once) {
    EXPECT_TRUE(wait(who->remind(food, hers, her, hop(1), told("sms.look"))));
    EXPECT_TRUE(wait(who->remind(food, hers, her, hop(1), told("sms.look"))));
    EXPECT_TRUE(wait(who->remind(food, hers, her, hop(2), told("sms.look")))) << "she asks again at once";
    EXPECT_EQ(count("outbox"), 1);
    at.advance(11min);
    EXPECT_TRUE(wait(who->remind(food, hers, her, hop(3), told("sms.look"))));
    EXPECT_EQ(count("outbox"), 2);
    EXPECT_EQ(count("audit WHERE kind = 'reminder.asked'"), 2);
    EXPECT_FALSE(wait(who->remind(another_family_s, hers, her, hop(4), told("sms.look"))));
}

TEST(card_numbers, are_one_in_both_their_written_forms) {
    EXPECT_EQ(card_key("803-22-00011"), "8032200011");
    EXPECT_EQ(card_key("803-22C00011"), "8032200011");
    EXPECT_EQ(card_key("80322 00011"), "8032200011");
    EXPECT_EQ(card_key("ken-23-1234567"), "KEN231234567");
    for (const char* const none : {"", "803", "803-22-0001", "803-22-00011223", "803-AB-00011", "803/22/00011"})
        EXPECT_FALSE(card_key(none)) << none;
}

}  // namespace
}  // namespace mlango::registry::test
