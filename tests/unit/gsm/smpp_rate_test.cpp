// The rate against SMSCs that refuse what goes over their limit: simulated event by event, the same each time.
#include "gsm/smpp/rate.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <limits>
#include <queue>
#include <random>

namespace mlango::gsm::smpp {
namespace {

using namespace std::chrono_literals;
using time_point = rate::time_point;

constexpr time_point start{1'000s};

// How an SMSC counts. All of these are in use.
enum class limiter { second, sliding, bucket, paced };

class limited_smsc {
public:
    limited_smsc(limiter how, double limit) : how_(how), limit_(limit), tokens_(how == limiter::paced ? 1 : limit) {}

    void set_limit(double limit) { limit_ = limit; }
    bool takes(time_point now) {
        switch (how_) {
            case limiter::second: {
                const auto second = now.time_since_epoch() / 1s;
                if (second != second_) count_ = 0;
                second_ = second;
                return count_ < limit_ && ++count_ > 0;
            }
            case limiter::sliding:
                while (!taken_.empty() && now - taken_.front() >= 1s) taken_.pop_front();
                if (static_cast<double>(taken_.size()) >= limit_) return false;
                taken_.push_back(now);
                return true;
            case limiter::bucket:
            case limiter::paced:
                break;
        }
        const double most = how_ == limiter::paced ? std::max(2.0, limit_ / 20) : limit_;
        tokens_ = std::min(most, tokens_ + std::chrono::duration<double>(now - filled_).count() * limit_);
        filled_ = now;
        if (tokens_ < 1) return false;
        tokens_ -= 1;
        return true;
    }

private:
    limiter how_;
    double limit_;
    double tokens_;
    time_point filled_ = start;
    std::int64_t second_ = 0;
    double count_ = 0;
    std::deque<time_point> taken_;
};

struct scenario {
    limiter how = limiter::second;
    double limit = 200;
    std::size_t window = 100;
    std::chrono::milliseconds latency{20};  // there and back, half of it before the SMSC counts; plus up to 40 ms
    std::chrono::seconds lasts{60};
    std::chrono::milliseconds timer{1};  // how coarsely the client wakes
    rate_settings settings{};
    std::function<double(std::chrono::seconds)> limit_at{};  // where the limit changes
    std::function<double(time_point)> offered{};             // messages that exist until then; empty: endless
};

struct score {
    std::uint64_t accepted = 0;
    std::uint64_t refused = 0;
    double granted = 0;  // what the limit would have let through
    double last_rate = 0;
    [[nodiscard]] double used() const { return static_cast<double>(accepted) / granted; }
    [[nodiscard]] double refusals() const {
        return static_cast<double>(refused) / static_cast<double>(accepted + refused);
    }
};

struct happening {
    time_point at;
    std::uint64_t order;
    bool at_smsc;  // or back at the client
    bool accepted;
    time_point sent;
    bool operator>(const happening& other) const { return std::tie(at, order) > std::tie(other.at, other.order); }
};

score play(const scenario& with) {
    rate controlled(with.settings);
    limited_smsc smsc(with.how, with.limit);
    std::priority_queue<happening, std::vector<happening>, std::greater<>> queue;
    std::minstd_rand random(7);
    const std::chrono::microseconds jitter = std::min(with.latency, 40ms);
    const auto half = [&]() -> std::chrono::nanoseconds {
        return std::chrono::microseconds(with.latency) / 2 + jitter * (random() % 500) / 1000;
    };
    std::uint64_t order = 0;
    std::size_t outstanding = 0;
    double submitted = 0;
    time_point last_arrival = start;
    score result;
    time_point now = start;
    for (; now < start + with.lasts;) {
        if (with.limit_at) {
            smsc.set_limit(with.limit_at(std::chrono::duration_cast<std::chrono::seconds>(now - start)));
        }
        time_point next = now + with.timer;
        while (outstanding < with.window && (!with.offered || submitted < with.offered(now)) && controlled.take(now)) {
            ++outstanding;
            ++submitted;
            last_arrival = std::max<time_point>(last_arrival, now + half());  // TCP keeps the order
            queue.push({last_arrival, ++order, true, false, now});
        }
        while (!queue.empty() && queue.top().at <= next) {
            happening event = queue.top();
            queue.pop();
            now = event.at;
            if (event.at_smsc) {
                queue.push({now + half(), ++order, false, smsc.takes(now), event.sent});
                continue;
            }
            --outstanding;
            if (event.accepted) {
                ++result.accepted;
                controlled.accepted(event.sent, now);
            } else {
                ++result.refused;
                controlled.throttled(event.sent, now);
            }
        }
        now = next;
    }
    for (std::chrono::seconds at{0}; at < with.lasts; ++at) {
        result.granted += with.limit_at ? with.limit_at(at) : with.limit;
    }
    result.last_rate = controlled.per_second();
    return result;
}

std::string_view word(limiter how) {
    constexpr std::string_view words[] = {"second", "sliding", "bucket", "paced"};
    return words[static_cast<int>(how)];
}

constexpr limiter all_limiters[] = {limiter::second, limiter::sliding, limiter::bucket, limiter::paced};

void expect_good(const scenario& with) {
    const score got = play(with);
    const std::string what = fmt::format(
        "{} {}/s window {} latency {} ms: used {:.3f}, refused {:.4f} ({}), rate {:.0f}", word(with.how), with.limit,
        with.window, with.latency.count(), got.used(), got.refusals(), got.refused, got.last_rate);
    if (std::getenv("MLANGO_SHOW")) fmt::print("{}\n", what);
    EXPECT_GT(got.used(), 0.9) << what;
    EXPECT_LT(got.refusals(), 0.02) << what;
}

// Research: Kannel keeps 6 to 11 % of 200/s, and up to 65 % of what it submits is refused.
TEST(smpp_rate, a_limit_of_200_is_used_without_running_into_it) {
    for (const limiter how : all_limiters) {
        for (const std::size_t window : {10, 100, 500}) {
            for (const auto latency : {0ms, 1ms, 5ms, 20ms, 40ms}) {
                if (window == 10 && latency == 40ms) continue;  // 10 under way in 40 to 80 ms are 166/s at most
                expect_good({.how = how, .window = window, .latency = latency});
            }
        }
        for (const std::size_t window : {100, 500}) {  // 10 under way in 300 ms are 33/s at most
            expect_good({.how = how, .window = window, .latency = 300ms, .lasts = 120s});
        }
    }
}

TEST(smpp_rate, a_limit_of_5) {
    for (const limiter how : all_limiters) {
        for (const std::size_t window : {10, 100, 500}) {
            expect_good({.how = how, .limit = 5, .window = window, .latency = 50ms, .lasts = 600s});
        }
    }
}

TEST(smpp_rate, a_limit_of_1000) {
    for (const limiter how : all_limiters) {
        for (const std::size_t window : {100, 500}) {
            expect_good({.how = how, .limit = 1'000, .window = window, .latency = 20ms});
        }
    }
}

TEST(smpp_rate, a_limit_that_changes) {
    for (const limiter how : all_limiters) {
        for (const std::size_t window : {100, 500}) {
            scenario changing{.how = how, .limit = 200, .window = window, .latency = 20ms, .lasts = 300s};
            changing.limit_at = [](std::chrono::seconds at) { return at < 100s ? 400.0 : at < 200s ? 100.0 : 400.0; };
            const score got = play(changing);
            if (std::getenv("MLANGO_SHOW"))
                fmt::print("{} {} changing {:.3f} {:.4f}\n", word(how), window, got.used(), got.refusals());
            EXPECT_GT(got.used(), 0.85) << word(how) << ' ' << window;
            EXPECT_LT(got.refusals(), 0.02) << word(how) << ' ' << window;
            EXPECT_GT(got.last_rate, 350) << word(how) << ' ' << window;
        }
    }
}

TEST(smpp_rate, a_limit_that_nobody_sets_is_not_felt) {
    scenario open{.how = limiter::bucket, .limit = 1e9, .window = 1'000, .latency = 5ms, .lasts = 10s};
    const score got = play(open);
    EXPECT_EQ(got.refused, 0u);
    EXPECT_GT(static_cast<double>(got.accepted), 7 * 1'000 / 0.012);  // as many as the window allows, but for the start
}

TEST(smpp_rate, the_agreed_ceiling_is_never_passed) {
    scenario agreed{.how = limiter::sliding, .limit = 103, .window = 100, .latency = 20ms};
    agreed.settings.ceiling = 100;
    const score got = play(agreed);
    EXPECT_EQ(got.refused, 0u);
    EXPECT_GT(got.used(), 0.9);
}

TEST(smpp_rate, who_has_little_to_send_learns_nothing_and_forgets_nothing) {
    scenario quiet{.how = limiter::second, .limit = 200, .window = 500, .latency = 20ms, .lasts = 600s};
    quiet.offered = [](time_point now) { return std::chrono::duration<double>(now - start).count() * 2; };
    const score got = play(quiet);
    EXPECT_EQ(got.refused, 0u);
    EXPECT_GE(got.accepted, 1'195u);
    EXPECT_LT(got.last_rate, 200);  // a broadcast that begins now does not begin with a wall of refusals
}

TEST(smpp_rate, an_smsc_that_refuses_everything_is_asked_ever_more_rarely) {
    const score got = play({.how = limiter::bucket, .limit = 0.0001, .window = 100, .latency = 20ms, .lasts = 600s});
    EXPECT_LT(got.refused, 160u);
    EXPECT_GT(got.refused, 90u);  // at least every five seconds or so, so that its recovery is seen
}

TEST(smpp_rate, refusals_sent_before_a_decrease_count_once) {
    rate controlled({.start = 1'000'000});
    time_point now = start;
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(controlled.take(now));
    now += 50ms;
    controlled.throttled(start, now);
    const double after_one = controlled.per_second();
    for (int i = 0; i < 99; ++i) controlled.throttled(start, now);
    EXPECT_EQ(controlled.per_second(), after_one);
    EXPECT_FALSE(controlled.take(now));
    EXPECT_EQ(controlled.ready_at(now), now + 100ms);
}

TEST(smpp_rate, what_it_says_of_the_next_one_holds) {
    for (const double per_second : {0.3, 5.0, 7.7, 200.0, 33'333.0}) {
        rate controlled({.start = per_second});
        time_point now = start;
        time_point measured_from{};
        constexpr int count = 10'000;
        for (int i = -1'000; i < count; ++i) {
            if (i == 0) measured_from = now;  // the first burst is spent
            const time_point ready = controlled.ready_at(now);
            if (ready > now) {
                EXPECT_FALSE(controlled.take(now));
                EXPECT_LE(ready - now, 30s);
                now = ready;
            }
            ASSERT_TRUE(controlled.take(now)) << per_second;
        }
        const double took = std::chrono::duration<double>(now - measured_from).count();
        EXPECT_NEAR(count / took / per_second, 1, 0.01) << per_second;
    }
}

TEST(smpp_rate, a_probe_without_an_answer_does_not_hold_the_bind_for_ever) {
    rate controlled({.start = 100});
    time_point now = start;
    for (int i = 0; i < 3; ++i) {
        now = controlled.ready_at(now);
        ASSERT_TRUE(controlled.take(now));
        const time_point sent = now;
        now += 10ms;
        controlled.throttled(sent, now);
    }
    now = controlled.ready_at(now);
    ASSERT_TRUE(controlled.take(now));
    EXPECT_EQ(controlled.ready_at(now), time_point::max());
    controlled.lost(now);
    EXPECT_NE(controlled.ready_at(now), time_point::max());
}

// An SMSC of version 5.0 that says how busy it is, and never refuses.
TEST(smpp_rate, congestion_state_keeps_it_near_the_optimum) {
    rate controlled;
    time_point now = start;
    const double capacity = 300;
    std::uint64_t taken_late = 0;
    for (int tick = 0; tick < 120'000; ++tick) {
        now += 1ms;
        while (controlled.take(now)) {
            controlled.accepted(now - 1ms, now);
            if (tick >= 60'000) ++taken_late;
            const double load = 100 * controlled.per_second() / capacity;
            controlled.congested(static_cast<std::uint8_t>(std::min(load, 100.0)), now);
        }
    }
    EXPECT_GT(controlled.per_second(), 0.75 * capacity);
    EXPECT_LE(controlled.per_second(), 1.0 * capacity);
    EXPECT_GT(static_cast<double>(taken_late) / 60, 0.75 * capacity);
}

// An SMSC that queues what it can not do: responses take ever longer, and nothing is refused.
TEST(smpp_rate, responses_that_take_ever_longer_slow_it_down) {
    rate controlled;
    time_point now = start;
    const double capacity = 50;
    time_point busy_until = start;
    std::deque<std::pair<time_point, time_point>> under_way;  // sent, answered
    double worst_late = 0;
    for (int tick = 0; tick < 300'000; ++tick) {
        now += 1ms;
        while (!under_way.empty() && under_way.front().second <= now) {
            controlled.accepted(under_way.front().first, now);
            if (tick > 200'000) {
                worst_late = std::max(worst_late, std::chrono::duration<double>(now - under_way.front().first).count());
            }
            under_way.pop_front();
        }
        while (under_way.size() < 1'000 && controlled.take(now)) {
            busy_until = std::max(busy_until, now) +
                         std::chrono::duration_cast<rate::duration>(std::chrono::duration<double>(1 / capacity));
            under_way.emplace_back(now, busy_until + 20ms);
        }
    }
    EXPECT_LT(worst_late, 10);  // without it: 1,000 under way take 20 s
    EXPECT_GT(controlled.per_second(), 0.6 * capacity);
    EXPECT_LT(controlled.per_second(), 1.5 * capacity);
}

}  // namespace
}  // namespace mlango::gsm::smpp
