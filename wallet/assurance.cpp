#include "wallet/assurance.hpp"

#include <algorithm>

namespace mlango::wallet {

std::optional<assurance_level> assurance_level_named(std::string_view name) {
    for (const auto level :
         {assurance_level::none, assurance_level::moderate, assurance_level::substantive, assurance_level::high})
        if (name_of(level) == name) return level;
    return std::nullopt;
}

fact_sensitivity most_telling(const preset& what, const credential_kinds& kinds) {
    fact_sensitivity most = fact_sensitivity::predicate;
    for (const auto& name : what.facts) {
        const fact* one = kinds.find_fact(name);
        // What nobody described is taken for the worst.
        most = std::max(most, one == nullptr ? fact_sensitivity::identifying : one->sensitivity);
    }
    return most;
}

std::optional<lacking> what_lacks(const preset& what, const credential_kinds& kinds, assurance_level level,
                                  const session_standing& session) {
    if (level < what.level) return lacking::level;
    if (session.phone_trust < what.phone_trust) return lacking::phone;
    const fact_sensitivity grade = most_telling(what, kinds);
    if (grade == fact_sensitivity::predicate) return std::nullopt;
    const bool another_sim = session.sim == sim_answer::swapped || session.sim == sim_answer::recycled;
    if (session.doubtful || another_sim) return lacking::phone;
    if (session.recovered) return lacking::time;
    if (grade == fact_sensitivity::identifying && session.sim != sim_answer::same && session.phone_trust < 3)
        return lacking::phone;
    return std::nullopt;
}

bool may_recover(recovery_level how, sim_answer sim) {
    return how != recovery_level::r2 || sim == sim_answer::same;
}

std::chrono::hours cooling_after(recovery_level how) {
    return std::chrono::hours(how == recovery_level::r0 ? 0 : 72);
}

}  // namespace mlango::wallet
