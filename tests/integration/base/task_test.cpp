#include <boost/asio/post.hpp>
#include <future>
#include <thread>

#include "base/exception_kind.hpp"
#include "base/task_group.hpp"
#include "base/worker_pool.hpp"
#include "loop.hpp"

using namespace mlango;
using namespace mlango::test;

namespace {

task<std::string> late(std::chrono::milliseconds time, std::string value) {
    co_await sleep(time);
    co_return value;
}

task<int> broken() {
    co_await sleep(1ms);
    throw std::out_of_range("x");
}

struct flag_on_exit {
    bool& flag;
    ~flag_on_exit() { flag = true; }
};

}  // namespace

TEST(within, gives_the_value_in_time) {
    asio::io_context context(1);
    run(context, []() -> task<void> {
        const auto value = co_await within(in(5s), late(1ms, "here"));
        EXPECT_TRUE(value);
        if (value) EXPECT_EQ(*value, "here");
        EXPECT_TRUE(co_await within(in(5s), sleep(1ms)));
    }());
}

TEST(within, cancels_what_is_late_and_returns_after_it_has_ended) {
    asio::io_context context(1);
    run(context, []() -> task<void> {
        bool ended = false;
        auto operation = [](bool& flag) -> task<void> {
            const flag_on_exit guard{flag};
            co_await sleep(1h);
        };
        const auto start = std::chrono::steady_clock::now();
        EXPECT_FALSE(co_await within(in(20ms), operation(ended)));
        EXPECT_TRUE(ended);
        EXPECT_LT(std::chrono::steady_clock::now() - start, 10s);
        EXPECT_FALSE(co_await within(in(-1s), late(1h, "never")));
    }());
}

TEST(within, lets_an_exception_through) {
    asio::io_context context(1);
    run(context, []() -> task<void> {
        bool caught = false;
        try {
            (void)co_await within(in(5s), broken());
        } catch (const std::out_of_range&) {
            caught = true;
        }
        EXPECT_TRUE(caught);
    }());
}

TEST(task_group, drains_who_ends_by_himself) {
    asio::io_context context(1);
    run(context, []() -> task<void> {
        task_group group(co_await asio::this_coro::executor);
        bool finished = false;
        auto child = [](bool& flag) -> task<void> {
            co_await sleep(30ms);
            flag = true;
        };
        EXPECT_TRUE(group.spawn("child", child(finished)));
        EXPECT_EQ(group.size(), 1U);
        co_await group.close(in(10s));
        EXPECT_TRUE(finished);
        EXPECT_EQ(group.size(), 0U);
    }());
}

TEST(task_group, cancels_the_rest_and_refuses_newcomers) {
    asio::io_context context(1);
    run(context, []() -> task<void> {
        task_group group(co_await asio::this_coro::executor);
        std::array<bool, 3> ended{};
        std::array<bool, 3> finished{};
        auto child = [](bool& flag, bool& done, std::chrono::milliseconds time) -> task<void> {
            const flag_on_exit guard{flag};
            co_await sleep(time);
            done = true;
        };
        EXPECT_TRUE(group.spawn("a", child(ended[0], finished[0], 1h)));
        EXPECT_TRUE(group.spawn("b", child(ended[1], finished[1], 1ms)));
        EXPECT_TRUE(group.spawn("c", child(ended[2], finished[2], 1h)));
        auto late_comer = [](task_group& to) -> task<void> {
            co_await sleep(10ms);
            EXPECT_TRUE(to.closing());
            EXPECT_FALSE(to.spawn("late", sleep(1ms)));
        };
        EXPECT_TRUE(group.spawn("d", late_comer(group)));
        testing::internal::CaptureStderr();
        co_await group.close(in(50ms));
        EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
        EXPECT_EQ(ended, (std::array{true, true, true}));
        EXPECT_EQ(finished, (std::array{false, true, false}));
    }());
}

TEST(task_group, logs_a_failure_without_its_text) {
    asio::io_context context(1);
    testing::internal::CaptureStderr();
    run(context, []() -> task<void> {
        task_group group(co_await asio::this_coro::executor);
        group.spawn("sender", []() -> task<void> {
            co_await sleep(1ms);
            throw std::runtime_error("her name");
        }());
        co_await group.close(in(10s));
    }());
    const std::string out = testing::internal::GetCapturedStderr();
    EXPECT_NE(out.find("error task_failed task=sender kind=std::runtime_error"), std::string::npos) << out;
    EXPECT_EQ(out.find("her name"), std::string::npos);
}

TEST(worker_pool, runs_elsewhere_and_comes_back) {
    asio::io_context context(1);
    worker_pool pool("pins", 2, 8);
    run(context, [](worker_pool& workers) -> task<void> {
        const auto here = std::this_thread::get_id();
        std::thread::id there;
        EXPECT_TRUE(co_await workers.run([&] { there = std::this_thread::get_id(); }));
        EXPECT_NE(there, std::thread::id());
        EXPECT_NE(there, here);
        EXPECT_EQ(std::this_thread::get_id(), here);
        EXPECT_EQ(workers.queued(), 0U);
    }(pool));
}

TEST(worker_pool, a_full_queue_says_so_at_once) {
    asio::io_context context(1);
    worker_pool pool("pins", 1, 2);
    run(context, [](worker_pool& workers) -> task<void> {
        task_group group(co_await asio::this_coro::executor);
        std::promise<void> gate;
        const std::shared_future<void> opened = gate.get_future().share();
        int done = 0;
        auto one = [](worker_pool& to, std::shared_future<void> wait, int& count) -> task<void> {
            EXPECT_TRUE(co_await to.run([&] { wait.wait(); }));
            ++count;
        };
        group.spawn("one", one(workers, opened, done));
        group.spawn("two", one(workers, opened, done));
        co_await sleep(5ms);
        EXPECT_EQ(workers.queued(), 2U);
        bool ran = false;
        EXPECT_FALSE(co_await workers.run([&] { ran = true; }));
        EXPECT_FALSE(ran);
        gate.set_value();
        co_await group.close(in(10s));
        EXPECT_EQ(done, 2);
        EXPECT_TRUE(co_await workers.run([&] { ran = true; }));
        EXPECT_TRUE(ran);
    }(pool));
}

TEST(worker_pool, finishes_the_job_of_a_caller_who_was_cancelled) {
    asio::io_context context(1);
    worker_pool pool("pins", 1, 2);
    run(context, [](worker_pool& workers) -> task<void> {
        bool ran = false;
        auto slow = [](worker_pool& to, bool& flag) -> task<void> {
            (void)co_await to.run([&] {
                std::this_thread::sleep_for(50ms);
                flag = true;
            });
        };
        EXPECT_FALSE(co_await within(in(5ms), slow(workers, ran)));
        EXPECT_TRUE(ran);
    }(pool));
}
