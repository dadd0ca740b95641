// The outbox drained into a gateway that a test plays: every answer it may give, and what must never happen twice.
#include <deque>
#include <map>

#include "base/bytes.hpp"
#include "registry/parameters.hpp"
#include "tests/support/played_house.hpp"

namespace mlango::test {
namespace {

using namespace std::chrono_literals;
using handlers::notice_sender;
using outcome = std::expected<gsm::sms_accepted, gsm::submit_failure>;

class played_gateway final : public gsm::sms_gateway {
public:
    task<outcome> submit(const gsm::sms_out& message, deadline) override {
        taken.push_back(message);
        if (on_submit) on_submit();
        if (!answers.empty()) {
            auto next = answers.front();
            answers.pop_front();
            co_return next;
        }
        co_return gsm::sms_accepted{{"id-" + std::to_string(++last_id)}};
    }
    [[nodiscard]] std::string_view name() const override { return "played"; }

    std::deque<outcome> answers;  // then: accepted
    std::function<void()> on_submit;
    std::vector<gsm::sms_out> taken;
    int last_id = 0;
};

class sender : public testing::Test {
protected:
    sender() { house.connected(); }

    void put(std::string_view e164, std::string_view language, std::string_view text,
             const std::vector<std::pair<std::string, std::string>>& arguments = {}) {
        house.wait(
            house.registry.outbox.put(registry::make_notice(house.record_seal, e164, language, text, arguments)));
    }
    int drain() { return house.wait(sending.drain_once()); }
    std::string value(const std::string& sql) { return sql_session(world.registry.conninfo()).value(sql); }
    std::string states() { return value("SELECT string_agg(state, ' ' ORDER BY id) FROM outbox"); }

