// What may be shown: every level, every trust, every doubt, against one plain statement of the rule.
#include "wallet/assurance.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "wallet/facts.hpp"

namespace mlango::wallet {
namespace {

credential_kinds kinds_of_file() {
    std::ifstream file(MLANGO_SOURCE_DIR "/wallet/credentials.yaml");
    return credential_kinds::parse(std::string(std::istreambuf_iterator<char>(file), {})).value();
}

TEST(assurance, levels_are_named_both_ways) {
    for (const auto level :
         {assurance_level::none, assurance_level::moderate, assurance_level::substantive, assurance_level::high})
        EXPECT_EQ(assurance_level_named(name_of(level)), level);
    EXPECT_FALSE(assurance_level_named("perfect"));
}

TEST(assurance, a_preset_is_as_telling_as_its_most_telling_fact) {
    const auto kinds = kinds_of_file();
    const auto grade = [&](std::string_view name) {
        return most_telling(*kind_of_preset(kinds, name)->find_preset(name), kinds);
    };
    EXPECT_EQ(grade("over_18"), fact_sensitivity::predicate);
    EXPECT_EQ(grade("assistance"), fact_sensitivity::basic);
    EXPECT_EQ(grade("name"), fact_sensitivity::personal);
    EXPECT_EQ(grade("bank"), fact_sensitivity::identifying);
    EXPECT_EQ(grade("identity"), fact_sensitivity::identifying);
    const preset unknown{.name = "x", .facts = {"nobody_described_it"}, .lifetime = {}, .display = {}};
    EXPECT_EQ(most_telling(unknown, kinds), fact_sensitivity::identifying);
}

TEST(assurance, never_allows_more_than_the_rule_says) {
    const auto kinds = kinds_of_file();
    int allowed = 0, refused = 0;
    for (const auto& kind : kinds.all())
        for (const auto& what : kind.presets)
            for (int level = 0; level <= 3; ++level)
                for (int trust = 0; trust <= 3; ++trust)
                    for (int bits = 0; bits < 16; ++bits) {
                        const session_standing session{.phone_trust = trust,
                                                       .doubtful = (bits & 1) != 0,
                                                       .recovered = (bits & 2) != 0,
                                                       .sim = static_cast<sim_answer>(bits >> 2)};
                        const auto grade = most_telling(what, kinds);
                        const bool enough = level >= static_cast<int>(what.level) && trust >= what.phone_trust;
                        const bool calm = !session.doubtful && !session.recovered &&
                                          session.sim != sim_answer::swapped && session.sim != sim_answer::recycled;
                        const bool certain = session.sim == sim_answer::same || trust == 3;
                        const bool rule = enough && (grade == fact_sensitivity::predicate ||
                                                     (calm && (grade != fact_sensitivity::identifying || certain)));
                        const auto lacks = what_lacks(what, kinds, static_cast<assurance_level>(level), session);
                        ASSERT_EQ(!lacks, rule) << what.name << ' ' << level << ' ' << trust << ' ' << bits;
                        (rule ? allowed : refused) += 1;
                    }
    EXPECT_GT(allowed, 100);
    EXPECT_GT(refused, 100);
}

TEST(assurance, says_what_is_missing) {
    const auto kinds = kinds_of_file();
    const auto& bank = *kinds.find("identity_document")->find_preset("bank");
    const auto& name = *kinds.find("registration")->find_preset("name");
    EXPECT_EQ(what_lacks(bank, kinds, assurance_level::moderate, {.phone_trust = 3}), lacking::level);
    EXPECT_EQ(what_lacks(bank, kinds, assurance_level::high, {.phone_trust = 1}), lacking::phone);
    EXPECT_EQ(what_lacks(name, kinds, assurance_level::high, {.phone_trust = 3, .recovered = true}), lacking::time);
    EXPECT_EQ(what_lacks(name, kinds, assurance_level::high, {.phone_trust = 3, .doubtful = true}), lacking::phone);
}

TEST(assurance, ways_back_to_a_pin) {
    EXPECT_EQ(cooling_after(recovery_level::r0).count(), 0);
    EXPECT_EQ(cooling_after(recovery_level::r3).count(), 72);
    EXPECT_TRUE(may_recover(recovery_level::r0, sim_answer::swapped));
    EXPECT_FALSE(may_recover(recovery_level::r2, sim_answer::unknown)) << "unknown counts as swapped";
}

}  // namespace
}  // namespace mlango::wallet
