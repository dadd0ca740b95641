#include "registry/entitlements.hpp"

#include "registry_fixture.hpp"

namespace mlango::registry::test {
namespace {

struct entitlements_test : registry_fixture {
    notice told(std::string_view reference) {
        return make_notice(record, amina, "sw", "sms.problem", {{"reference", std::string(reference)}});
    }
};

TEST_F(entitlements_test, what_is_to_come_by_its_day_and_what_is_past_newest_first) {
    registry::entitlements repository(*pool, time);
    const auto hers = wait(repository.open_of(group_id{1}, "sw", 10));
    ASSERT_EQ(hers.size(), 2U) << "the cancelled one is in no list";
    EXPECT_EQ(hers[0].programme, "Pesa");
    EXPECT_EQ(hers[0].state, "available");
    EXPECT_EQ(hers[0].amount_minor, 450000);
    EXPECT_EQ(hers[0].currency, "KES");
    EXPECT_EQ(hers[0].first_day, "2026-10-05");
    EXPECT_EQ(hers[0].place, "");
    EXPECT_EQ(hers[1].id.value, 2);
    EXPECT_EQ(hers[1].programme, "Food");
    EXPECT_EQ(hers[1].kind, "in_kind");
    EXPECT_FALSE(hers[1].amount_minor);
    EXPECT_EQ(hers[1].currency, "");
    EXPECT_EQ(hers[1].first_day, "2026-10-20");
    EXPECT_EQ(hers[1].last_day, "2026-10-31");
    EXPECT_EQ(hers[1].place, "Ukumbi 2");
    EXPECT_EQ(hers[1].hours, "09:00-12:30");
    EXPECT_EQ(wait(repository.open_of(group_id{1}, "sw", 1)).size(), 1U);
    EXPECT_TRUE(wait(repository.open_of(group_id{99}, "sw", 5)).empty());
    EXPECT_TRUE(wait(repository.past_of(group_id{1}, "sw", 5)).empty());

    sql.run("UPDATE entitlement SET state = 'redeemed' WHERE id IN (1, 2)");
    EXPECT_TRUE(wait(repository.open_of(group_id{1}, "sw", 10)).empty());
    const auto past = wait(repository.past_of(group_id{1}, "sw", 5));
    ASSERT_EQ(past.size(), 2U);
    EXPECT_EQ(past[0].id.value, 2);
    EXPECT_EQ(past[1].amount_minor, 450000);
}

TEST_F(entitlements_test, one_with_its_items_and_place) {
    registry::entitlements repository(*pool, time);
    const auto food = wait(repository.find(entitlement_id{2}, group_id{1}, "sw"));
    ASSERT_TRUE(food);
    ASSERT_EQ(food->items.size(), 2U);
    EXPECT_EQ(food->items[0].name, "Mahindi");
    EXPECT_EQ(food->items[0].quantity, "12.5");
    EXPECT_EQ(food->items[0].unit, "kg");
    EXPECT_EQ(food->items[1].quantity, "2");
    EXPECT_EQ(food->place, "Ukumbi 2");
    EXPECT_EQ(food->hours, "09:00-12:30");
    EXPECT_EQ(food->last_day, "2026-10-31");
    EXPECT_EQ(food->collector, "Amina");
    EXPECT_EQ(food->answer, "");
    sql.run("UPDATE distribution SET opens = NULL, closes = NULL");
    EXPECT_EQ(wait(repository.find(entitlement_id{2}, group_id{1}, "sw"))->hours, "08:00-16:00");

    const auto cash = wait(repository.find(entitlement_id{1}, group_id{1}, "en"));
    ASSERT_TRUE(cash);
    EXPECT_TRUE(cash->items.empty());
    EXPECT_EQ(cash->provider, "M-Pesa");
    EXPECT_EQ(cash->order_number, "000000001");
    EXPECT_EQ(cash->place, "");
}

TEST_F(entitlements_test, of_another_group_or_cancelled_is_not_found) {
    registry::entitlements repository(*pool, time);
    EXPECT_FALSE(wait(repository.find(entitlement_id{1}, group_id{2}, "en")));
    EXPECT_FALSE(wait(repository.find(entitlement_id{3}, group_id{1}, "en")));
    const auto answer = wait(repository.answer(entitlement_id{4}, group_id{1}, person_id{1}, receipt_answer::received,
                                               "", hop(1), std::nullopt));
    EXPECT_FALSE(answer.found);
    EXPECT_EQ(count("receipt"), 0);
    EXPECT_EQ(count("audit"), 0);
}

TEST_F(entitlements_test, received_opens_no_ticket) {
    registry::entitlements repository(*pool, time);
    const auto answer = [&](unsigned number) {
        return wait(repository.answer(entitlement_id{1}, group_id{1}, person_id{1}, receipt_answer::received, "",
                                      hop(number), std::nullopt));
    };
    auto first = answer(1);
    EXPECT_TRUE(first.found);
    EXPECT_TRUE(first.changed);
    EXPECT_EQ(first.reference, "");
    for (const unsigned number : {1U, 2U}) {
        const auto again = answer(number);
        EXPECT_TRUE(again.found);
        EXPECT_FALSE(again.changed);
    }
    EXPECT_EQ(count("ticket"), 0);
    EXPECT_EQ(count("outbox"), 0);
    EXPECT_EQ(count("audit WHERE kind = 'receipt.given' AND record = 1 AND detail = 'received'"), 1);
    EXPECT_EQ(wait(repository.find(entitlement_id{1}, group_id{1}, "en"))->answer, "received");
}

TEST_F(entitlements_test, a_problem_opens_one_ticket_and_sends_one_notice) {
    registry::entitlements repository(*pool, time);
    const auto give = [&](std::string_view reference, unsigned number) {
        return wait(repository.answer(entitlement_id{1}, group_id{1}, person_id{1}, receipt_answer::not_received,
                                      reference, hop(number), told(reference)));
    };
    const auto first = give("ACDE", 1);
    EXPECT_TRUE(first.changed);
    EXPECT_EQ(first.reference, "ACDE");
    const auto again = give("FGHJ", 1);
    EXPECT_FALSE(again.changed);
    EXPECT_EQ(again.reference, "ACDE");
    const auto same_word_later = give("KMNP", 2);
    EXPECT_FALSE(same_word_later.changed);
    EXPECT_EQ(same_word_later.reference, "ACDE");
    EXPECT_EQ(count("ticket WHERE entitlement = 1 AND topic = 'not_received'"), 1);
    EXPECT_EQ(count("outbox"), 1);
    EXPECT_EQ(count("audit"), 2);
}

TEST_F(entitlements_test, a_late_redelivery_does_not_take_back_a_newer_answer) {
    registry::entitlements repository(*pool, time);
    const auto give = [&](receipt_answer what, std::string_view reference, unsigned number) {
        return wait(repository.answer(entitlement_id{1}, group_id{1}, person_id{1}, what, reference, hop(number),
                                      std::nullopt));
    };
    give(receipt_answer::issues, "ACDE", 1);
    EXPECT_TRUE(give(receipt_answer::received, "", 2).changed);
    const auto late = give(receipt_answer::issues, "FGHJ", 1);
    EXPECT_FALSE(late.changed);
    EXPECT_EQ(late.reference, "ACDE");
    EXPECT_EQ(sql.value("SELECT answer FROM receipt"), "received");
}

TEST_F(entitlements_test, a_reference_in_use_is_told_and_nothing_is_written) {
    registry::entitlements repository(*pool, time);
    sql.run("INSERT INTO open_reference VALUES ('ACDE')");
    const auto answer = wait(repository.answer(entitlement_id{1}, group_id{1}, person_id{1}, receipt_answer::partial,
                                               "ACDE", hop(1), told("ACDE")));
    EXPECT_TRUE(answer.reference_taken);
    EXPECT_EQ(count("receipt"), 0);
    EXPECT_EQ(count("outbox"), 0);
    EXPECT_EQ(count("audit"), 0);
}

TEST_F(entitlements_test, fifty_deliveries_at_once_are_one) {
    settings_with_connections(4);
    registry::entitlements repository(*pool, time);
    constexpr std::string_view alphabet = "ACDEFGHJKMNPQRTUVWXY234679";
    const blind_key one = hop(9);
    std::vector<std::string> references;
    std::vector<std::optional<notice>> notices;
    for (unsigned i = 0; i < 50; ++i) {
        references.push_back(std::string("AC") + alphabet[i / 26] + alphabet[i % 26]);
        notices.emplace_back(told(references.back()));
    }
    std::vector<task<entitlements::answered>> all;
    for (unsigned i = 0; i < 50; ++i)
        all.push_back(repository.answer(entitlement_id{1}, group_id{1}, person_id{1}, receipt_answer::not_received,
                                        references[i], one, notices[i]));
    std::set<std::string> seen;
    int changed = 0;
    for (const auto& each : wait_all(std::move(all))) {
        seen.insert(each.reference);
        changed += each.changed ? 1 : 0;
    }
    EXPECT_EQ(changed, 1);
    EXPECT_EQ(seen.size(), 1U);
    EXPECT_EQ(count("ticket"), 1);
    EXPECT_EQ(count("receipt"), 1);
    EXPECT_EQ(count("outbox"), 1);
    EXPECT_EQ(*seen.begin(), sql.value("SELECT reference FROM ticket"));
}

}  // namespace
}  // namespace mlango::registry::test
