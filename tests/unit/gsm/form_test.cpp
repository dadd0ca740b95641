#include "gsm/form.hpp"

#include <gtest/gtest.h>

namespace mlango::gsm {
namespace {

struct read_result {
    std::string a;
    std::string b;
    std::string fault;
};

read_result read_two(std::string_view form) {
    read_result result;
    std::array<form_field, 2> fields{form_field{"a", &result.a, 8, true, "an a"},
                                     form_field{"b c", &result.b, 100, false, "a b"}};
    if (auto done = read_form(form, fields); !done) {
        EXPECT_EQ(done.error().status, 400u);
        result.fault = done.error().message;
    }
    return result;
}

TEST(form, reads) {
    struct row {
        std::string_view form;
        std::string_view a;
        std::string_view b;
    };
    const row rows[] = {
        {"a=1", "1", ""},
        {"a=1&b+c=2", "1", "2"},
        {"b%20c=2&a=1", "1", "2"},
        {"%61=1", "1", ""},
        {"a=1&other=%ZZ", "1", ""},
        {"&&a=1&&", "1", ""},
        {"a=1=2", "1=2", ""},
        {"a=+x%2B", " x+", ""},
        {"a=%e2%82%AC", "€", ""},
        {"a=1&b+c=", "1", ""},
        {"a=1&b+c", "1", ""},
        {"a=12345678", "12345678", ""},
        {"a=%31%32%33%34%35%36%37%38", "12345678", ""},
        {"A=2&a=1&aa=3&=4", "1", ""},
    };
    for (const row& row : rows) {
        const read_result result = read_two(row.form);
        EXPECT_EQ(result.fault, "") << row.form;
        EXPECT_EQ(result.a, row.a) << row.form;
        EXPECT_EQ(result.b, row.b) << row.form;
    }
}

TEST(form, refuses_without_repeating_the_content) {
    struct row {
        std::string form;
        std::string_view fault;
    };
    const row rows[] = {
        {"", "a is missing. Send an a."},
        {"a=", "a is missing. Send an a."},
        {"b+c=4826", "a is missing. Send an a."},
        {"a=1&a=1", "a is given more than once. Send it once: an a."},
        {"a=1&a=", "a is given more than once. Send it once: an a."},
        {"a=123456789", "a is longer than 8 bytes. Send an a."},
        {"a=" + std::string(60'000, 'x'), "a is longer than 8 bytes. Send an a."},
        {"a=%", "a is not percent-encoded UTF-8, or has a NUL in it. Send an a."},
        {"a=%4", "a is not percent-encoded UTF-8, or has a NUL in it. Send an a."},
        {"a=%4g", "a is not percent-encoded UTF-8, or has a NUL in it. Send an a."},
        {"a=%FF", "a is not percent-encoded UTF-8, or has a NUL in it. Send an a."},
        {"a=\xC3", "a is not percent-encoded UTF-8, or has a NUL in it. Send an a."},
        {"a=%ED%A0%80", "a is not percent-encoded UTF-8, or has a NUL in it. Send an a."},
        {"a=1%002", "a is not percent-encoded UTF-8, or has a NUL in it. Send an a."},
    };
    for (const row& row : rows) EXPECT_EQ(read_two(row.form).fault, row.fault) << row.form.substr(0, 40);
}

TEST(form, counts_fields) {
    std::string form = "a=1";
    for (int i = 1; i < 64; ++i) form += "&x=1";
    EXPECT_EQ(read_two(form).fault, "");
    EXPECT_EQ(read_two(form + "&x=1").fault, "The form has more than 64 fields.");
}

TEST(form, finds_one_field) {
    EXPECT_EQ(find_in_form("x=1&key=demo&key=other", "key", 16), "demo");
    EXPECT_EQ(find_in_form("key=d%65mo", "key", 16), "demo");
    EXPECT_EQ(find_in_form("key=", "key", 16), "");
    EXPECT_EQ(find_in_form("key", "key", 16), "");
    EXPECT_EQ(find_in_form("monkey=1", "key", 16), std::nullopt);
    EXPECT_EQ(find_in_form("key=%F", "key", 16), std::nullopt);
    EXPECT_EQ(find_in_form("key=" + std::string(17, 'x'), "key", 16), std::nullopt);
    EXPECT_EQ(find_in_form("", "key", 16), std::nullopt);
}

TEST(form, writes_what_it_reads) {
    std::string all;
    for (int byte = 1; byte < 0x80; ++byte) all += static_cast<char>(byte);
    all += "é€مرحبا😀";
    std::string form;
    append_to_form(form, "b c", all.substr(0, 90));
    append_to_form(form, "a", "€1");
    for (const char c : form) EXPECT_TRUE(c > ' ' && c < 0x7F) << static_cast<int>(c);
    const read_result result = read_two(form);
    EXPECT_EQ(result.fault, "");
    EXPECT_EQ(result.b, all.substr(0, 90));
    EXPECT_EQ(result.a, "€1");
    form.clear();
    append_to_form(form, "phone", "+254 7*-._");
    EXPECT_EQ(form, "phone=%2B254+7*-._");
}

}  // namespace
}  // namespace mlango::gsm
