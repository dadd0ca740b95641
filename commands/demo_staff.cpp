#include "commands/demo_staff.hpp"

namespace mlango::commands {

std::vector<demo_member> demo_staff() {
    const std::string trained = "2036-12-31";
    const auto in_kenya = [&](std::string name, std::string shown, std::string secret, std::vector<std::string> roles) {
        return demo_member{.name = name,
                           .shown_name = std::move(shown),
                           .language = "en",
                           .password = "demo console " + name,
                           .totp = std::move(secret),
                           .roles = std::move(roles),
                           .operation = "KEN",
                           .trained_until = trained};
    };
    return {in_kenya("amina", "Amina Warsame", "AMINAAMINAAMINAAMINAAMINAAMINAAM", {"registration"}),
            in_kenya("brian", "Brian Otieno", "BRIANBRIANBRIANBRIANBRIANBRIANBR", {"registration_lead"}),
            in_kenya("chantal", "Chantal Niyonzima", "CHANTALCHANTALCHANTALCHANTALCHAN", {"cash"}),
            in_kenya("david", "David Lokwang", "DAVIDDAVIDDAVIDDAVIDDAVIDDAVIDDA", {"cash_release"}),
            in_kenya("esther", "Esther Achieng", "ESTHERESTHERESTHERESTHERESTHERES", {"protection"}),
            in_kenya("farid", "Farid Nasser", "FARIDFARIDFARIDFARIDFARIDFARIDFA", {"hotline"}),
            in_kenya("grace", "Grace Mutua", "GRACEGRACEGRACEGRACEGRACEGRACEGR", {"notices", "words"}),
            in_kenya("hassan", "Hassan Abdi", "HASSANHASSANHASSANHASSANHASSANHA", {"notices_release", "statistics"}),
            in_kenya("irene", "Irène Kabila", "IRENEIRENEIRENEIRENEIRENEIRENEIR", {"auditor"}),
            in_kenya("josefine", "Josefine Lindqvist", "JOSEFINEJOSEFINEJOSEFINEJOSEFINE", {"representative"}),
            in_kenya("kwame", "Kwame Boateng", "KWAMEKWAMEKWAMEKWAMEKWAMEKWAMEKW", {"administrator"}),
            in_kenya("leila", "Leila Haddad", "LEILALEILALEILALEILALEILALEILALE", {"hotline_lead", "protection_lead"})};
}

}  // namespace mlango::commands
