// The client of CAMARA's SIM Swap and Number Recycling against an operator that behaves as their definitions say: it
// checks token, scope, body and correlator before it answers.
#include "gsm/camara/client.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <map>

#include "base/http/server.hpp"
#include "tests/support/test_loop.hpp"

namespace mlango::gsm::camara {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

const msisdn same = *msisdn::from_e164("+254711000001");
const msisdn swapped = *msisdn::from_e164("+254711000002");
const msisdn recycled = *msisdn::from_e164("+254711000003");
const msisdn stranger = *msisdn::from_e164("+254711000009");

http_server_settings on_a_free_port() {
    http_server_settings out;
    out.port = 0;
    return out;
}

// An operator's gateway.
class played_operator {
public:
    played_operator(asio::io_context& context, metrics& numbers)
        : server_(context, on_a_free_port(),
                  {{"POST", "/token", [this](http_request& request) { return token(request); }},
                   {"POST", "/camara/sim-swap/v2/check", [this](http_request& request) { return sim_swap(request); }},
                   {"POST", "/camara/number-recycling/v0.2/check",
                    [this](http_request& request) { return recycling(request); }}},
                  numbers) {
        asio::co_spawn(context, server_.run(), [](std::exception_ptr) {});
    }
    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(server_.port()); }
    task<void> drain() { co_await server_.drain(std::chrono::steady_clock::now() + 1s); }

    int tokens = 0, questions = 0, longest_hours = 2'400;
    bool withdrawn = false;  // the token that is out
    unsigned broken = 0;     // every question is answered with it

private:
    static std::string number_in(const json::object& question) {
        return std::string(question.at("phoneNumber").as_string());
    }
    static http_response answer_with(unsigned status, const json::object& body) {
        http_response out;
        out.status = status;
        out.content_type = "application/json";
        out.body = json::serialize(body);
        return out;
    }
    static http_response refuse(unsigned status, const char* code) {
        return answer_with(status, {{"status", status}, {"code", code}, {"message", "as the definition says"}});
    }

    task<http_response> token(http_request& request) {
        ++tokens;
        const auto form = parse_form(request.body);
        const std::map<std::string, std::string> fields(form->begin(), form->end());
        if (request.header("Authorization") != basic_credentials("mlango", "s3:cret") ||
            fields.at("grant_type") != "client_credentials" ||
            fields.at("scope") != "sim-swap:check number-recycling:check")
            co_return answer_with(401, {{"error", "invalid_client"}});
        withdrawn = false;
        current_ = "token-" + std::to_string(tokens);
        co_return answer_with(200, {{"access_token", current_}, {"token_type", "Bearer"}, {"expires_in", 600}});
    }

    // nullopt: `question` is the body.
    std::optional<http_response> refusal(const http_request& request, json::object& question) {
        ++questions;
        if (broken != 0) return refuse(broken, "UNAVAILABLE");
        if (withdrawn || request.header("Authorization") != "Bearer " + current_) return refuse(401, "UNAUTHENTICATED");
        if (request.header("Content-Type") != "application/json" || request.header("x-correlator").size() != 32)
            return refuse(400, "INVALID_ARGUMENT");
        question = json::parse(request.body).as_object();
        if (!question.contains("phoneNumber")) return refuse(422, "MISSING_IDENTIFIER");
        if (number_in(question) == stranger.e164()) return refuse(404, "IDENTIFIER_NOT_FOUND");
        return std::nullopt;
    }
    task<http_response> sim_swap(http_request& request) {
        json::object question;
        if (auto refused = refusal(request, question)) co_return std::move(*refused);
        if (question.at("maxAge").as_int64() > longest_hours) co_return refuse(400, "OUT_OF_RANGE");
        co_return answer_with(200, {{"swapped", number_in(question) == swapped.e164()}});
    }
    task<http_response> recycling(http_request& request) {
        json::object question;
        if (auto refused = refusal(request, question)) co_return std::move(*refused);
        const auto date = question.at("specifiedDate").as_string();
        co_return answer_with(200,
                              {{"phoneNumberRecycled", number_in(question) == recycled.e164() && date < "2026-06-01"}});
    }

    std::string current_;
    http_server server_;
};

