#include "console/lists/list_file.hpp"

#include <gtest/gtest.h>

#include "console/lists/list_rules.hpp"

namespace mlango::console {
namespace {

const list_file_shape cash{};
const list_file_shape things{.in_kind = true, .currency = {}, .items = {"oil", "soap"}};
const list_file_shape report{.kind = list_file_kind::report};

constexpr std::string_view head = "registration_number,amount,currency,valid_from,valid_to\n";
constexpr std::string_view right = "KEN-12C01234,1.50,KES,2026-03-01,2026-03-31\n";

struct outcome {
    std::string rows, faults;
    bool refused = false;
    std::array<unsigned char, 32> content{};
};

void add(outcome& to, const list_piece& piece) {
    for (const auto& row : piece.rows) to.rows += boost::json::serialize(row) + '\n';
    for (const auto& fault : piece.faults) {
        const auto& one = fault.as_object();
        to.faults += boost::json::serialize(one.at("line")) + ' ' + std::string(one.at("column").as_string()) + ' ' +
                     std::string(one.at("rule").as_string()) + '\n';
    }
    to.refused = to.refused || piece.refused;
}

// Each piece by another object, from what was stored.
outcome read(const list_file_shape& shape, std::string_view text, std::size_t piece = 1'000'000) {
    outcome out;
    list_file::standing stored;
    for (std::size_t at = 0; at < text.size() && !out.refused; at += piece) {
        list_file file(shape, stored);
        add(out, file.read(text.substr(at, piece)));
        stored = file.stands();
    }
    if (out.refused) return out;
    list_file file(shape, stored);
    add(out, file.finish());
    out.content = file.stands().content;
    return out;
}

TEST(list_file, stages_rows_as_the_registry_wants_them) {
    const auto got = read(cash, std::string(head) + std::string(right));
    EXPECT_EQ(got.faults, "");
    EXPECT_EQ(boost::json::parse(got.rows),
              boost::json::parse(R"({"line":2,"registration_key":"KEN1201234","amount_minor":150,"currency":"KES",
                                     "valid_from":"2026-03-01","valid_to":"2026-03-31","state":"r"})"));
}

TEST(list_file, is_the_same_in_pieces_of_any_size) {
    const std::string text = "\xef\xbb\xbf" + std::string(head) + std::string(right) + "x,\"1\n2\",KES,,\r\n\n" +
                             "a\"b\n" + std::string(right);
    const auto whole = read(cash, text);
    EXPECT_EQ(whole.faults,
              "3 valid_from needed\n3 valid_to needed\n3 registration_number number_form\n3 amount amount_form\n5 row "
              "quotes\n");
    for (std::size_t piece = 1; piece <= text.size(); ++piece) {
        const auto got = read(cash, text, piece);
        EXPECT_EQ(got.rows, whole.rows) << piece;
        EXPECT_EQ(got.faults, whole.faults) << piece;
        EXPECT_EQ(got.content, whole.content) << piece;
    }
}

TEST(list_file, knows_the_same_rows_in_another_form) {
    const std::string text = std::string(head) + std::string(right);
    std::string other = text;
    std::ranges::replace(other, ',', ';');
    EXPECT_EQ(read(cash, text).content, read(cash, "sep=;\n" + other).content);
    EXPECT_NE(read(cash, text).content, read(cash, text + std::string(right)).content);
    EXPECT_NE(read(cash, text).content, read(cash, std::string(head)).content);
}

TEST(list_file, refuses_headers_of_something_else) {
    const std::pair<std::string_view, std::string_view> samples[] = {
        {"", "1 file missing_column\n"},
        {"registration_number,currency,valid_from,valid_to\n", "1 amount missing_column\n"},
        {"registration_number,amount,amount,currency,valid_from,valid_to\n", "1 amount twice\n"},
        {"registration_number,amount,currency,valid_from,valid_to,name\n", "1 name unknown_column\n"},
        {"registration_number,amount,currency,valid_from,valid_to,item:oil\n", "1 item:oil unknown_column\n"},
        {"\xff\n", "1 file not_utf8\n"},
        {"a\"b\n", "1 file quotes\n"}};
    for (const auto& [text, faults] : samples) {
        const auto got = read(cash, text);
        EXPECT_TRUE(got.refused) << text;
        EXPECT_EQ(got.faults, faults) << text;
        EXPECT_EQ(got.rows, "");
    }
    EXPECT_EQ(read(things, "registration_number,valid_from,valid_to,item:gold\n").faults,
              "1 item:gold unknown_item\n1 item missing_column\n");
    EXPECT_EQ(read(report, "outcome\n").faults, "1 order_number missing_column\n");
}

TEST(list_file, reads_things_with_their_items) {
    const auto got = read(things,
                          "registration_number,valid_from,valid_to,item:oil,item:soap\n"
                          "KEN1201234,2026-03-01,2026-03-02,1.50,0\nKEN1201235,2026-03-01,2026-03-02,,\n"
                          "KEN1201236,2026-03-01,2026-03-02,-1,2\n");
    EXPECT_EQ(got.faults, "3 item no_items\n4 item:oil quantity_form\n");
    EXPECT_NE(got.rows.find(R"("items":{"oil":"1.5"})"), std::string::npos) << got.rows;
}

TEST(list_file, reads_what_a_payer_says) {
    const auto got = read(report,
                          "order_number,outcome,amount,currency,reference,reason\n000000001,collected,,,a\n"
                          "000000002,partial,,KES,b\n,collected,,,c\n000000003,taken,,,d\n000000004,collected,,,\n"
                          "000000005,failed,,,,Wrong Account\n000000006,not_collected,,,,\n");
    EXPECT_EQ(
        got.faults,
        "3 amount needed\n4 order_number needed\n5 outcome outcome_form\n6 reference needed\n7 reason code_form\n");
}

TEST(list_file, has_an_end) {
    std::string text(head);
    for (std::int64_t i = 0; i <= most_list_rows; ++i) text += "KEN1201234,1,KES,2026-03-01,2026-03-02\n";
    list_file file(cash, {});
    const auto got = file.read(text);
    EXPECT_TRUE(got.refused);
    EXPECT_EQ(got.rows.size(), static_cast<std::size_t>(most_list_rows));
}

// Whatever rule a row can break is explained, and nothing is explained that no row can break.
TEST(list_rules, have_names_and_meanings) {
    for (const list_rule& one : list_rules()) {
        EXPECT_FALSE(one.meaning.empty()) << one.name;
        EXPECT_EQ(meaning_of_rule(one.name), one.meaning);
    }
    EXPECT_EQ(meaning_of_rule("gold"), "");
}

}  // namespace
}  // namespace mlango::console