    played_world world;
    played_house house{world};
    played_gateway gateway;
    notice_sender sending{house.rooms, &gateway, "384", {}};
};

TEST_F(sender, words_a_notice_in_her_language_and_sends_it_once) {
    put("+254711000002", "sw", "sms.request", {{"reference", "AB3K"}});
    EXPECT_EQ(drain(), 1);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(drain(), 0);
    ASSERT_EQ(gateway.taken.size(), 1u);
    EXPECT_EQ(gateway.taken[0].to.e164(), "+254711000002");
    EXPECT_EQ(gateway.taken[0].sender, "384");
    EXPECT_EQ(gateway.taken[0].text, "Tumepokea ombi lako. Namba AB3K. Kama si wewe, piga *384# na uchague Nisaidie.");
    EXPECT_EQ(value("SELECT state || ' ' || gateway || ' ' || provider_id FROM outbox"), "sent played id-1");
    house.wait(house.sms.on_receipt(
        {.gateway = "played", .provider_id = "id-1", .to = {}, .state = gsm::receipt_state::delivered, .reason = {}}));
    EXPECT_EQ(states(), "delivered");
}

TEST_F(sender, tries_again_later_what_was_not_taken_and_gives_up_at_last) {
    put("+254711000001", "en", "sms.call", {{"reference", "AB3K"}});
    for (int i = 0; i < 5; ++i) gateway.answers.emplace_back(std::unexpected(gsm::submit_refusal::temporary));
    EXPECT_EQ(drain(), 1);
    EXPECT_EQ(states(), "pending");
    EXPECT_EQ(drain(), 0) << "not at once";
    world.time.advance(59s);
    EXPECT_EQ(drain(), 0);
    for (const auto wait : {1s, 120s, 240s, 480s}) {
        EXPECT_EQ(states(), "pending");
        world.time.advance(wait);
        EXPECT_EQ(drain(), 1);
    }
    EXPECT_EQ(states(), "failed");
    world.time.advance(24h);
    EXPECT_EQ(drain(), 0);
    EXPECT_EQ(gateway.taken.size(), 5u);
}

TEST_F(sender, never_repeats_what_was_refused_for_good_or_may_have_been_sent) {
    for (const char* number : {"+254711000001", "+254711000003", "+254711000004"}) put(number, "en", "sms.how");
    gateway.answers = {std::unexpected(gsm::submit_refusal::permanent), std::unexpected(gsm::submit_refusal::unknown),
                       gsm::sms_accepted{{"last"}}};
    EXPECT_EQ(drain(), 3);
    EXPECT_EQ(states(), "failed unknown sent");
    world.time.advance(24h);
    EXPECT_EQ(drain(), 0);
    EXPECT_EQ(gateway.taken.size(), 3u);
    EXPECT_EQ(world.numbers.count("sms_uncertain_total", "").value(), 1u);
}

TEST_F(sender, a_server_that_died_with_a_notice_in_hand_leaves_it_unknown) {
    put("+254711000001", "en", "sms.how");
    ASSERT_EQ(house.wait(house.registry.outbox.claim(10, 120s)).size(), 1u);  // and is never heard of again
    played_house next(world);
    next.connected();
    notice_sender other(next.rooms, &gateway, "384", {});
    EXPECT_EQ(next.wait(other.drain_once()), 0);
    EXPECT_EQ(states(), "sending");
    world.time.advance(121s);
    put("+254711000003", "fr", "sms.how");
    EXPECT_EQ(next.wait(other.drain_once()), 1);
    EXPECT_EQ(states(), "unknown sent");
    ASSERT_EQ(gateway.taken.size(), 1u);
    EXPECT_EQ(gateway.taken[0].to.e164(), "+254711000003");
}

TEST_F(sender, two_servers_share_the_work_and_send_each_once) {
    constexpr int notices = 120;
    for (int i = 0; i < notices; ++i) put("+2547000001" + std::to_string(10'000 + i).substr(2), "en", "sms.how");
    played_house next(world);
    next.connected();
    notice_sender other(next.rooms, &gateway, "384", {});
    for (int i = 0; i < 10; ++i) {
        drain();
        next.wait(other.drain_once());
    }
    std::map<std::uint64_t, int> times;
    for (const auto& one : gateway.taken) ++times[one.to.value()];
    EXPECT_EQ(times.size(), static_cast<std::size_t>(notices));
    EXPECT_EQ(gateway.taken.size(), static_cast<std::size_t>(notices));
    EXPECT_EQ(value("SELECT count(*) FROM outbox WHERE state = 'sent'"), std::to_string(notices));
}

TEST_F(sender, a_registry_that_goes_away_meanwhile_leaves_nobody_without_and_nobody_with_two) {
    for (const char* number : {"+254711000001", "+254711000003", "+254711000004"}) put(number, "en", "sms.how");
    gateway.on_submit = [&] {
        if (gateway.taken.size() == 1) world.registry.away();
    };
    EXPECT_THROW(drain(), registry::registry_unavailable);
    house.run_until([&] { return !house.pool.connected(); });
    world.registry.back();
    house.connected();
    EXPECT_EQ(drain(), 2);
    EXPECT_EQ(gateway.taken.size(), 3u);
    world.time.advance(24h);
    EXPECT_EQ(drain(), 0);
    EXPECT_EQ(states(), "unknown sent sent") << "the first may have been sent; a receipt can not be matched to it";
    EXPECT_EQ(gateway.taken.size(), 3u);
}

TEST_F(sender, goes_on_when_one_can_not_be_recorded) {
    // A gateway that gives an id twice is refused by the registry.
    for (const char* number : {"+254711000001", "+254711000003", "+254711000004"}) put(number, "en", "sms.how");
    gateway.answers = {gsm::sms_accepted{{"same"}}, gsm::sms_accepted{{"same"}}, gsm::sms_accepted{{"other"}}};
    testing::internal::CaptureStderr();
    house.background.spawn("sender", sending.run());
    house.run_until([&] { return gateway.taken.size() == 3 && states() == "sent sending sent"; });
    put("+254711000010", "en", "sms.how");
    house.run_until([&] { return gateway.taken.size() == 4; });
    const std::string log = testing::internal::GetCapturedStderr();
    EXPECT_NE(log.find("notice_failed"), std::string::npos) << log;
    EXPECT_EQ(log.find("711000"), std::string::npos) << log;
    house.wait(house.background.close(std::chrono::steady_clock::now()));
}

TEST_F(sender, words_nothing_but_what_is_meant_for_sms) {
    put("+254711000001", "en", "recorded.body", {{"name", "Amina"}});
    put("+254711000001", "en", "sms.no_such_text");
    EXPECT_EQ(drain(), 2);
    EXPECT_TRUE(gateway.taken.empty());
    EXPECT_EQ(states(), "failed failed");
    put("+254711000001", "ti", "sms.how");
    EXPECT_EQ(drain(), 1);
    EXPECT_EQ(gateway.taken.at(0).text, "Dial *384# to use the service. It is free.") << "a language without texts";
}

TEST_F(sender, sends_nothing_to_a_number_that_said_stop) {
    house.wait(house.registry.inbox.allow_sms("+254711000001", false));
    put("+254711000001", "en", "sms.how");
    put("+254711000003", "en", "sms.how");
    drain();
    ASSERT_EQ(gateway.taken.size(), 1u);
    EXPECT_EQ(gateway.taken[0].to.e164(), "+254711000003");
    EXPECT_EQ(states(), "suppressed sent");
}

TEST_F(sender, without_a_gateway_everything_stays) {
    put("+254711000001", "en", "sms.how");
    notice_sender silent(house.rooms, nullptr, "", {});
    EXPECT_EQ(house.wait(silent.drain_once()), 0);
    EXPECT_EQ(states(), "pending");
}

class sms : public sender {
protected:
    void receive(std::string text, std::string id, std::string_view from = "+254711000002") {
        house.wait(house.sms.on_message({.gateway = "played",
                                         .provider_id = std::move(id),
                                         .from = *gsm::msisdn::from_e164(from),
                                         .to = "384",
                                         .text = std::move(text)}));
    }
    std::string texts() {
        return value("SELECT string_agg(text_key || ' ' || language, ', ' ORDER BY id) FROM outbox");
    }
    std::string allowed() {
        const auto number = to_hex(house.blind.blind(registry::msisdn_purpose, "+254711000002"));
        return value("SELECT sms_allowed FROM number_preference WHERE number_blind = '\\x" + number + "'");
    }
};

TEST_F(sms, what_is_no_keyword_is_stored_once_and_asked_about_rarely) {
    for (int delivery = 0; delivery < 3; ++delivery) receive("Chakula kiko wapi leo?", "1");
    EXPECT_EQ(value("SELECT count(*) FROM inbox"), "1");
    EXPECT_EQ(texts(), "sms.screen sw");
    EXPECT_EQ(value("SELECT count(*) FROM inbox WHERE encode(text_sealed, 'escape') LIKE '%Chakula%'"), "0");
    for (int i = 2; i < 10; ++i) receive("tena kesho", std::to_string(i));
    EXPECT_EQ(texts(), "sms.screen sw, sms.screen sw, sms.screen sw") << "two machines fall silent";
    world.time.advance(1h);
    receive("tena kesho", "10");
    EXPECT_EQ(texts(), "sms.screen sw, sms.screen sw, sms.screen sw, sms.screen sw");
    receive("where is it", "11", "+254711000098");
    EXPECT_TRUE(texts().ends_with("sms.screen en")) << "a number that nobody knows";
}

TEST_F(sms, stop_and_start_are_honoured_at_once) {
    receive("acha", "1");
    EXPECT_EQ(allowed(), "f");
    receive("START", "2");
    EXPECT_EQ(allowed(), "t");
    EXPECT_EQ(texts(), "sms.stopped sw, sms.started sw");
}

TEST_F(sms, stop_is_not_lost_when_the_registry_goes_away_in_the_middle) {
    // The message was stored by a delivery that could do no more; the gateway sends it again.
    house.wait(house.registry.inbox.store("played", "1", "+254711000002", "384", "STOP"));
    receive("STOP", "1");
    EXPECT_EQ(allowed(), "f");
}

}  // namespace
}  // namespace mlango::test
