#include "bench/load/script.hpp"

#include <gtest/gtest.h>

namespace mlango::bench {
namespace {

facts known() {
    return *facts::parse("n\tgiven\torder\n7\tAmina\t123456789\n12\tYusuf\t987654321\n");
}

std::string words(std::string_view text, std::size_t row) {
    const facts all = known();
    std::string out;
    phrase::parse(text, all)->append({&all, row, "S1"}, out);
    return out;
}

TEST(facts, rows_are_numbers_with_columns) {
    const facts all = known();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all.number(1), 12);
    EXPECT_EQ(all.value(1, *all.column("given")), "Yusuf");
    EXPECT_FALSE(all.column("other"));
}

TEST(facts, of_a_range_have_no_columns) {
    const facts all = facts::of_range(5, 3);
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all.number(2), 7);
    EXPECT_FALSE(all.column("n"));
}

TEST(facts, faults_name_the_line) {
    EXPECT_EQ(facts::parse("a\tb\n1\t2\n").error(), "line 1: no column n");
    EXPECT_EQ(facts::parse("n\tb\n1\n").error(), "line 2: 1 columns instead of 2");
    EXPECT_EQ(facts::parse("n\nx\n").error(), "line 2: column n is no index");
    EXPECT_EQ(facts::parse("n\n-1\n").error(), "line 2: column n is no index");
    EXPECT_EQ(facts::parse("n\n").error(), "no rows");
}

TEST(phrase, placeholders) {
    EXPECT_EQ(words("{msisdn}", 0), "+254700000007");
    EXPECT_EQ(words("{n} {session}", 1), "12 S1");
    EXPECT_EQ(words("{masked}", 0), "+2547•••••07");
    EXPECT_EQ(words("{first:5}…{last:3}", 1), "+2547…012");
    EXPECT_EQ(words("{given}: {order}", 1), "Yusuf: 987654321");
    EXPECT_EQ(words("a\\nb", 0), "a\nb");
    EXPECT_EQ(words("", 0), "");
}

TEST(phrase, faults) {
    const facts all = known();
    EXPECT_FALSE(phrase::parse("{given", all));
    EXPECT_FALSE(phrase::parse("{nobody}", all));
    EXPECT_FALSE(phrase::parse("{last:0}", all));
    EXPECT_FALSE(phrase::parse("{first:14}", all));
    EXPECT_FALSE(phrase::parse("{first:x}", all));
}

TEST(script, steps_check_text_and_ending) {
    const facts all = known();
    const auto steps = parse_script("# first\ndial\tHello {given}\tCON\n\n1\t/No. *{order}/\tEND\n0\t\n", all);
    ASSERT_TRUE(steps) << steps.error();
    ASSERT_EQ(steps->size(), 3U);
    const caller amina{&all, 0, "S"};
    const auto& [dial, order, last] = std::tie((*steps)[0], (*steps)[1], (*steps)[2]);
    EXPECT_TRUE(dial.dial);
    EXPECT_EQ(dial.check(amina, "Hello Amina!", false), verdict::right);
    EXPECT_EQ(dial.check(amina, "Hello Yusuf!", false), verdict::wrong_text);
    EXPECT_EQ(dial.check(amina, "Hello Amina!", true), verdict::wrong_ending);
    EXPECT_EQ(order.check(amina, "Food\nNo. x 123456789", true), verdict::right);
    EXPECT_EQ(order.check(amina, "123456789 No. ", true), verdict::wrong_text);
    EXPECT_EQ(order.check(amina, "No. 987654321", true), verdict::wrong_text);
    EXPECT_EQ(last.check(amina, "anything", true), verdict::right);
    EXPECT_EQ(last.check(amina, "", false), verdict::right);
}

TEST(script, a_part_is_not_found_inside_the_one_before_it) {
    const facts all = known();
    const auto steps = parse_script("dial\t/aa*aa/\n", all);
    EXPECT_EQ((*steps)[0].check({&all, 0, "S"}, "aaa", false), verdict::wrong_text);
    EXPECT_EQ((*steps)[0].check({&all, 0, "S"}, "aaaa", false), verdict::right);
}

TEST(script, faults_name_the_line) {
    const facts all = known();
    EXPECT_EQ(parse_script("1\tx\n", all).error(), "line 1: the first input, and no other, is dial");
    EXPECT_EQ(parse_script("dial\tx\ndial\tx\n", all).error(), "line 2: the first input, and no other, is dial");
    EXPECT_EQ(parse_script("dial\n", all).error(), "line 1: wants input, expected and perhaps CON or END");
    EXPECT_EQ(parse_script("dial\tx\tOK\n", all).error(), "line 1: the third column is CON or END");
    EXPECT_EQ(parse_script("dial\t{x}\n", all).error(), "line 1: {x} is no placeholder and no column of the facts");
    EXPECT_EQ(parse_script("# nothing\n", all).error(), "no steps");
}

}  // namespace
}  // namespace mlango::bench
