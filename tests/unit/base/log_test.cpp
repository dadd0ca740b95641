#include "base/log.hpp"

#include <gtest/gtest.h>

#include "base/exception_kind.hpp"

using namespace mlango;

namespace {

constexpr wall_time at{std::chrono::microseconds(1'700'000'000'123'456)};

std::string field_text(const log_field& field) {
    constexpr std::string_view start = "2023-11-14T22:13:20.123Z info event ";
    const std::string line = log_line(at, log_level::info, "event", {field});
    EXPECT_TRUE(line.starts_with(start)) << line;
    return line.substr(start.size());
}

}  // namespace

TEST(log, line_has_time_level_event_and_fields) {
    EXPECT_EQ(log_line(at, log_level::warning, "redis_slow", {{"ms", 12}, {"pool", "a"}}),
              "2023-11-14T22:13:20.123Z warning redis_slow ms=12 pool=a");
    EXPECT_EQ(log_line(at, log_level::error, "alone", {}), "2023-11-14T22:13:20.123Z error alone");
}

TEST(log, values_cannot_leave_their_field) {
    const std::vector<std::pair<std::string, std::string>> table = {
        {"plain", "plain"},
        {"", R"("")"},
        {"two words", R"("two words")"},
        {"a=b", R"("a=b")"},
        {R"(say "no")", R"("say \"no\"")"},
        {R"(back\slash)", R"("back\\slash")"},
        {"line\nbreak", R"("line\nbreak")"},
        {"\r\t\x1b[31m", R"("\x0d\x09\x1b[31m")"},
        {"\x7f", R"("\x7f")"},
        {"grüße", "grüße"},
        {"c1\xc2\x9b control", R"("c1\xc2\x9b control")"},
        {"turn \xe2\x80\xae around", R"("turn \xe2\x80\xae around")"},
        {"isolate \xe2\x81\xa6", R"("isolate \xe2\x81\xa6")"},
        {"bad \xff utf", R"("bad \xff utf")"},
        {std::string("nul\0", 4), R"("nul\x00")"},
    };
    for (const auto& [value, text] : table) EXPECT_EQ(field_text({"k", value}), "k=" + text);
}

TEST(log, deceptive_marks_are_escaped_without_a_blank_too) {
    EXPECT_EQ(field_text({"k", std::string("x\xe2\x80\xaey")}), R"(k="x\xe2\x80\xaey")");
    EXPECT_EQ(field_text({"k", std::string("x\xff")}), R"(k="x\xff")");
}

TEST(log, long_values_are_cut_between_characters) {
    EXPECT_EQ(field_text({"k", std::string(200, 'x')}), "k=" + std::string(200, 'x'));
    EXPECT_EQ(field_text({"k", std::string(201, 'x')}), "k=\"" + std::string(200, 'x') + "…\"");
    EXPECT_EQ(field_text({"k", std::string(199, 'x') + "éé"}), "k=\"" + std::string(199, 'x') + "…\"");
}

TEST(log, numbers_of_every_kind) {
    EXPECT_EQ(field_text({"k", -5}), "k=-5");
    EXPECT_EQ(field_text({"k", std::uint64_t{1} << 63}), "k=9223372036854775808");
    EXPECT_EQ(field_text({"k", 0.25}), "k=0.25");
}

TEST(log, a_phone_number_is_masked) {
    EXPECT_EQ(field_text({"msisdn", masked_msisdn{"+254700000001"}}), "msisdn=+2547•••••01");
    EXPECT_EQ(field_text({"msisdn", masked_msisdn{"254700000001"}}), "msisdn=+2547•••••01");
}

TEST(log, of_anything_else_in_a_number_s_place_nothing_is_shown) {
    for (const std::string text : {"", "+", "40384", "+25470000", "Amina Yusuf Ali", "+2547000000x1",
                                   "+2547000000001234567890", "254 700 000 001"})
        EXPECT_EQ(field_text({"msisdn", masked_msisdn{text}}), "msisdn=•••••") << text;
}

TEST(log, levels_below_the_lowest_are_silent) {
    EXPECT_FALSE(log_enabled(log_level::debug));
    set_log_level(log_level::error);
    testing::internal::CaptureStderr();
    log_warning("not_seen");
    log_error("seen", {{"k", 1}});
    const std::string out = testing::internal::GetCapturedStderr();
    set_log_level(log_level::info);
    EXPECT_EQ(out.find("not_seen"), std::string::npos);
    EXPECT_TRUE(out.ends_with(" error seen k=1\n")) << out;
}

TEST(exception_kind, names_the_type_and_never_the_text) {
    const auto kind = [](auto failure) { return exception_kind(std::make_exception_ptr(failure)); };
    EXPECT_EQ(kind(std::out_of_range("her PIN")), "std::out_of_range");
    EXPECT_EQ(kind(std::system_error(std::make_error_code(std::errc::io_error), "her name")),
              "std::system_error:generic:5");
    EXPECT_EQ(kind(42), "unknown");
    EXPECT_FALSE(is_cancellation(std::make_exception_ptr(std::runtime_error("x"))));
}
