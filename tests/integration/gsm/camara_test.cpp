// The client of CAMARA's SIM Swap and Number Recycling against an operator that behaves as their definitions say: it
// checks token, scope, body and correlator before it answers.
#include "gsm/camara/client.hpp"

#include <gtest/gtest.h>

#include "tests/support/played_operator.hpp"
#include "tests/support/test_loop.hpp"

namespace mlango::gsm::camara {
namespace {

using namespace std::chrono_literals;
using namespace testing_support;

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
