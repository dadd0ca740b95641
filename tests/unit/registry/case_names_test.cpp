#include <gtest/gtest.h>

#include <string>

#include "registry/staff/case_updates.hpp"
#include "registry/staff/case_values.hpp"

namespace {

using mlango::registry::recorded_name;
using mlango::registry::split_name;

struct row {
    std::string_view typed;
    recorded_name before;
    std::string_view given, family;
};

TEST(case_names, are_split_as_the_recorded_one_was) {
    const row table[] = {
        {"Amina Hassan", {"Amena", "Hasan"}, "Amina", "Hassan"},
        {"Amina", {"Amena", "Hassan"}, "Amina", "Hassan"},  // one word: the family's stays
        {"Marie Claire Ndayishimiye", {"Mari Clair", "Ndayi"}, "Marie Claire", "Ndayishimiye"},
        {"Marie Claire", {"Mari Clair", "Ndayi"}, "Marie Claire", "Ndayi"},
        {"Deng Abuk Ajak", {"Deng", "Ajak"}, "Deng", "Abuk Ajak"},
        {"Abuk Deng", {"Abuk", ""}, "Abuk Deng", ""},  // nobody told which word is a family's
        {"Nyakim", {"", ""}, "Nyakim", ""},
        {"  Nyakim   Deng ", {"Nyakim", "Deg"}, "Nyakim", "Deng"},
        {"", {"Abuk", "Deng"}, "", "Deng"},
    };
    for (const auto& each : table) {
        const recorded_name split = split_name(each.typed, each.before);
        EXPECT_EQ(split.given, each.given) << each.typed;
        EXPECT_EQ(split.family, each.family) << each.typed;
    }
}

TEST(case_values, say_what_somebody_else_changed_and_keep_what_she_was_asked_against) {
    boost::json::object shown = boost::json::parse(R"({"kind": "address", "decided_at": null,
        "before": {"address_line": "B"}, "recorded": {"address_line": "C"}, "after": {"address_line": "D"},
        "asked_against": {"address_line": "A"}})")
                                    .as_object();
    mlango::registry::compare_fields(shown);
    EXPECT_EQ(boost::json::serialize(shown.at("fields")),
              R"([{"name":"address_line","asked_against":"A","recorded":"C","wanted":"D","changed":true}])");
    EXPECT_FALSE(shown.contains("before"));
}

TEST(case_values, of_what_is_decided_nothing_counts_as_changed) {
    boost::json::object shown = boost::json::parse(R"({"kind": "address", "decided_at": "2026-11-28T10:00:00Z",
        "before": {"address_line": "B"}, "recorded": {"address_line": "D"}, "after": {"address_line": "D"},
        "asked_against": null})")
                                    .as_object();
    mlango::registry::compare_fields(shown);
    EXPECT_EQ(boost::json::serialize(shown.at("fields")),
              R"([{"name":"address_line","asked_against":"B","recorded":"B","wanted":"D","changed":false}])");
}

TEST(case_values, of_a_death_tell_whether_she_still_is_in_the_household) {
    boost::json::object shown = boost::json::parse(R"({"kind": "death", "decided_at": null, "before": {},
        "recorded": null, "after": {"day": "2026-11-01"}, "asked_against": null})")
                                    .as_object();
    mlango::registry::compare_fields(shown);
    const auto& fields = shown.at("fields").as_array();
    ASSERT_EQ(fields.size(), 2U);
    EXPECT_EQ(fields[1].as_object().at("name"), "in_household");
    EXPECT_EQ(fields[1].as_object().at("changed"), true);
}

}  // namespace
