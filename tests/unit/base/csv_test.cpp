#include "base/csv.hpp"

#include <gtest/gtest.h>

namespace mlango {
namespace {

// Rows as "row:field|field", faults as "row!n".
std::string printed(const csv_record& record) {
    std::string out = std::to_string(record.row);
    if (record.fault != csv_fault::none) return out + '!' + std::to_string(static_cast<int>(record.fault)) + ' ';
    out += ':';
    for (std::size_t i = 0; i < record.fields.size(); ++i) {
        if (i > 0) out += '|';
        out += record.fields[i];
    }
    return out + ' ';
}

constexpr csv_limits small{.record_bytes = 20, .fields = 4};

std::string whole(std::string_view text) {
    std::string out;
    const auto take = [&](const csv_record& record) {
        out += printed(record);
        return true;
    };
    csv_reader reader(small);
    reader.read(text, take);
    reader.finish(take);
    return out;
}

// The same, by another reader from `cut` on, as after a restart of the server.
std::string in_two(std::string_view text, std::size_t cut) {
    std::string out;
    const auto take = [&](const csv_record& record) {
        out += printed(record);
        return true;
    };
    csv_reader first(small);
    first.read(text.substr(0, cut), take);
    csv_reader second(small, first.place());
    second.read(text.substr(cut), take);
    second.finish(take);
    return out;
}

struct sample {
    std::string_view name, text, read;
};

constexpr sample samples[] = {
    {"nothing", "", ""},
    {"one field", "a", "1:a "},
    {"comma", "a,b\r\nc,d\r\n", "1:a|b 2:c|d "},
    {"line feed", "a,b\nc,d", "1:a|b 2:c|d "},
    {"return", "a,b\rc,d\r", "1:a|b 2:c|d "},
    {"semicolon", "a;b\nc,c;d", "1:a|b 2:c,c|d "},
    {"tab", "a\tb\nc;c\td", "1:a|b 2:c;c|d "},
    {"the first separator counts", "\"a,a\";b\nc", "1:a,a|b 2:c "},
    {"byte order mark",
     "\xef\xbb\xbf"
     "a,b",
     "1:a|b "},
    {"half of a byte order mark", "\xef\xbb", "1!4 "},
    {"mark alone", "\xef\xbb\xbf", ""},
    {"mark before a quote", "\xef\xbb\xbf\"a\",b", "1:a|b "},
    {"empty rows count", "\n\r\na\n\nb", "3:a 5:b "},
    {"empty fields", ",\n\"\",\n", "1:| 2:| "},
    {"quoted", "\"a\"\"b\",\"c\r\nd\"\ne", "1:a\"b|c\r\nd 2:e "},
    {"quote within", "a\"b,c\nd", "1!1 2:d "},
    {"text after a quote", "\"a\"b,c\nd", "1!1 2:d "},
    {"never closed", "a\n\"b", "1:a 2!1 "},
    {"just long enough", "12345678901234567890\nb", "1:12345678901234567890 2:b "},
    {"too long", "123456789012345678901\nb", "1!2 2:b "},
    {"too long in quotes", "\"2345678901234567890123\nb\"\nc", "1!2 2!1 3:c "},
    {"too long at the end", "123456789012345678901", "1!2 "},
    {"four fields", "1,2,3,4\n", "1:1|2|3|4 "},
    {"five fields", "1,2,3,4,5,6,7\na", "1!3 2:a "},
    {"not UTF-8", "a,\xff\nb", "1!4 2:b "},
    {"letters", "\xd8\xa3,\xe1\x88\x80\n", "1:\xd8\xa3|\xe1\x88\x80 "},
    {"spaces stay", " a , b\n", "1: a | b "},
};

TEST(csv_reader, reads_what_spreadsheets_write) {
    for (const sample& one : samples) EXPECT_EQ(whole(one.text), one.read) << one.name;
}

TEST(csv_reader, reads_the_same_split_at_every_byte_by_two_readers) {
    for (const sample& one : samples)
        for (std::size_t cut = 0; cut <= one.text.size(); ++cut)
            EXPECT_EQ(in_two(one.text, cut), one.read) << one.name << " at " << cut;
}

TEST(csv_reader, reads_the_same_byte_by_byte_each_by_another_reader) {
    for (const sample& one : samples) {
        std::string out;
        const auto take = [&](const csv_record& record) {
            out += printed(record);
            return true;
        };
        csv_place where;
        for (const char c : one.text) {
            csv_reader reader(small, where);
            reader.read({&c, 1}, take);
            where = reader.place();
        }
        csv_reader(small, where).finish(take);
        EXPECT_EQ(out, one.read) << one.name;
    }
}

TEST(csv_reader, says_nothing_of_a_record_that_is_cut) {
    // Truncated at every byte, each record that comes out whole is one of the file's, but for the last.
    const std::string_view text = "a,\"b\nb\"\r\nc,d\n";
    for (std::size_t end = 0; end <= text.size(); ++end) {
        std::string out;
        csv_reader reader(small);
        reader.read(text.substr(0, end), [&](const csv_record& record) {
            out += printed(record);
            return true;
        });
        EXPECT_TRUE(std::string_view("1:a|b\nb 2:c|d ").starts_with(out)) << end;
        EXPECT_LE(reader.place().unread.size(), small.record_bytes);
    }
}

TEST(csv_reader, stops_when_told_to) {
    int taken = 0;
    csv_reader reader;
    EXPECT_FALSE(reader.read("a\nb\nc\n", [&](const csv_record&) { return ++taken < 2; }));
    EXPECT_EQ(taken, 2);
}

struct written_field {
    std::string_view field, exact, guarded;
};

constexpr written_field fields[] = {
    {"a", "a", "a"},
    {"", "", ""},
    {"a=b", "a=b", "a=b"},
    {"it's", "it's", "it's"},
    {"b,c", "\"b,c\"", "\"b,c\""},
    {"b;c", "\"b;c\"", "\"b;c\""},
    {"b\tc", "\"b\tc\"", "\"b\tc\""},
    {"d\"e", "\"d\"\"e\"", "\"d\"\"e\""},
    {"\"", "\"\"\"\"", "\"\"\"\""},
    {"f\ng", "\"f\ng\"", "\"f\ng\""},
    {"f\r\ng", "\"f\r\ng\"", "\"f\r\ng\""},
    {" h", "\" h\"", "\" h\""},
    {"h ", "\"h \"", "\"h \""},
    {"=1+1", "=1+1", "'=1+1"},
    {"+254", "+254", "'+254"},
    {"-2", "-2", "'-2"},
    {"@x", "@x", "'@x"},
    {"\t=1", "\"\t=1\"", "\"'\t=1\""},
    {"\r=1", "\"\r=1\"", "\"'\r=1\""},
    {"=1,2", "\"=1,2\"", "\"'=1,2\""},
    {"=a(\"b\")", "\"=a(\"\"b\"\")\"", "\"'=a(\"\"b\"\")\""},
    {"\xd8\xa3", "\xd8\xa3", "\xd8\xa3"},
};

TEST(csv_fields, are_quoted_where_they_must_be_and_formulas_only_if_exact) {
    for (const written_field& one : fields) {
        std::string exact, guarded;
        append_exact_csv_field(exact, one.field);
        append_csv_field(guarded, one.field);
        EXPECT_EQ(exact, one.exact) << one.field;
        EXPECT_EQ(guarded, one.guarded) << one.field;
    }
}

TEST(csv_fields, are_one_record_however_they_are_handed_over) {
    std::string listed, held;
    append_csv_record(listed, {"a", "", "=b", "c,d"});
    append_csv_record(held, std::vector<std::string>{"a", "", "=b", "c,d"});
    EXPECT_EQ(listed, "a,,'=b,\"c,d\"\r\n");
    EXPECT_EQ(held, listed);
}

TEST(csv_fields, that_are_exact_are_read_back) {
    for (const written_field& one : fields) {
        if (one.field.empty()) continue;
        std::string out;
        append_exact_csv_field(out, one.field);
        csv_reader reader;
        std::string found;
        const auto take = [&](const csv_record& record) {
            if (record.fields.size() == 1) found = record.fields.front();
            return true;
        };
        reader.read(out, take);
        reader.finish(take);
        EXPECT_EQ(found, one.field);
    }
}

TEST(csv_fields, are_read_back) {
    std::string out;
    append_csv_record(out, {"a,\"b\"\r\n", "", " ", "\xd8\xa3"});
    csv_reader reader;
    int taken = 0;
    reader.read(out, [&](const csv_record& record) {
        ++taken;
        EXPECT_EQ(record.fields, (std::vector<std::string_view>{"a,\"b\"\r\n", "", " ", "\xd8\xa3"}));
        return true;
    });
    EXPECT_EQ(taken, 1);
}

}  // namespace
}  // namespace mlango
