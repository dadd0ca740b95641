// The proof that a menu with its words can be published: every screen in every language on every gateway profile, drawn
// by the real engine with the longest values that templates/menus/main/values.yaml declares, and in Latin letters where
// its own can not be shown; and everything about the menu that no single screen can tell. Callers: `mlango menu check`,
// publishing. Pure; a second or two for a whole menu.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gsm/ussd.hpp"
#include "templates/edition.hpp"

namespace mlango::proof {

struct named_profile {
    std::string name;  // the gateway's configured name, or that of a known kind of gateway
    gsm::gateway_profile profile;
};

// Empty where it does not matter: a fault of the menu's shape has neither language nor profile.
struct proof_fault {
    std::string screen;      // the screen; "texts.KEY" or "values.NAME" for what no screen shows by itself
    std::string language;    // its code; ar-Latn: as it is read in Latin letters
    std::string profile;     // the first profile that has the fault
    std::size_t excess = 0;  // septets or UCS-2 units beyond what there is room for; characters for a line's room
    std::string what;        // the fault in words
    std::string text;        // the whole text that is at fault, with its worst values
    friend bool operator==(const proof_fault&, const proof_fault&) = default;
};

// Every fault, by screen, language and profile; none: the edition may be published. `made` was loaded from `from`.
// Takes the languages that the edition has.
[[nodiscard]] std::vector<proof_fault> prove(const templates::edition& made, const templates::edition_sources& from,
                                             std::span<const named_profile> profiles);

// Loads first; what cannot be loaded is told as faults, too.
[[nodiscard]] std::vector<proof_fault> prove(const templates::edition_sources& from,
                                             std::span<const named_profile> profiles);

// The kinds of gateways and networks that are known, for menus that shall be shown by any of them.
[[nodiscard]] std::vector<named_profile> known_profiles();

}  // namespace mlango::proof
