#include "registry/preferences.hpp"

#include <fmt/format.h>

#include "registry/inbox.hpp"
#include "registry/outbox.hpp"
#include "registry_fixture.hpp"

namespace mlango::registry::test {
namespace {

using namespace std::chrono_literals;

// 20 November 2026 is a Friday; Nairobi is three hours ahead of the clock here.
struct preferences_test : registry_fixture {
    manual_clock now{std::chrono::sys_days(std::chrono::year(2026) / 11 / 20) + 9h};
    registry::preferences preferences() { return {*pool, blind}; }
    registry::outbox messages() { return {*pool, record, blind, now}; }

    // Noon is what `now` begins with in Nairobi.
    void it_is(std::chrono::minutes after_noon_there) { now.advance(after_noon_there); }
    void put(std::string_view text = "sms.request", std::string_view to = amina) {
        wait(messages().put(make_notice(record, to, "sw", text, {{"reference", "ACDE"}})));
    }
    std::vector<outgoing_notice> goes() {
        auto claimed = wait(messages().claim({.replies = 10, .notices = 10, .bulk = 10}, 60s));
        std::vector<attempt> these;
        for (const auto& each : claimed)
            these.push_back({.id = each.id, .claim = each.claim, .gateway = "any", .number = each.number});
        EXPECT_EQ(wait(messages().begin(these, 60s, 0)).ours.size(), claimed.size());
        return claimed;
    }
    std::size_t goes_now() { return goes().size(); }
    std::string due_there() {
        return sql.value(
            "SELECT to_char(due_at AT TIME ZONE 'Africa/Nairobi', 'YYYY-MM-DD HH24:MI') FROM outbox "
            "WHERE state = 'pending'");
    }
};

TEST_F(preferences_test, nothing_chosen_is_everything_in_native_letters) {
    const auto chosen = wait(preferences().of(nobody));
    EXPECT_TRUE(chosen.sms_allowed);
    EXPECT_EQ(chosen.sms_hours, "any");
    EXPECT_EQ(chosen.script, "native");
}

TEST_F(preferences_test, each_choice_is_kept_once_beside_the_others) {
    auto repository = preferences();
    for (int i = 0; i < 2; ++i) {
        wait(repository.allow_sms(amina, person_id{1}, false));
        wait(repository.choose_hours(amina, person_id{1}, "day"));
        wait(repository.choose_script(amina, person_id{1}, "latin"));
    }
    const auto chosen = wait(repository.of(amina));
    EXPECT_FALSE(chosen.sms_allowed);
    EXPECT_EQ(chosen.sms_hours, "day");
    EXPECT_EQ(chosen.script, "latin");
    EXPECT_EQ(sql.value("SELECT string_agg(kind || ' ' || detail, ', ' ORDER BY id) FROM audit WHERE individual = 1"),
              "sms.allowed no, sms.hours day, letters.chosen latin");
    EXPECT_TRUE(wait(repository.of(shared)).sms_allowed) << "it is of one number";
    EXPECT_THROW(wait(repository.choose_hours(amina, person_id{1}, "never")), statement_refused);
}

TEST_F(preferences_test, stop_by_sms_and_on_the_screen_are_one_switch) {
    registry::inbox incoming(*pool, record, blind, now);
    auto repository = preferences();
    wait(incoming.allow_sms(amina, false));
    EXPECT_FALSE(wait(repository.of(amina)).sms_allowed);
    wait(repository.allow_sms(amina, person_id{1}, true));
    put();
    EXPECT_EQ(goes_now(), 1U);
    wait(repository.allow_sms(amina, person_id{1}, false));
    put();
    EXPECT_EQ(goes_now(), 0U);
    EXPECT_EQ(count("outbox WHERE state = 'suppressed' AND reason = 'stop'"), 1);
    wait(incoming.allow_sms(amina, true));
    EXPECT_TRUE(wait(repository.of(amina)).sms_allowed);
}

TEST_F(preferences_test, by_day_means_from_eight_to_eighteen_where_she_was_registered) {
    wait(preferences().choose_hours(amina, person_id{1}, "day"));
    it_is(-4h - 1min);  // 7:59
    put();
    EXPECT_EQ(goes_now(), 0U);
    EXPECT_EQ(due_there(), "2026-11-20 08:00");
    it_is(1min);
    EXPECT_EQ(goes_now(), 1U);
    it_is(10h - 1min);  // 17:59
    put();
    EXPECT_EQ(goes_now(), 1U);
    it_is(1min);
    put();
    EXPECT_EQ(goes_now(), 0U);
    EXPECT_EQ(due_there(), "2026-11-21 08:00");
    it_is(14h);
    const auto in_the_morning = goes();
    ASSERT_EQ(in_the_morning.size(), 1U);
    EXPECT_EQ(in_the_morning[0].attempts, 0) << "waiting is not an attempt";
}

TEST_F(preferences_test, a_number_of_nobody_has_the_hours_of_utc) {
    sql.run(fmt::format("INSERT INTO number_preference (number_blind, sms_hours) VALUES ('{}', 'day')",
                        bytea_parameter(blind.blind(msisdn_purpose, nobody))));
    it_is(9h - 1min);  // 17:59 UTC
    put("sms.request", nobody);
    EXPECT_EQ(goes_now(), 1U);
    it_is(1min);
    put("sms.request", nobody);
    EXPECT_EQ(goes_now(), 0U);
}

TEST_F(preferences_test, a_warning_waits_for_no_morning) {
    wait(preferences().choose_hours(amina, person_id{1}, "day"));
    it_is(12h);
    for (const char* text : {"sms.pin_changed", "sms.stopped", "sms.how"}) put(text);
    EXPECT_EQ(goes_now(), 3U);
    put("sms.request");
    put("sms.problem");
    EXPECT_EQ(goes_now(), 0U);
}

TEST_F(preferences_test, the_others_are_not_held_up_by_who_waits_for_the_morning) {
    wait(preferences().choose_hours(amina, person_id{1}, "day"));
    it_is(12h);
    put("sms.request", amina);
    put("sms.request", shared);
    const auto gone = goes();
    ASSERT_EQ(gone.size(), 1U);
    EXPECT_EQ(gone[0].e164, shared);
}

TEST_F(preferences_test, only_what_she_asked_for_is_sent_to_who_wants_no_more) {
    wait(preferences().choose_hours(amina, person_id{1}, "asked"));
    it_is(12h);
    put();
    put();
    sql.run("UPDATE outbox SET asked = false WHERE id = (SELECT max(id) FROM outbox)");
    EXPECT_EQ(goes_now(), 1U);
    EXPECT_EQ(count("outbox WHERE state = 'suppressed' AND reason = 'not asked for'"), 1);
}

}  // namespace
}  // namespace mlango::registry::test
