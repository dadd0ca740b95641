#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <set>

#include "commands/commands.hpp"

namespace mlango::commands {
namespace {

command_options of_text(std::string text) {
    command_options options;
    options.text = std::move(text);
    return options;
}

std::string printed(const command_options& options, int wanted = 0) {
    testing::internal::CaptureStdout();
    const int status = run_sms_cost(options);
    std::string out = testing::internal::GetCapturedStdout();
    EXPECT_EQ(status, wanted);
    return out;
}

TEST(sms_cost_command, says_it_in_words) {
    auto options = of_text(std::string(80, 'a') + "’");
    options.price = "0.8";
    options.currency = "KES";
    EXPECT_EQ(printed(options),
              "UCS-2, 81 of 134 units, 2 segments, 1.60 KES\n"
              "not in GSM-7: ’ (U+2019, 1)\n"
              "without them: GSM-7, 81 of 160 units, 1 segment, 0.80 KES\n");
    EXPECT_EQ(printed(of_text("Karibu")), "GSM-7, 6 of 160 units, 1 segment\n");
}

TEST(sms_cost_command, says_it_in_json) {
    auto options = of_text("kardeş");
    options.json = true;
    options.price = "0.8";
    const auto told = boost::json::parse(printed(options)).as_object();
    EXPECT_EQ(told.at("encoding"), "UCS-2");
    EXPECT_EQ(told.at("units"), 6);
    EXPECT_EQ(told.at("segments"), 1);
    EXPECT_EQ(told.at("cost"), "0.80");
    EXPECT_FALSE(told.contains("currency"));
    EXPECT_EQ(told.at("characters").at(0).at("character"), "ş");
    EXPECT_EQ(told.at("characters").at(0).at("code"), "U+015F");
    EXPECT_EQ(told.at("without").at("encoding"), "GSM-7");
}

TEST(sms_cost_command, with_national_tables) {
    std::string text;
    for (int i = 0; i < 71; ++i) text += "ş";
    auto options = of_text(text);
    options.tables = "ur,tr";
    EXPECT_TRUE(printed(options).starts_with("GSM-7 with tr locking, 71 of 155 units, 1 segment\n"));
    options.tables = "tr,sw";
    EXPECT_EQ(printed(options, 1), "");
    options.tables = "tr";
    options.price = "much";
    EXPECT_EQ(printed(options, 1), "");
    EXPECT_EQ(printed(of_text("\xFF"), 1), "");
}

TEST(sms_cost_command, every_sms_of_the_catalogue_in_every_language) {
    command_options options;
    options.all = options.json = true;
    options.menu = MLANGO_SOURCE_DIR "/templates/menus";
    options.texts = MLANGO_SOURCE_DIR "/templates/texts";
    std::set<std::string> languages, keys;
    for (const auto& row : boost::json::parse(printed(options)).as_array()) {
        languages.insert(std::string(row.at("language").as_string()));
        keys.insert(std::string(row.at("text").as_string()));
        EXPECT_GE(row.at("segments").as_int64(), 1) << row.at("text");
        EXPECT_GE(row.at("units").as_int64(), 1) << row.at("text");
        EXPECT_TRUE(std::string_view(row.at("text").as_string()).starts_with("sms."));
    }
    EXPECT_GE(languages.size(), 6u);
    EXPECT_GE(keys.size(), 5u);
    EXPECT_TRUE(keys.contains("sms.request"));
    options.language = "sw";
    options.json = false;
    const std::string table = printed(options);
    EXPECT_TRUE(table.contains("sms.request"));
    EXPECT_FALSE(table.contains("\nen "));
    options.language = "xx";
    EXPECT_EQ(printed(options, 1), "");
}

}  // namespace
}  // namespace mlango::commands
