// What an operation decides about its office's work, kept, read back, and followed by what is asked afterwards.
#include "registry/staff/operation_rules.hpp"

#include "registry_fixture.hpp"

namespace mlango::registry::test {
namespace {

class operation_rules_test : public registry_fixture {
protected:
    office_rules now() { return *wait(operation_rules(*pool).of("KEN")); }
    void set(const office_rules& wanted) { wait(operation_rules(*pool).set("KEN", wanted)); }
    static case_rule& rule(office_rules& of, std::string_view kind) {
        return *std::ranges::find(of.cases, kind, &case_rule::kind);
    }
    // What an address that is asked now needs: approvals, and the day it is due.
    std::string address_asked_on(const std::string& at, const std::string& reference) {
        return sql.value(
            fmt::format("INSERT INTO change_request (reference, hop_key, individual, kind, before, after, channel, "
                        "trust, asked_at) "
                        "VALUES ('{0}', decode(md5('{0}'), 'hex'), 1, 'address', '{{}}', '{{\"address\": \"Zone "
                        "1\"}}', 'phone', 2, "
                        "'{1}') RETURNING needs || ' ' || (due_at AT TIME ZONE 'Africa/Nairobi')",
                        reference, at));
    }
};

TEST_F(operation_rules_test, what_nobody_decided_is_as_everywhere) {
    auto rules = now();
    EXPECT_EQ(rules.timezone, "Africa/Nairobi");
    EXPECT_EQ(rules.opens + " " + rules.closes, "08:00 17:00");
    EXPECT_EQ(rules.weekdays, (std::vector{1, 2, 3, 4, 5}));
    EXPECT_TRUE(rules.holidays.empty());
    EXPECT_GE(rules.cases.size(), 15U);
    EXPECT_EQ(rule(rules, "phone_replace"), (case_rule{"phone_replace", 2, 0, true, 18, false}));
    EXPECT_FALSE(wait(operation_rules(*pool).of("XXX")).has_value());
}

TEST_F(operation_rules_test, what_is_set_is_read_back_replaces_what_was_and_is_written_down) {
    auto wanted = now();
    wanted.opens = "07:30";
    wanted.closes = "24:00";
    wanted.weekdays = {1, 7};
    wanted.holidays = {{"2026-12-12", {{"en", "Jamhuri Day"}, {"sw", "Siku ya Jamhuri"}}},
                       {"2026-12-25", {{"en", "Christmas"}}}};
    rule(wanted, "address") = {"address", 2, 1, true, 9, true};
    set(wanted);
    EXPECT_EQ(now(), wanted);
    wanted.holidays.erase("2026-12-12");
    wanted.holidays["2026-12-25"]["en"] = "Christmas Day";
    rule(wanted, "address") = {"address", 1, 0, false, 45, false};
    set(wanted);
    EXPECT_EQ(now(), wanted);
    EXPECT_EQ(count("audit WHERE kind = 'operation.rules_set' AND actor = 'command' AND detail = 'KEN'"), 2);
    EXPECT_EQ(count("operation_holiday"), 1);
    EXPECT_EQ(count("case_rule WHERE operation = 'KEN'"), 0);
}

TEST_F(operation_rules_test, what_is_asked_afterwards_follows_them_and_what_waits_does_not) {
    const std::string friday = "2026-11-27 06:00+00";  // 9 in Nairobi
    EXPECT_EQ(address_asked_on(friday, "TRAA"), "1 2026-12-04 09:00:00") << "45 hours of work";
    auto wanted = now();
    wanted.opens = "09:00";
    wanted.closes = "12:00";
    wanted.holidays = {{"2026-11-30", {{"en", "A holiday"}}}};
    rule(wanted, "address") = {"address", 2, 0, false, 5, true};
    set(wanted);
    EXPECT_EQ(address_asked_on(friday, "TRAC"), "2 2026-12-01 11:00:00") << "three hours on Friday, two on Tuesday";
    EXPECT_EQ(count("change_request WHERE needs = 1 AND kind = 'address'"), 1);
}

}  // namespace
}  // namespace mlango::registry::test
