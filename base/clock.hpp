// Time comes in through the constructor, so that a test can set it. Wall time (what people and records see) and
// steady time (deadlines, rates) are kept apart.
#pragma once

#include <chrono>

namespace mlango {

using wall_time = std::chrono::sys_time<std::chrono::microseconds>;
using deadline = std::chrono::steady_clock::time_point;

class clock {
public:
    virtual ~clock() = default;
    [[nodiscard]] virtual wall_time now() const = 0;
    [[nodiscard]] virtual std::chrono::steady_clock::time_point steady() const = 0;
};

// The real clock. One instance serves the whole program.
class system_clock final : public clock {
public:
    [[nodiscard]] wall_time now() const override {
        return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
    }
    [[nodiscard]] std::chrono::steady_clock::time_point steady() const override {
        return std::chrono::steady_clock::now();
    }
};

// A clock that stands still until a test moves it.
class manual_clock final : public clock {
public:
    explicit manual_clock(wall_time start) : now_(start) {}
    [[nodiscard]] wall_time now() const override { return now_; }
    [[nodiscard]] std::chrono::steady_clock::time_point steady() const override { return steady_; }
    void advance(std::chrono::microseconds by) {
        now_ += by;
        steady_ += by;
    }

private:
    wall_time now_;
    std::chrono::steady_clock::time_point steady_{};
};

}  // namespace mlango
