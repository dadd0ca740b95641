#include "proof/proof.hpp"

namespace mlango::proof {

std::vector<proof_fault> prove(const templates::edition&, const templates::edition_sources&,
                               std::span<const named_profile>) {
    return {};
}

std::vector<proof_fault> prove(const templates::edition_sources& from, std::span<const named_profile> profiles) {
    const auto made = templates::edition::load(from);
    if (made) return prove(**made, from, profiles);
    std::vector<proof_fault> faults;
    for (const auto& fault : made.error())
        faults.push_back({.screen = {}, .language = {}, .profile = {}, .excess = 0, .what = fault, .text = {}});
    return faults;
}

}  // namespace mlango::proof
