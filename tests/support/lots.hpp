// Where a generated conversation takes its choices from: a seed that is printed, the bytes of a fuzzer, or every one of
// them in turn.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "base/random.hpp"

namespace mlango::test {

class lots {
public:
    virtual ~lots() = default;
    // In [0, bound), bound > 0. What has run dry gives 0, so 0 is the usual course.
    virtual std::size_t below(std::size_t bound) = 0;
    bool chance(std::size_t one_of) { return below(one_of) == one_of - 1; }
    template <class list>
    const auto& one_of(const list& all) {
        return *(std::begin(all) + static_cast<std::ptrdiff_t>(below(std::size(all))));
    }
};

class usual_course final : public lots {
public:
    std::size_t below(std::size_t) override { return 0; }
};

class seeded_lots final : public lots {
public:
    explicit seeded_lots(std::uint64_t seed) : random_(seed) {}
    std::size_t below(std::size_t bound) override { return random_.below(bound); }

private:
    seeded_random random_;
};

class lots_of_bytes final : public lots {
public:
    lots_of_bytes(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
    [[nodiscard]] bool more() const { return at_ < size_; }
    std::size_t below(std::size_t bound) override { return more() ? data_[at_++] % bound : 0; }

private:
    const std::uint8_t* data_;
    std::size_t size_, at_ = 0;
};

// Every way through a series of choices, one a round: an odometer whose wheels are found while it runs.
class every_lot final : public lots {
public:
    std::size_t below(std::size_t bound) override {
        if (at_ == drawn_.size()) drawn_.push_back({0, bound});
        drawn_[at_].bound = bound;
        return drawn_[at_++].chosen;
    }
    // False after the last round.
    bool next() {
        drawn_.resize(at_);
        at_ = 0;
        while (!drawn_.empty() && ++drawn_.back().chosen >= drawn_.back().bound) drawn_.pop_back();
        return !drawn_.empty();
    }

private:
    struct wheel {
        std::size_t chosen, bound;
    };
    std::vector<wheel> drawn_;
    std::size_t at_ = 0;
};

// MLANGO_TEST_SEED plays a run again.
inline std::uint64_t printed_seed(std::string_view of) {
    const char* given = std::getenv("MLANGO_TEST_SEED");
    system_random random;
    const std::uint64_t seed = given ? std::strtoull(given, nullptr, 10) : random.below(1'000'000'000);
    std::fputs(fmt::format("{}: seed {}\n", of, seed).c_str(), stdout);
    std::fflush(stdout);
    return seed;
}

}  // namespace mlango::test
