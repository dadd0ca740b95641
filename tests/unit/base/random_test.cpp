#include "base/random.hpp"

#include <gtest/gtest.h>

#include "base/bytes.hpp"

using namespace mlango;

namespace {

std::string draw(random_source& source, std::size_t n) {
    std::string out(n, '\0');
    source.fill(std::as_writable_bytes(std::span(out)));
    return out;
}

// Gives the numbers it was told to, as eight little-endian bytes each.
class told_random final : public random_source {
public:
    explicit told_random(std::vector<std::uint64_t> values) : values_(std::move(values)) {}
    void fill(std::span<std::byte> out) override {
        const std::uint64_t value = values_.at(next_++);
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::byte>(value >> (8 * i));
    }
    [[nodiscard]] std::size_t drawn() const { return next_; }

private:
    std::vector<std::uint64_t> values_;
    std::size_t next_ = 0;
};

}  // namespace

TEST(seeded_random, is_chacha20_with_the_seed_as_key) {
    // The key stream of an all-zero key and nonce (RFC 7539's test vector 1 of appendix A.1).
    seeded_random random(0);
    EXPECT_EQ(to_hex(as_byte_view(draw(random, 64))),
              "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
              "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586");
}

TEST(seeded_random, the_stream_does_not_depend_on_how_it_is_cut) {
    seeded_random whole(7);
    const std::string all = draw(whole, 1000);
    for (std::size_t piece = 1; piece < 300; piece += 7) {
        seeded_random random(7);
        std::string joined;
        while (joined.size() < all.size()) joined += draw(random, std::min(piece, all.size() - joined.size()));
        EXPECT_EQ(joined, all) << piece;
    }
    seeded_random other(8);
    EXPECT_NE(draw(other, 1000), all);
}

TEST(system_random, differs_from_draw_to_draw) {
    system_random random;
    EXPECT_NE(draw(random, 16), draw(random, 16));
}

TEST(below, maps_the_draw_by_multiplication) {
    told_random low({1});
    EXPECT_EQ(low.below(1), 0U);
    told_random half({(std::uint64_t{1} << 63) + 1});
    EXPECT_EQ(half.below(10), 5U);
    told_random top({~std::uint64_t{0}});
    EXPECT_EQ(top.below(10), 9U);
}

TEST(below, draws_again_in_the_uneven_rest) {
    // 2^64 mod 10 is 6: products whose low half is below 6 are not even.
    told_random random({0, (std::uint64_t{1} << 63) + 1});
    EXPECT_EQ(random.below(10), 5U);
    EXPECT_EQ(random.drawn(), 2U);
}

TEST(below, reaches_every_value_about_equally) {
    seeded_random random(1);
    std::array<int, 7> seen{};
    for (int i = 0; i < 7000; ++i) ++seen.at(random.below(7));
    for (const int n : seen) EXPECT_NEAR(n, 1000, 150);
}
