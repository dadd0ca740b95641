#include "commands/operation_file.hpp"

#include <gtest/gtest.h>

#include <fmt/ranges.h>

namespace mlango::commands {
namespace {

registry::office_rules kenya() {
    return {.opens = "08:00",
            .closes = "17:00",
            .weekdays = {1, 2, 3, 4, 5},
            .holidays = {{"2026-12-12", {{"en", "Jamhuri \"Day\""}, {"sw", "Siku ya Jamhuri"}}}},
            .cases = {{"address", 1, 0, false, 45, false},
                      {"birth", 1, 0, true, 45, false},
                      {"phone_replace", 2, 0, true, 9, true}},
            .timezone = "Africa/Nairobi"};
}

std::string all_of(const std::vector<std::string>& lines) {
    return fmt::format("{}", fmt::join(lines, "\n"));
}

std::vector<std::string> changes_of(const std::string& text) {
    const auto read = rules_in_file(text, kenya());
    return read ? changes_between(kenya(), *read) : read.error();
}

TEST(operation_file, what_is_written_is_read_again) {
    const std::string text = operation_file("KEN", kenya());
    const auto read = rules_in_file(text, kenya());
    ASSERT_TRUE(read) << all_of(read.error());
    EXPECT_EQ(*read, kenya());
    EXPECT_TRUE(changes_between(kenya(), *read).empty());
    EXPECT_NE(text.find("# address: "), std::string::npos) << "as everywhere, to be taken up";
    EXPECT_NE(text.find("\n  phone_replace: "), std::string::npos);
}

struct change_case {
    const char* name;
    const char* text;
    const char* change;
};

class a_changed_file : public testing::TestWithParam<change_case> {};

TEST_P(a_changed_file, says_what_it_changes) {
    EXPECT_EQ(all_of(changes_of(GetParam().text)), GetParam().change);
}

INSTANTIATE_TEST_SUITE_P(
    table, a_changed_file,
    testing::Values(
        change_case{"nothing", "", ""}, change_case{"only_a_comment", "# nothing\n", ""},
        change_case{"hours", "calendar: { closes: '16:00', weekdays: [sun, mon, mon] }",
                    "  works 08:00 to 17:00, mon, tue, wed, thu, fri -> 08:00 to 16:00, mon, sun"},
        change_case{"holidays", "holidays:\n  2026-12-25: Christmas\n",
                    "- holiday 2026-12-12 Jamhuri \"Day\"\n+ holiday 2026-12-25 Christmas"},
        change_case{"no_holidays", "holidays:\n", "- holiday 2026-12-12 Jamhuri \"Day\""},
        change_case{"another_name", "holidays: { 2026-12-12: Jamhuri }", "  holiday 2026-12-12 has other names"},
        change_case{
            "a_rule", "cases: { phone_replace: { due_hours: 18 } }",
            "  phone_replace: { approvals: 2, least_trust: 0, evidence: true, due_hours: 9 } -> { approvals: 2, "
            "least_trust: 0, evidence: true, due_hours: 18 }"},
        change_case{"as_everywhere", "cases:\n",
                    "  phone_replace: { approvals: 2, least_trust: 0, evidence: true, due_hours: 9 } -> as everywhere"},
        change_case{"its_own_from_now", "cases: { phone_replace: {}, birth: {} }",
                    "  birth: stays so, whatever is decided for everywhere"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    faults, a_changed_file,
    testing::Values(
        change_case{"no_yaml", "calendar: [", "line 1: end of sequence flow not found"},
        change_case{"unknown", "calender: {}\n", "line 1: calender is not known"},
        change_case{"a_day_that_is_none", "calendar: { weekdays: [mon, friday] }",
                    "line 1: calendar.weekdays has \"friday\", which is none of mon, tue, wed, thu, fri, sat, sun"},
        change_case{"nobody_works", "calendar: { weekdays: [] }",
                    "calendar: weekdays should name a day on which somebody works"},
        change_case{"hours_the_wrong_way", "calendar: { opens: '17:00', closes: '08:00' }",
                    "calendar: opens and closes are times such as 08:00 and 17:00, the later one last"},
        change_case{"hours_that_are_none", "calendar: { opens: '8:00' }",
                    "calendar: opens and closes are times such as 08:00 and 17:00, the later one last"},
        change_case{"a_date_that_is_none", "holidays: { 2026-02-30: Never }",
                    "holidays: 2026-02-30 is no day such as 2027-12-25"},
        change_case{"no_english", "holidays: { 2026-12-25: { fr: Noël } }",
                    "holidays: 2026-12-25 needs its name in English (en)"},
        change_case{"twice", "holidays:\n  2026-12-25: A\n  2026-12-25: B\n",
                    "line 3: holidays: 2026-12-25 stands twice"},
        change_case{"a_list", "holidays: [2026-12-25]",
                    "line 1: holidays should be days with their names, such as 2026-12-25: Christmas"},
        change_case{"no_kind", "cases: { divorce: { approvals: 1 } }",
                    "cases: there is no kind of change named divorce"},
        change_case{"a_number_alone", "cases: { phone_replace: { approvals: 0, evidence: false } }",
                    "cases.phone_replace: somebody must approve it: who stole her phone and PIN could ask for it"},
        change_case{"evidence_of_nobody", "cases: { birth: { approvals: 0 } }",
                    "cases.birth: evidence needs somebody who looks at it: approvals is 1 or 2, or evidence is false"}),
    [](const auto& info) { return info.param.name; });

TEST(operation_file, numbers_are_bounded_and_told_with_their_lines) {
    const auto faults =
        all_of(changes_of("cases:\n  address: { approvals: 3, least_trust: 9, due_hours: 0, colour: red }\n"));
    for (const char* wanted : {"line 2: cases.address.approvals ", "line 2: cases.address.least_trust ",
                               "line 2: cases.address.due_hours ", "line 2: cases.address.colour is not known"})
        EXPECT_NE(faults.find(wanted), std::string::npos) << wanted << "\nsaid:\n" << faults;
}

}  // namespace
}  // namespace mlango::commands
