// Receipts as gateways really send them: early, late, twice, in other bases, with an id that all messages share.
#include "message_fixture.hpp"

namespace mlango::registry::test {
namespace {

using namespace std::chrono_literals;
using result = attempt_result::kind;

struct receipts_test : message_fixture {
    outgoing_notice unknown_one(std::string_view to, std::string_view gateway = "smsc") {
        put(to);
        auto message = begin_one(gateway);
        record_it(message, result::unknown, now.now(), gateway);
        return message;
    }
};

TEST_F(receipts_test, settle_and_a_final_word_stays) {
    const auto message = send_one(amina, {part("p1")});
    EXPECT_EQ(take(report("p1", amina, "buffered")), "joined");
    EXPECT_EQ(states(), "sent");
    EXPECT_EQ(sql.value("SELECT receipt FROM outbox"), "buffered");
    EXPECT_EQ(take(report("p1")), "joined");
    EXPECT_EQ(state(message.id), "delivered");
    EXPECT_EQ(take(report("p1")), "duplicate");
    EXPECT_EQ(take(report("p1", amina, "buffered")), "duplicate");
    EXPECT_EQ(take(report("p1", amina, "failed")), "duplicate");
    EXPECT_EQ(states(), "delivered");
    EXPECT_EQ(sql.value("SELECT receipt FROM outbox"), "delivered");
}

TEST_F(receipts_test, another_gateways_or_another_numbers_is_not_ours) {
    send_one(amina, {part("p1")});
    EXPECT_EQ(take(report("p1", amina, "delivered", "other")), "parked");
    EXPECT_EQ(take(report("p1", shared)), "parked");
    EXPECT_EQ(take(report("p2")), "parked");
    EXPECT_EQ(states(), "sent");
    EXPECT_EQ(take(report("p1", "")), "joined") << "where it does not say to whom, the id is enough";
    EXPECT_EQ(states(), "delivered");
}

TEST_F(receipts_test, a_message_is_delivered_when_all_its_parts_are_and_failed_when_one_is) {
    send_one(amina, {part("a1"), part("a2"), part("a3")});
    send_one(shared, {part("b1"), part("b2")});
    EXPECT_EQ(take(report("a3")), "joined");
    EXPECT_EQ(take(report("a1")), "joined");
    EXPECT_EQ(take(report("a1")), "duplicate");
    EXPECT_EQ(states(), "sent sent");
    EXPECT_EQ(take(report("b2", shared, "expired")), "joined");
    EXPECT_EQ(states(), "sent failed");
    EXPECT_EQ(take(report("a2")), "joined");
    EXPECT_EQ(take(report("b1", shared)), "joined");
    EXPECT_EQ(states(), "delivered failed");
}

TEST_F(receipts_test, all_parts_at_once_over_several_connections_are_delivered) {
    settings_with_connections(4);
    messages.emplace(*pool, record, blind, now);
    reports.emplace(*pool, blind, now);
    for (int round = 0; round < 20; ++round) {
        std::vector<part_id> parts;
        std::vector<receipt_word> words;
        for (int i = 0; i < 8; ++i) {
            parts.push_back(part(fmt::format("r{}p{}", round, i)));
            words.push_back(report(parts.back().raw));
        }
        send_one(amina, parts);
        std::vector<task<std::vector<receipt_outcome>>> all;
        for (const auto& word : words) all.push_back(reports->take({&word, 1}));
        wait_all(std::move(all));
    }
    EXPECT_EQ(count("outbox WHERE state = 'delivered'"), 20);
}

TEST_F(receipts_test, an_id_is_found_in_each_form) {
    // As SMSCs do it: 1A3F in the answer, 6719 or 0000001A3F in the receipt.
    send_one(amina, {{.raw = "1A3F", .forms = {"1a3f", "6719"}}});
    send_one(amina, {{.raw = "0006719000", .forms = {"6719000", "668618", "103911424"}}});
    receipt_word decimal = report("6719");
    decimal.forms = {"6719", "1a3f", "26393"};
    EXPECT_EQ(take(decimal), "joined");
    EXPECT_EQ(states(), "delivered sent");
    receipt_word hexadecimal = report("668618");
    hexadecimal.forms = {"668618", "a33ca", "6719000"};
    EXPECT_EQ(take(hexadecimal), "joined");
    EXPECT_EQ(states(), "delivered delivered");
}

TEST_F(receipts_test, a_gateway_that_gives_all_messages_one_id_swaps_nothing) {
    const auto first = send_one(amina, {part("msg_id_not_implemented")});
    const auto second = send_one(shared, {part("msg_id_not_implemented")});
    const auto third = send_one(amina, {part("msg_id_not_implemented")});
    EXPECT_EQ(take(report("msg_id_not_implemented", "", "failed")), "unknown") << "it could be anybody's";
    EXPECT_EQ(take(report("msg_id_not_implemented", shared, "failed")), "joined");
    EXPECT_EQ(state(second.id), "failed");
    EXPECT_EQ(take(report("msg_id_not_implemented", amina)), "joined");
    EXPECT_EQ(state(first.id), "delivered");
    EXPECT_EQ(state(third.id), "sent");
    EXPECT_EQ(take(report("msg_id_not_implemented", amina)), "joined");
    EXPECT_EQ(state(third.id), "delivered");
    EXPECT_EQ(count("receipt_parked"), 0);
}

TEST_F(receipts_test, one_that_comes_before_the_answer_to_the_submission_is_kept_for_it) {
    put(amina);
    put(shared);
    const auto claimed = claim();
    for (const auto& each : claimed) begin(each);
    EXPECT_EQ(take(report("p1", amina, "buffered")), "parked");
    EXPECT_EQ(take(report("p1", amina)), "parked");
    receipt_word decimal = report("6719", shared, "failed");
    decimal.forms = {"6719", "1a3f"};
    EXPECT_EQ(take(decimal), "parked");
    EXPECT_EQ(states(), "sending sending");
    EXPECT_EQ(wait(reports->parked()), 3);
    // It survives a restart of ours.
    reports.emplace(*pool, blind, now);
    messages.emplace(*pool, record, blind, now);
    sent(claimed[0], {part("p1")});
    sent(claimed[1], {{.raw = "1A3F", .forms = {"1a3f", "6719"}}});
    EXPECT_EQ(states(), "delivered failed");
    EXPECT_EQ(wait(reports->parked()), 0);
}

TEST_F(receipts_test, what_was_parked_while_the_answer_was_being_recorded_is_found_later) {
    const auto message = send_one(amina, {part("p1")});
    // As it is when both transactions began before either ended.
    sql.run(
        fmt::format("INSERT INTO receipt_parked (gateway, forms, provider_id, number_blind, reference, word, final, "
                    "received_at) VALUES ('smsc', '{{p1}}', 'p1', '{}', 0, 'delivered', true, '2026-11-20')",
                    bytea_parameter(blind.blind(msisdn_purpose, amina))));
    EXPECT_EQ(wait(reports->look_again(5s, 100)), 0U);
    now.advance(5s);
    EXPECT_EQ(wait(reports->look_again(5s, 100)), 1U);
    EXPECT_EQ(state(message.id), "delivered");
    EXPECT_EQ(wait(reports->parked()), 0);
}

TEST_F(receipts_test, what_never_finds_a_message_is_forgotten_after_a_while) {
    EXPECT_EQ(take(report("nobodys")), "parked");
    now.advance(5s);
    EXPECT_EQ(wait(reports->look_again(5s, 100)), 0U);
    EXPECT_EQ(wait(reports->look_again(5s, 100)), 0U);
    EXPECT_EQ(wait(reports->forget(10min, 100)), 0U);
    now.advance(10min);
    EXPECT_EQ(wait(reports->forget(10min, 100)), 1U);
    EXPECT_EQ(wait(reports->parked()), 0);
}

TEST_F(receipts_test, an_unknown_message_is_settled_by_our_reference) {
    sql.run("SELECT setval(pg_get_serial_sequence('outbox', 'id'), 70000)");
    const auto first = unknown_one(amina);
    const auto second = unknown_one(amina);
    receipt_word word = report("x2");
    word.reference = static_cast<std::uint64_t>(second.id.value) & 0xFFFF;  // as user_message_reference holds it
    EXPECT_EQ(take(word), "joined");
    EXPECT_EQ(states(), "unknown delivered");
    EXPECT_EQ(take(word), "duplicate") << "its id is known now";
    receipt_word whole = report("", "");
    whole.reference = static_cast<std::uint64_t>(first.id.value);
    whole.word = "failed";
    EXPECT_EQ(take(whole), "joined");
    EXPECT_EQ(states(), "failed delivered");
}

TEST_F(receipts_test, or_by_destination_where_only_one_can_be_meant) {
    unknown_one(amina);
    unknown_one(shared);
    unknown_one(amina);
    EXPECT_EQ(take(report("x1", amina)), "parked") << "two of hers are unknown";
    EXPECT_EQ(take(report("x2", shared, "delivered", "other")), "parked") << "another gateway";
    EXPECT_EQ(take(report("x2", shared, "buffered")), "joined");
    EXPECT_EQ(states(), "unknown sent unknown");
    EXPECT_EQ(take(report("x2", shared)), "joined") << "by the id that it learned";
    EXPECT_EQ(states(), "unknown delivered unknown");
}

TEST_F(receipts_test, not_while_another_to_the_same_number_is_under_way) {
    unknown_one(amina);
    put(amina);
    const auto under_way = begin_one();
    EXPECT_EQ(take(report("x9", amina)), "parked");
    sent(under_way, {part("x9")});
    EXPECT_EQ(states(), "unknown delivered");
}

TEST_F(receipts_test, a_parked_one_settles_what_becomes_unknown) {
    put(amina);
    begin_one();
    put(shared);
    const auto second = begin_one();
    EXPECT_EQ(take(report("x1", amina)), "parked");
    EXPECT_EQ(take(report("x2", shared)), "parked");
    record_it(second, result::unknown, now.now() + 5s);
    EXPECT_EQ(states(), "sending delivered");
    now.advance(61s);
    EXPECT_EQ(wait(messages->lose(10)), 1U);
    EXPECT_EQ(states(), "delivered delivered");
    EXPECT_EQ(wait(reports->parked()), 0);
}

TEST_F(receipts_test, the_answer_to_a_question_is_not_parked_and_names_the_part_asked_about) {
    put(amina);
    const auto message = begin_one();
    sent(message, {part("a1"), part("a2")}, "smsc", now.now() + 1h);
    EXPECT_EQ(take(report("a1")), "joined");
    now.advance(1h);
    const auto open = wait(messages->ask(10, 3, 10s));
    ASSERT_EQ(open.size(), 1U);
    EXPECT_EQ(open[0].provider_id, "a2");
    receipt_word answer = report("a2");
    answer.may_wait = false;
    EXPECT_EQ(take(answer), "joined");
    EXPECT_EQ(states(), "delivered");
    answer = report("none");
    answer.may_wait = false;
    EXPECT_EQ(take(answer), "unknown");
    EXPECT_EQ(wait(reports->parked()), 0);
    now.advance(24h);
    EXPECT_TRUE(wait(messages->ask(10, 3, 10s)).empty()) << "what is settled is not asked about";
}

TEST_F(receipts_test, many_in_one_statement_keep_their_order_and_one_that_can_not_be_stored_costs_the_others_nothing) {
    send_one(amina, {part("a")});
    send_one(shared, {part("b")});
    std::vector<receipt_word> words{report("a", amina, "buffered"),
                                    report(std::string("a\0b", 3)),
                                    report("\xff"),
                                    report("a"),
                                    report("b", shared, "failed"),
                                    report("a"),
                                    report("q\"uo\\te{,}", shared)};
    std::string outcomes;
    for (const auto each : wait(reports->take(words))) outcomes += std::string(name_of(each)) + ' ';
    EXPECT_EQ(outcomes, "joined unknown unknown joined joined duplicate parked ");
    EXPECT_EQ(states(), "delivered failed");
    EXPECT_EQ(sql.value("SELECT provider_id FROM receipt_parked"), "q\"uo\\te{,}");
}

TEST_F(receipts_test, no_number_stands_in_the_clear) {
    send_one(amina, {part("a")});
    take(report("early", amina));
    for (const std::string table : {"outbox", "outbox_part", "receipt_parked", "bulk_day"})
        EXPECT_EQ(count(table + " t WHERE t::text LIKE '%700090001%'"), 0) << table;
}

TEST_F(receipts_test, a_receipt_finds_its_part_by_an_index_among_a_million) {
    sql.run("SET plan_cache_mode = force_generic_plan");
    sql.run(
        "INSERT INTO outbox_part SELECT n, 1, 'smsc', 'id' || n, 'id' || n, decode(md5(n::text), 'hex') "
        "FROM generate_series(1, 20000) n; ANALYZE outbox_part");
    std::string plan;
    sql.run(
        "PREPARE find (text, text, bytea) AS SELECT * FROM outbox_part p WHERE p.gateway = $1 AND p.lookup = $2 AND "
        "p.number_blind = $3 ORDER BY p.state <> 'sent', p.outbox, p.part LIMIT 1");
    for (const auto& line : sql.run("EXPLAIN EXECUTE find('smsc', 'id7', '\\x00')")) plan += *line[0] + "\n";
    EXPECT_NE(plan.find("outbox_part_lookup"), std::string::npos) << plan;
    EXPECT_NE(plan.find("lookup = $2) AND (number_blind = $3)"), std::string::npos) << plan;
}

}  // namespace
}  // namespace mlango::registry::test
