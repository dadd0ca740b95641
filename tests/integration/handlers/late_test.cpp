// A registry that is slow, but not away: she waits as long as her gateway does, then one SMS calls her back.
#include "base/within.hpp"
#include "tests/support/played_house.hpp"

namespace mlango::test {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view her_number = "+254711000012";  // Rana of the demo people

// The played clock runs along with the real one while it lives.
class running_clock {
public:
    running_clock(played_house& house, manual_clock& clock) : stopped_(std::make_shared<bool>(false)) {
        house.background.spawn("clock", run(clock, stopped_));
    }
    ~running_clock() { *stopped_ = true; }
    running_clock(const running_clock&) = delete;
    running_clock& operator=(const running_clock&) = delete;

private:
    static task<void> run(manual_clock& clock, std::shared_ptr<bool> stopped) {
        coarse_timer tick(co_await asio::this_coro::executor);
        while (!*stopped) {
            tick.expires_after(10ms);
            co_await tick.async_wait(use_task);
            clock.advance(10ms);
        }
    }
    std::shared_ptr<bool> stopped_;
};

// What everybody who reads or writes the table waits for, until it goes.
class held_table {
public:
    held_table(const std::string& conninfo, const std::string& table) : session_(conninfo) {
        session_.run("BEGIN");
        session_.run("LOCK TABLE " + table + " IN ACCESS EXCLUSIVE MODE");
    }
    void let_go() { session_.run("COMMIT"); }

private:
    sql_session session_;
};

class late : public testing::Test {
protected:
    late() {
        house.connected();
        her.profile.deadline = 2s;
    }
    std::int64_t count(const std::string& what) {
        return std::stoll(sql_session(world.registry.conninfo()).value("SELECT count(*) FROM " + what));
    }
    std::int64_t counted(std::string_view name) {
        return static_cast<std::int64_t>(world.numbers.count(name, "").value());
    }
    void finished() {
        running_clock runs(house, world.time);
        house.run_until([this] { return counted("ussd_late_hops_finished_total") == 1; });
    }
    static bool shows(const gsm::ussd_reply& reply, std::string_view part) {
        return reply.text.find(part) != std::string::npos;
    }

    played_world world{.statement_timeout = 400ms};
    played_house house{world};
    played_phone her{house, her_number, "late"};
};

TEST_F(late, a_list_that_takes_too_long_is_promised_by_sms_and_continued) {
    her.dial();
    her.types({"1"});
    std::optional<held_table> slow(std::in_place, world.registry.conninfo(), "entitlement");
    {
        running_clock runs(house, world.time);
        const auto began = world.time.steady();
        const auto reply = her.type("4826");
        EXPECT_EQ(reply.text, "This takes longer. We will send you an SMS.");
        EXPECT_TRUE(reply.ends);
        EXPECT_LT(world.time.steady() - began, 2s) << "after the gateway gave up";
        EXPECT_GT(world.time.steady() - began, 1'300ms) << "before it had to";
    }
    EXPECT_EQ(count("outbox WHERE text_key = 'sms.ready'"), 0) << "it is not ready";
    slow->let_go();
    slow.reset();
    finished();
    EXPECT_EQ(count("outbox WHERE text_key = 'sms.ready'"), 1);
    EXPECT_EQ(counted("ussd_late_hops_total"), 1);
    EXPECT_EQ(her.deliver_again().text, "This takes longer. We will send you an SMS.")
        << "that is what it was answered";
    EXPECT_EQ(count("outbox WHERE text_key = 'sms.ready'"), 1);

    played_phone again(house, her_number, "called back");
    EXPECT_TRUE(shows(again.dial(), "1 Continue"));
    EXPECT_TRUE(shows(again.type("1"), "Enter your PIN"));
    EXPECT_TRUE(shows(again.type("4826"), "My assistance"));
}

TEST_F(late, a_wish_that_takes_too_long_is_done_once_and_tells_itself) {
    her.dial();
    her.types({"2", "4826", "3", "1", "Block 7, shelter 3"});
    std::optional<held_table> slow(std::in_place, world.registry.conninfo(), "change_request");
    {
        running_clock runs(house, world.time);
        EXPECT_EQ(her.type("1").text, "This takes longer. We will send you an SMS.");
    }
    slow->let_go();
    slow.reset();
    finished();
    EXPECT_EQ(count("change_request WHERE asked_at > now() - interval '1 hour'"), 1);
    EXPECT_EQ(count("outbox WHERE text_key = 'sms.request'"), 1);
    EXPECT_EQ(count("outbox WHERE text_key = 'sms.ready'"), 0) << "one SMS is enough";
    played_phone again(house, her_number, "afterwards");
    EXPECT_FALSE(shows(again.dial(), "Continue"));
}

TEST_F(late, what_is_slow_but_not_too_slow_is_answered) {
    her.profile.deadline = 6s;
    her.dial();
    her.types({"1"});
    held_table slow(world.registry.conninfo(), "entitlement");
    running_clock runs(house, world.time);
    bool let_go = false;
    const auto soon = [&]() -> task<void> {
        coarse_timer pause(co_await asio::this_coro::executor);
        pause.expires_after(1'500ms);
        co_await pause.async_wait(use_task);
        slow.let_go();
        let_go = true;
    };
    house.background.spawn("let go", soon());
    EXPECT_TRUE(shows(her.type("4826"), "My assistance"));
    EXPECT_TRUE(let_go);
    EXPECT_EQ(counted("ussd_late_hops_total"), 0);
}

TEST_F(late, what_refuses_at_once_is_no_reason_to_wait) {
    her.dial();
    her.types({"1"});
    world.registry.away();
    house.run_until([this] { return !house.pool.connected(); });
    const auto began = world.time.steady();
    EXPECT_TRUE(shows(her.type("4826"), "Sorry"));
    EXPECT_EQ(world.time.steady(), began);
    EXPECT_EQ(counted("ussd_late_hops_total"), 0);
}

}  // namespace
}  // namespace mlango::test
