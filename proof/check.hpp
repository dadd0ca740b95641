// The checks that a proof is made of. Inside this room.
#pragma once

#include <optional>

#include "proof/proof.hpp"
#include "proof/uses.hpp"
#include "proof/worst_values.hpp"

namespace mlango::proof {

using fault_list = std::vector<proof_fault>;

// What of an edition is to be drawn: everything, or what one text or one file can have changed.
struct proof_part {
    std::optional<std::vector<bool>> screens;           // by screen_index
    std::optional<templates::language_index> language;  // that alone
    std::optional<templates::text_id> text;             // of texts by themselves, that alone
    bool longest_alone = false;                         // of each screen's cases, which differ in other words
    [[nodiscard]] bool holds(std::size_t screen) const { return !screens || (*screens)[screen]; }
};

// Every screen fits every profile: pages, ways back, lines, and the texts that have no next page.
void check_screens(const templates::edition& made, std::span<const named_profile> profiles, fault_list& faults,
                   const proof_part& only = {});
// The words: complete, of the same arguments, declared, in their room, in their alphabet, with all plural forms.
void check_texts(const templates::edition& made, fault_list& faults, const proof_part& only = {});
// What must not be said: forbidden words, and private values where no PIN was given.
void check_discretion(const templates::edition& made, fault_list& faults, const proof_part& only = {});
// The menu's shape: ways back, resume rules, what a form keeps.
void check_shape(const templates::edition& made, fault_list& faults);

// What is particular to SMS: keywords that mean one thing, screens that it needs, and no way in a circle.
void check_sms(const templates::edition& made, fault_list& faults);

}  // namespace mlango::proof
