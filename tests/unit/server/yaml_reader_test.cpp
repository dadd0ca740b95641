#include "server/config/yaml_reader.hpp"

#include <gtest/gtest.h>

namespace mlango::server {
namespace {

using namespace std::chrono_literals;
using faults = std::vector<std::string>;

template <class Use>
faults read(const std::string& yaml, Use use) {
    faults found;
    {
        yaml_reader reader(YAML::Load(yaml), "part", found);
        use(reader);
    }
    return found;
}

struct time_row {
    const char* name;
    std::string text;
    std::chrono::milliseconds time;  // negative: refused
};

class times : public testing::TestWithParam<time_row> {};

TEST_P(times, have_a_unit) {
    const auto& row = GetParam();
    std::chrono::milliseconds out = 7ms;
    const auto found = read("t: " + row.text, [&](auto& yaml) { yaml.read_time("t", out, 1ms, 48h); });
    if (row.time < 0ms) {
        ASSERT_EQ(found.size(), 1u);
        EXPECT_TRUE(found[0].starts_with("line 1: part.t should be a time like 250ms, 10s or 3min")) << found[0];
        EXPECT_EQ(out, 7ms) << "what is refused changes nothing";
    } else {
        EXPECT_EQ(found, faults{});
        EXPECT_EQ(out, row.time);
    }
}

INSTANTIATE_TEST_SUITE_P(table, times,
                         testing::Values(time_row{"milliseconds", "250ms", 250ms}, time_row{"seconds", "10s", 10s},
                                         time_row{"minutes", "3min", 3min}, time_row{"hours", "2h", 2h},
                                         time_row{"quoted", "\"10s\"", 10s}, time_row{"no_unit", "10", -1ms},
                                         time_row{"only_a_unit", "s", -1ms}, time_row{"another_unit", "10m", -1ms},
                                         time_row{"days", "1d", -1ms}, time_row{"negative", "-10s", -1ms},
                                         time_row{"fraction", "1.5s", -1ms}, time_row{"space", "10 s", -1ms},
                                         time_row{"too_short", "0ms", -1ms}, time_row{"too_long", "49h", -1ms},
                                         time_row{"beyond_all_numbers", "99999999999999999999s", -1ms},
                                         time_row{"would_overflow", "9000000000000000h", -1ms},
                                         time_row{"words", "soon", -1ms}, time_row{"empty", "\"\"", -1ms}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(yaml_reader, a_time_keeps_the_unit_of_its_field) {
    std::chrono::seconds out{1};
    EXPECT_EQ(read("t: 2500ms", [&](auto& yaml) { yaml.read_time("t", out, 1s, 60s); }), faults{});
    EXPECT_EQ(out, 2s);
}

struct number_row {
    const char* name;
    std::string text;
    int number;  // negative: refused
};

class numbers : public testing::TestWithParam<number_row> {};

TEST_P(numbers, are_whole_and_within_bounds) {
    const auto& row = GetParam();
    unsigned out = 7;
    const auto found = read("n: " + row.text, [&](auto& yaml) { yaml.read_number("n", out, 1, 300); });
    if (row.number < 0) {
        EXPECT_EQ(found.size(), 1u);
        EXPECT_EQ(out, 7u);
    } else {
        EXPECT_EQ(found, faults{});
        EXPECT_EQ(out, static_cast<unsigned>(row.number));
    }
}

INSTANTIATE_TEST_SUITE_P(table, numbers,
                         testing::Values(number_row{"least", "1", 1}, number_row{"most", "300", 300},
                                         number_row{"quoted", "\"42\"", 42}, number_row{"below", "0", -1},
                                         number_row{"above", "301", -1}, number_row{"negative", "-1", -1},
                                         number_row{"fraction", "1.5", -1}, number_row{"hexadecimal", "0x10", -1},
                                         number_row{"words", "many", -1}, number_row{"with_a_unit", "10s", -1},
                                         number_row{"empty", "", -1}, number_row{"list", "[1]", -1},
                                         number_row{"beyond_all_numbers", "99999999999999999999", -1}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(yaml_reader, what_is_not_there_leaves_the_default) {
    std::string text = "default";
    bool flag = true;
    double real = 1.5;
    std::vector<std::string> list{"a"};
    const auto found = read("{}", [&](auto& yaml) {
        yaml.read("text", text);
        yaml.read("flag", flag);
        yaml.read("real", real, 0, 2);
        yaml.read("list", list);
        EXPECT_FALSE(yaml.has("text"));
    });
    EXPECT_EQ(found, faults{});
    EXPECT_EQ(text, "default");
    EXPECT_TRUE(flag);
    EXPECT_EQ(real, 1.5);
    EXPECT_EQ(list, std::vector<std::string>{"a"});
}

TEST(yaml_reader, reads_every_kind) {
    std::string text;
    bool flag = true;
    double real = 0;
    std::vector<std::string> list;
    const auto found = read("{ text: \"*384#\", flag: false, real: 0.5, list: [a, b] }", [&](auto& yaml) {
        yaml.read("text", text);
        yaml.read("flag", flag);
        yaml.read("real", real, 0, 2);
        yaml.read("list", list);
    });
    EXPECT_EQ(found, faults{});
    EXPECT_EQ(text, "*384#");
    EXPECT_FALSE(flag);
    EXPECT_EQ(real, 0.5);
    EXPECT_EQ(list, (std::vector<std::string>{"a", "b"}));
}

TEST(yaml_reader, names_line_and_key_of_every_fault_at_once) {
    const auto found = read(
        "text: [a]\n"
        "flag: yes\n"
        "real: nan\n"
        "list: a\n"
        "lists: [[a]]\n"
        "unheard: of\n",
        [](auto& yaml) {
            std::string text;
            bool flag = false;
            double real = 0;
            std::vector<std::string> list;
            yaml.read("text", text);
            yaml.read("flag", flag);
            yaml.read("real", real, 0, 2);
            yaml.read("list", list);
            yaml.read("lists", list);
        });
    EXPECT_EQ(found,
              (faults{"line 1: part.text should be a single value", "line 2: part.flag should be true or false",
                      "line 3: part.real should be a number from 0 to 2", "line 4: part.list should be a list",
                      "line 5: part.lists should be a list of single values", "line 6: part.unheard is not known"}));
}

TEST(yaml_reader, a_mapping_is_wanted) {
    std::string text = "default";
    EXPECT_EQ(read("[a, b]", [&](auto& yaml) { yaml.read("text", text); }),
              faults{"line 1: part should be a mapping (key: value)"});
    EXPECT_EQ(text, "default");
    EXPECT_EQ(read("", [&](auto& yaml) { yaml.read("text", text); }), faults{}) << "an empty one has the defaults";
}

}  // namespace
}  // namespace mlango::server