class camara : public testing::Test {
protected:
    camara() {
        settings.name = "safari";
        settings.api_root = plays.url() + "/camara";
        settings.token_url = plays.url() + "/token";
        settings.client_id = "mlango";
        settings.client_secret = "s3:cret";
    }
    ~camara() override { loop.wait(plays.drain()); }

    answer swap(msisdn number, int hours = 240) {
        return loop.wait(client.sim_swapped(number, hours, time.steady() + 5s));
    }
    answer reuse(msisdn number, std::chrono::year_month_day since) {
        return loop.wait(client.recycled(number, since, time.steady() + 5s));
    }
    std::uint64_t counted(std::string_view api, std::string_view outcome) {
        return numbers
            .count("camara_checks_total", "Questions to an operator about a number",
                   {{"operator", "safari"}, {"api", api}, {"outcome", outcome}})
            .value();
    }

    test::test_loop loop{10s};
    metrics numbers;
    played_operator plays{loop.context, numbers};
    camara_settings settings;
    http_client http{loop.context, {}};
    system_clock time;
    system_random random;
    camara_client client{settings, http, numbers, time, random};
};

TEST_F(camara, tells_who_was_swapped_and_who_went_to_another) {
    EXPECT_EQ(swap(same), answer::no);
    EXPECT_EQ(swap(swapped), answer::yes);
    EXPECT_EQ(swap(stranger), answer::unknown);
    EXPECT_EQ(reuse(same, std::chrono::year(2026) / 1 / 1), answer::no);
    EXPECT_EQ(reuse(recycled, std::chrono::year(2026) / 1 / 1), answer::yes);
    EXPECT_EQ(reuse(recycled, std::chrono::year(2026) / 7 / 1), answer::no);
    EXPECT_EQ(reuse(same, {}), answer::unknown);
    const auto both = loop.wait(client.history(recycled, std::chrono::year(2026) / 1 / 1, time.steady() + 5s));
    EXPECT_EQ(both.swapped, answer::no);
    EXPECT_EQ(both.recycled, answer::yes);
    EXPECT_EQ(plays.tokens, 1) << "one token serves them all";
    EXPECT_EQ(counted("sim_swap", "not_known"), 1U);
    EXPECT_EQ(counted("sim_swap", "yes"), 1U);
}

TEST_F(camara, a_token_that_was_withdrawn_is_replaced_once) {
    EXPECT_EQ(swap(same), answer::no);
    plays.withdrawn = true;
    EXPECT_EQ(swap(swapped), answer::yes);
    EXPECT_EQ(plays.tokens, 2);
    settings.client_secret = "wrong";
    plays.withdrawn = true;
    EXPECT_EQ(swap(same), answer::unknown);
    EXPECT_EQ(counted("sim_swap", "not_allowed"), 1U);
}

TEST_F(camara, an_operator_that_may_look_back_less_far_is_asked_for_that) {
    plays.longest_hours = 240;
    EXPECT_EQ(swap(swapped, 2'000), answer::yes);
    EXPECT_EQ(swap(same, 2'000), answer::unknown) << "ten days without a swap say nothing of the days before";
    EXPECT_EQ(swap(same, 240), answer::no);
    plays.longest_hours = 0;
    EXPECT_EQ(swap(swapped, 240), answer::unknown);
    EXPECT_EQ(counted("sim_swap", "out_of_range"), 1U);
}

TEST_F(camara, whoever_does_not_answer_tells_nothing) {
    plays.broken = 503;
    EXPECT_EQ(swap(swapped), answer::unknown);
    plays.broken = 403;
    EXPECT_EQ(swap(swapped), answer::unknown);
    plays.broken = 0;
    EXPECT_EQ(loop.wait(client.sim_swapped(swapped, 24, time.steady() - 1s)), answer::unknown);
    settings.api_root = "http://127.0.0.1:1";
    EXPECT_EQ(swap(swapped), answer::unknown);
    EXPECT_GE(counted("sim_swap", "busy"), 2U);
}

TEST_F(camara, only_its_own_numbers_are_asked_about) {
    settings.prefixes = {"25472"};
    EXPECT_EQ(swap(swapped), answer::unknown);
    EXPECT_EQ(plays.questions, 0);
    settings.prefixes = {"25472", "25471"};
    EXPECT_EQ(swap(swapped), answer::yes);
}

}  // namespace
}  // namespace mlango::gsm::camara
