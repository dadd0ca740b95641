// A registry with messages on their way, at a day of its own.
#pragma once

#include "registry/inbox.hpp"
#include "registry/outbox.hpp"
#include "registry/receipts.hpp"
#include "registry_fixture.hpp"

namespace mlango::registry::test {

struct message_fixture : registry_fixture {
    static constexpr std::chrono::seconds lease{60};
    manual_clock now{wall_time(std::chrono::sys_days(std::chrono::year(2026) / 11 / 20))};
    std::optional<registry::outbox> messages;
    std::optional<registry::receipts> reports;
    std::optional<registry::inbox> incoming;

    void SetUp() override {
        registry_fixture::SetUp();
        messages.emplace(*pool, record, blind, now);
        reports.emplace(*pool, blind, now);
        incoming.emplace(*pool, record, blind, now);
    }
    void TearDown() override {
        messages.reset();
        reports.reset();
        incoming.reset();
        registry_fixture::TearDown();
    }

    void put(std::string_view to = amina, dispatch how = {}) {
        wait(messages->put(make_notice(record, to, "ar", "sms.test", {{"reference", "ACDE"}, {"day", "يوم"}}), how));
    }
    void put_bulk(std::string_view to) { put(to, {.priority = message_priority::bulk}); }
    std::vector<outgoing_notice> claim(int most = 10) {
        return wait(messages->claim({.replies = most, .notices = most, .bulk = most}, lease));
    }
    static attempt attempt_of(const outgoing_notice& message, std::string_view gateway = "smsc") {
        return {.id = message.id,
                .claim = message.claim,
                .gateway = gateway,
                .number = message.number,
                .bulk = message.priority == message_priority::bulk};
    }
    begun begin(const outgoing_notice& message, std::string_view gateway = "smsc", int bulk_a_day = 0) {
        const attempt one = attempt_of(message, gateway);
        return wait(messages->begin({&one, 1}, lease, bulk_a_day));
    }
    // Claimed and begun.
    outgoing_notice begin_one(std::string_view gateway = "smsc") {
        auto claimed = claim(1);
        EXPECT_EQ(claimed.size(), 1U);
        EXPECT_EQ(begin(claimed.at(0), gateway).ours.size(), 1U);
        return claimed.at(0);
    }
    void record_it(const outgoing_notice& message, attempt_result::kind what, std::optional<wall_time> at = {},
                   std::string_view gateway = "smsc") {
        const attempt_result one{.id = message.id,
                                 .attempt = message.attempts + 1,
                                 .what = what,
                                 .gateway = std::string(gateway),
                                 .reason = "word",
                                 .at = at,
                                 .parts = {}};
        wait(messages->record({&one, 1}));
    }
    void sent(const outgoing_notice& message, std::vector<part_id> parts, std::string_view gateway = "smsc",
              std::optional<wall_time> ask_at = {}) {
        const attempt_result one{.id = message.id,
                                 .attempt = message.attempts + 1,
                                 .what = attempt_result::kind::sent,
                                 .gateway = std::string(gateway),
                                 .reason = {},
                                 .at = ask_at,
                                 .parts = std::move(parts)};
        wait(messages->record({&one, 1}));
    }
    static part_id part(std::string id) { return {.raw = id, .forms = {id}}; }
    outgoing_notice send_one(std::string_view to, std::vector<part_id> parts, std::string_view gateway = "smsc") {
        put(to);
        auto message = begin_one(gateway);
        sent(message, std::move(parts), gateway);
        return message;
    }
    static receipt_word report(std::string id, std::string_view to = amina, std::string word = "delivered",
                               std::string gateway = "smsc") {
        return {.gateway = std::move(gateway),
                .provider_id = id,
                .forms = id.empty() ? std::vector<std::string>{} : std::vector{id},
                .e164 = std::string(to),
                .reference = 0,
                .word = word,
                .final = word != "buffered",
                .may_wait = true};
    }
    std::string take(receipt_word one) { return std::string(name_of(wait(reports->take({&one, 1})).at(0))); }

    std::string state(outbox_id id) {
        return sql.value(fmt::format("SELECT state FROM outbox WHERE id = {}", id.value));
    }
    std::string states() { return sql.value("SELECT string_agg(state, ' ' ORDER BY id) FROM outbox"); }
};

}  // namespace mlango::registry::test
