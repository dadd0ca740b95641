#include "message_fixture.hpp"

namespace mlango::registry::test {
namespace {

using namespace std::chrono_literals;

struct inbox_test : message_fixture {
    static constexpr int most = 8;
    static fragment piece(unsigned number, std::string payload, std::string_view from = amina) {
        return {.gateway = "smsc",
                .e164 = std::string(from),
                .to = "384",
                .reference = 7,
                .wide_reference = false,
                .total = 3,
                .number = number,
                .payload = std::move(payload)};
    }
    fragment_fate keep(const fragment& part) { return wait(incoming->keep(part, most)); }
    std::string payloads(const fragment& part) {
        const auto set = wait(incoming->set_of(part));
        if (!set) return "none";
        std::string all = set->complete() ? "complete:" : "";
        for (const auto& each : set->payloads) all += '[' + each + ']';
        return all;
    }
};

TEST_F(inbox_test, a_message_that_came_in_twice_is_stored_once_and_sealed) {
    EXPECT_TRUE(wait(incoming->store("kannel", "m1", amina, "2020", "HELP me")));
    EXPECT_FALSE(wait(incoming->store("kannel", "m1", amina, "2020", "HELP me")));
    EXPECT_TRUE(wait(incoming->store("other", "m1", amina, "2020", "")));
    const auto sealed = from_hex(sql.value("SELECT encode(text_sealed, 'hex') FROM inbox WHERE gateway = 'kannel'"));
    ASSERT_TRUE(sealed);
    EXPECT_EQ(record.open(as_string_view(*sealed), sms_context), "HELP me");
}

TEST_F(inbox_test, what_has_no_id_goes_by_its_words_until_the_gateway_knows_that_it_is_stored) {
    const auto hear = [&](std::string made_id, bool anew = false, std::string_view from = amina) {
        return wait(incoming->store_by_words("smsc", made_id, from, "384", "1", anew));
    };
    EXPECT_TRUE(hear("a1"));
    EXPECT_FALSE(hear("b1")) << "whoever heard the first one may be gone";
    EXPECT_TRUE(hear("b2", false, shared)) << "another person";
    EXPECT_TRUE(hear("b3", true)) << "who is still there knows that it is new";
    EXPECT_FALSE(hear("b3", true)) << "and that this is the same";
    const inbox::confirmed told{
        .gateway = "smsc", .words = incoming->words_of("smsc", amina, "384", "1"), .made_id = "a1"};
    wait(incoming->confirm({&told, 1}));
    EXPECT_FALSE(hear("a1")) << "repeated under the id that it had";
    EXPECT_TRUE(hear("c1")) << "she answers 1 again";
    EXPECT_EQ(count("inbox"), 4);
    EXPECT_EQ(count("inbox WHERE inbox::text LIKE '%700090001%'"), 0);
    const std::vector<std::string> gateways{"smsc"};
    wait(incoming->forget_unconfirmed(gateways, 10min));
    EXPECT_FALSE(hear("d1"));
    sql.run("UPDATE inbox SET received_at = received_at - interval '10 minutes'");
    wait(incoming->forget_unconfirmed(gateways, 10min));
    EXPECT_TRUE(hear("d1")) << "nobody repeats it after so long";
}

TEST_F(inbox_test, pieces_come_in_any_order_and_more_than_once) {
    EXPECT_EQ(keep(piece(3, "c")), fragment_fate::kept);
    EXPECT_EQ(keep(piece(1, "a")), fragment_fate::kept);
    EXPECT_EQ(keep(piece(3, "c")), fragment_fate::again);
    EXPECT_EQ(payloads(piece(1, "")), "[a][][c]");
    EXPECT_EQ(keep(piece(2, "b")), fragment_fate::kept);
    EXPECT_EQ(payloads(piece(1, "")), "complete:[a][b][c]");
    const auto set = wait(incoming->set_of(piece(1, "")));
    EXPECT_EQ(set->e164, amina);
    EXPECT_EQ(set->to, "384");
    EXPECT_EQ(set->gateway, "smsc");
    EXPECT_TRUE(wait(incoming->store_joined(*set, "abc")));
    EXPECT_FALSE(wait(incoming->store_joined(*set, "abc")));
    EXPECT_EQ(count("inbox"), 1);
    EXPECT_EQ(count("inbox_fragment WHERE payload_sealed IS NOT NULL"), 0);
    EXPECT_EQ(payloads(piece(1, "")), "none");
    EXPECT_EQ(keep(piece(2, "b")), fragment_fate::again) << "delivered once more after all";
}

TEST_F(inbox_test, only_what_agrees_in_everything_belongs_together) {
    const auto differing = [](auto change) {
        fragment part = piece(1, "a");
        change(part);
        return part;
    };
    const std::vector<fragment> all{piece(1, "a"),
                                    piece(1, "x", shared),
                                    differing([](fragment& f) { f.gateway = "other"; }),
                                    differing([](fragment& f) { f.to = "385"; }),
                                    differing([](fragment& f) { f.reference = 8; }),
                                    differing([](fragment& f) { f.wide_reference = true; }),
                                    differing([](fragment& f) { f.total = 4; })};
    for (const auto& each : all) EXPECT_EQ(keep(each), fragment_fate::kept);
    EXPECT_EQ(count("(SELECT DISTINCT set_blind FROM inbox_fragment) s"), static_cast<std::int64_t>(all.size()));
    EXPECT_EQ(payloads(all[0]), "[a][][]");
    EXPECT_EQ(payloads(all[1]), "[x][][]");
}

TEST_F(inbox_test, the_next_message_may_take_a_reference_again) {
    for (unsigned number = 1; number <= 3; ++number) keep(piece(number, "first" + std::to_string(number)));
    EXPECT_TRUE(wait(incoming->store_joined(*wait(incoming->set_of(piece(1, ""))), "first")));
    EXPECT_EQ(keep(piece(2, "second")), fragment_fate::kept);
    EXPECT_EQ(payloads(piece(2, "")), "[][second][]");
    EXPECT_EQ(keep(piece(2, "third")), fragment_fate::clash) << "one that was never completed stands in its way";
}

TEST_F(inbox_test, a_sender_has_only_so_many_pieces_waiting) {
    for (unsigned i = 0; i < most; ++i) {
        fragment part = piece(1, "a");
        part.reference = i + 100;
        EXPECT_EQ(keep(part), fragment_fate::kept);
    }
    EXPECT_EQ(keep(piece(1, "a")), fragment_fate::full);
    EXPECT_EQ(keep(piece(1, "a", shared)), fragment_fate::kept) << "and costs nobody else theirs";
}

TEST_F(inbox_test, what_stays_incomplete_is_told_of_after_its_time) {
    keep(piece(1, "a"));
    now.advance(20min);
    keep(piece(3, "c"));
    keep(piece(1, "z", shared));
    EXPECT_TRUE(wait(incoming->overdue(30min, 10)).empty());
    now.advance(10min);
    const auto sets = wait(incoming->overdue(30min, 10));
    ASSERT_EQ(sets.size(), 1U);
    EXPECT_EQ(sets[0].payloads, (std::vector<std::string>{"a", "", "c"}));
    EXPECT_EQ(sets[0].e164, amina);
    EXPECT_FALSE(sets[0].complete());
    EXPECT_TRUE(wait(incoming->store_joined(sets[0], "a…c")));
    EXPECT_TRUE(wait(incoming->overdue(30min, 10)).empty());
    EXPECT_EQ(wait(incoming->tidy(1h)), 1);
    now.advance(1h);
    EXPECT_EQ(wait(incoming->tidy(1h)), 1);
    EXPECT_EQ(count("inbox_fragment"), 1);
}

TEST_F(inbox_test, pieces_are_sealed) {
    keep(piece(1, "Nahitaji msaada"));
    EXPECT_EQ(
        count("inbox_fragment f WHERE f::text LIKE '%700090001%' OR encode(payload_sealed, 'escape') LIKE '%msaada%'"),
        0);
    EXPECT_EQ(count("inbox_fragment WHERE octet_length(payload_sealed) > 40"), 1);
}

TEST_F(inbox_test, two_that_look_at_once_store_one_message) {
    settings_with_connections(4);
    incoming.emplace(*pool, record, blind, now);
    for (unsigned number = 1; number <= 3; ++number) keep(piece(number, "x"));
    const auto set = *wait(incoming->set_of(piece(1, "")));
    std::vector<task<bool>> both;
    for (int i = 0; i < 8; ++i) both.push_back(incoming->store_joined(set, "xxx"));
    const auto stored = wait_all(std::move(both));
    EXPECT_EQ(std::ranges::count(stored, true), 1);
    EXPECT_EQ(count("inbox"), 1);
}

}  // namespace
}  // namespace mlango::registry::test
