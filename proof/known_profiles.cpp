#include "proof/proof.hpp"

namespace mlango::proof {

std::vector<named_profile> known_profiles() {
    const auto holds = [](std::string name, std::size_t septets, std::size_t ucs2_units) {
        named_profile made{.name = std::move(name), .profile = {}};
        made.profile.screen = {.septets = septets, .ucs2_units = ucs2_units};
        return made;
    };
    // The profile of one network behind a gateway is the least of what that network and the gateway carry.
    std::vector<named_profile> known{
        holds("full", 160, 70),          // Africa's Talking on Safaricom, Hubtel, Infobip, Arkesel
        holds("airtel", 182, 91),        // the most that a USSD string holds: TS 23.038 §5
        holds("nalo", 120, 60),          // refuses more than 120 characters
        holds("small", 140, 63),         // networks that keep room for their own header
        holds("gsup", 128, 56),          // one component of osmo-hlr (gsm/gsup/settings.hpp)
        holds("full_reserve", 160, 70),  // the same, and the network's own words on the first screen
        holds("full_no_hash", 160, 70),  // phones without #
        holds("full_no_ucs2", 160, 70),  // gateways of the GSM 7-bit alphabet alone
    };
    known[5].profile.first_screen_reserve = 20;
    known[6].profile.has_hash_key = false;
    known[7].profile.ucs2 = false;
    return known;
}

}  // namespace mlango::proof
