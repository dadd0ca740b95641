// Stored forms of operators' secrets open for their own subject and secret, and for nothing else.
#include "registry/wallet/secret_verifier.hpp"

#include <gtest/gtest.h>

namespace mlango::registry {
namespace {

struct secret_test : testing::Test {
    seeded_random random{7};
    key_ring keys = parse_key_ring(new_key_ring_text(random)).value();
    pin_cost cheap{.memory_kib = 8, .passes = 1};
    secret_verifier verifier{keys.wallet, cheap, random};
};

TEST_F(secret_test, checks_its_own) {
    const std::string stored = verifier.make("password 48291 eva", "correct horse");
    EXPECT_TRUE(verifier.check("password 48291 eva", "correct horse", stored));
    EXPECT_FALSE(verifier.check("password 48291 eva", "correct hors", stored));
    EXPECT_FALSE(verifier.check("password 48291 ali", "correct horse", stored));
    EXPECT_FALSE(verifier.check("pin 48291 eva", "correct horse", stored));
    EXPECT_FALSE(verifier.check("password 48291 eva", "correct horse", ""));
    EXPECT_NE(verifier.make("password 48291 eva", "correct horse"), stored) << "each has a salt of its own";
}

TEST_F(secret_test, every_changed_byte_and_every_cut_is_refused) {
    const std::string stored = verifier.make("s", "x");
    for (std::size_t at = 0; at < stored.size(); ++at) {
        std::string spoilt = stored;
        spoilt[at] = static_cast<char>(spoilt[at] ^ 1);
        EXPECT_FALSE(verifier.check("s", "x", spoilt)) << at;
        EXPECT_FALSE(verifier.check("s", "x", stored.substr(0, at))) << at;
    }
}

TEST_F(secret_test, survives_another_cost_and_a_further_key_and_not_another_ring) {
    const std::string stored = verifier.make("s", "x");
    key_set both = keys.wallet;
    random.fill(both.keys[2]);
    const secret_verifier later(both, {.memory_kib = 16, .passes = 2}, random);
    EXPECT_TRUE(later.check("s", "x", stored));
    const std::string fresh = later.make("s", "x");
    EXPECT_TRUE(later.check("s", "x", fresh));
    EXPECT_FALSE(verifier.check("s", "x", fresh)) << "made with a key that is not known here";
    const key_ring other = parse_key_ring(new_key_ring_text(random)).value();
    EXPECT_FALSE(secret_verifier(other.wallet, cheap, random).check("s", "x", stored));
}

}  // namespace
}  // namespace mlango::registry
