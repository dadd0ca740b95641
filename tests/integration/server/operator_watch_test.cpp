// What operators say about a number, as the wallet's screens get it.
#include "server/operator_watch.hpp"

#include <gtest/gtest.h>

#include "tests/support/played_operator.hpp"
#include "tests/support/test_loop.hpp"

namespace mlango::server {
namespace {

using namespace testing_support;
using wallet::sim_answer;

class operator_watching : public testing::Test {
protected:
    ~operator_watching() override { loop.wait(plays.drain()); }

    static std::vector<gsm::camara::camara_settings> operators(const std::string& url) {
        gsm::camara::camara_settings other, hers;
        other.name = "other";
        other.api_root = other.token_url = "http://127.0.0.1:1";
        other.client_id = other.client_secret = "x";
        other.prefixes = {"25470"};
        hers.name = "hers";
        hers.api_root = url + "/camara";
        hers.token_url = url + "/token";
        hers.client_id = "mlango";
        hers.client_secret = "s3:cret";
        hers.prefixes = {"25471"};
        return {other, hers};
    }
    sim_answer about(const std::string& e164, std::optional<wall_time> sure_at = {}) {
        return loop.wait(watch.about(e164, sure_at));
    }

    test::test_loop loop{10s};
    metrics numbers;
    played_operator plays{loop.context, numbers};
    system_clock time;
    system_random random;
    http_client http{loop.context, {}};
    std::vector<gsm::camara::camara_settings> settings = operators(plays.url());
    operator_watch watch{settings, http, numbers, time, random};
};

TEST_F(operator_watching, says_what_follows_for_the_wallet) {
    const wall_time long_ago = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);
    EXPECT_EQ(about(same.e164(), long_ago), sim_answer::same);
    EXPECT_EQ(about(swapped.e164(), long_ago), sim_answer::swapped);
    EXPECT_EQ(about(recycled.e164(), long_ago), sim_answer::recycled);
    EXPECT_EQ(about(stranger.e164(), long_ago), sim_answer::unknown);
    EXPECT_EQ(about("+254700000001", long_ago), sim_answer::unknown) << "that operator does not answer";
    EXPECT_EQ(about("+256772000001", long_ago), sim_answer::unknown) << "nobody's number";
    EXPECT_EQ(about("nobody", long_ago), sim_answer::unknown);
}

TEST_F(operator_watching, asks_once_in_a_while) {
    EXPECT_EQ(about(swapped.e164()), sim_answer::swapped);
    const int asked = plays.questions;
    EXPECT_GT(asked, 0);
    EXPECT_EQ(about(swapped.e164()), sim_answer::swapped);
    EXPECT_EQ(plays.questions, asked);
    plays.broken = 503;
    EXPECT_EQ(about(same.e164()), sim_answer::unknown);
    plays.broken = 0;
    EXPECT_EQ(about(same.e164()), sim_answer::unknown) << "not at each key press";
}

}  // namespace
}  // namespace mlango::server
