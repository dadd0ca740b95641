// An outbox with its sender, and gateways that a test plays.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/played_house.hpp"

namespace mlango::test {

using namespace std::chrono_literals;
using handlers::sms_rounds;
using handlers::sms_sender;
using registry::message_priority;
using outcome = std::expected<gsm::sms_accepted, gsm::submit_failure>;

class played_gateway final : public gsm::sms_gateway {
public:
    explicit played_gateway(std::string called) : name_(std::move(called)) {}
    task<outcome> submit(const gsm::sms_out& message, deadline) override {
        taken.push_back(message);
        if (on_submit) on_submit();
        if (before_answer) co_await before_answer(message);
        ++under_way;
        coarse_timer pause(co_await asio::this_coro::executor);
        while (holding) {
            pause.expires_after(1ms);
            co_await pause.async_wait(use_task);
        }
        --under_way;
        if (throws) throw std::runtime_error("out of order");
        if (!answers.empty()) {
            auto next = answers.front();
            answers.pop_front();
            co_return next;
        }
        co_return gsm::sms_accepted{{name_ + "-" + std::to_string(++last_id)}};
    }
    task<std::optional<gsm::sms_receipt>> query(const gsm::sms_out& message, std::string_view id, deadline) override {
        asked.emplace_back(message.reference, id);
        if (on_query) on_query();
        co_return knows;
    }
    [[nodiscard]] std::size_t window() const override { return places; }
    [[nodiscard]] bool ready() const override { return is_ready; }
    [[nodiscard]] std::string_view name() const override { return name_; }
    [[nodiscard]] std::string numbers() const {
        std::string all;
        for (const auto& each : taken) all += each.to.e164().substr(10) + ' ';
        return all;
    }

    std::deque<outcome> answers;  // then: accepted
    std::function<void()> on_submit, on_query;
    std::function<task<void>(gsm::sms_out)> before_answer;
    std::vector<gsm::sms_out> taken;
    std::vector<std::pair<std::uint64_t, std::string>> asked;
    std::optional<gsm::sms_receipt> knows;
    std::size_t places = 1;
    std::size_t under_way = 0;
    bool is_ready = true, holding = false, throws = false;
    int last_id = 0;

private:
    std::string name_;
};

inline outcome refused(gsm::submit_refusal what) {
    return std::unexpected(gsm::submit_failure(what));
}

class sender : public testing::Test {
protected:
    sender() { house.connected(); }
    ~sender() override {
        if (!house.pool.connected()) return;
        gateway.holding = second.holding = false;
        house.wait(sending.close(std::chrono::steady_clock::now() + 2s));
    }

    void put(std::string_view e164, std::string_view language, std::string_view text,
             const std::vector<std::pair<std::string, std::string>>& arguments = {}, registry::dispatch how = {}) {
        house.wait(
            house.registry.outbox.put(registry::make_notice(house.record_seal, e164, language, text, arguments), how));
    }
    void put_to(int number, message_priority priority = message_priority::notice) {
        put(fmt::format("+2547110000{:02}", number), "en", "sms.how", {}, {.priority = priority});
    }
    int drain() { return house.wait(sending.drain_once()); }
    void receipt(std::string id, std::string_view to, gsm::receipt_state state, std::string_view from = "played") {
        house.wait(house.sms.on_receipt({.gateway = std::string(from),
                                         .provider_id = std::move(id),
                                         .to = gsm::msisdn::from_e164(to),
                                         .state = state,
                                         .reason = {},
                                         .reference = 0}));
    }
    std::string value(const std::string& sql) { return sql_session(world.registry.conninfo()).value(sql); }
    std::string states() { return value("SELECT string_agg(state, ' ' ORDER BY id) FROM outbox"); }
    std::uint64_t submissions(std::string_view outcome_name, std::string_view through = "played") {
        return world.numbers
            .count("sms_submissions_total", "Submissions to gateways, by outcome",
                   {{"gateway", through}, {"outcome", outcome_name}})
            .value();
    }

    played_world world;
    played_house house{world};
    played_gateway gateway{"played"};
    played_gateway second{"second"};
    sms_sender sending{house.rooms, {{.gateway = &gateway, .sender = "384"}}, {}, {}};
    sms_sender by_two{
        house.rooms, {{.gateway = &gateway, .sender = "384"}, {.gateway = &second, .sender = "385"}}, {}, {}};
    sms_rounds rounds{house.rooms, house.sms, {&gateway, &second}, {}};
};

}  // namespace mlango::test
