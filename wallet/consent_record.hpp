// The record of a consent: the fields of ISO/IEC TS 27560:2023, with the screen she read, word for word. Pure. Caller:
// holder. Names of facts only, never their values.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"

namespace mlango::wallet {

struct consent_facts {
    std::string_view principal;                       // her key in the registry; the record is sealed
    std::string_view given_by;                        // likewise: herself, or who acts for her
    std::string_view acts_as;                         // self, child, guardian, collector
    std::string_view controller, controller_country;  // the operation
    std::string_view verifier_number, verifier_name, verifier_country, verifier_contact, purpose;
    int retention_days = 0;
    std::string_view kind, preset;
    std::vector<std::string> facts;
    wall_time given_at;
    std::chrono::seconds lasts{0};
    std::string_view privacy_notice;
    std::string_view screen_text, language;
    std::int64_t edition = 0;
    std::string_view gateway;
};

// JSON.
[[nodiscard]] std::string consent_record(const consent_facts& what, random_source& random);
[[nodiscard]] std::string sha256_of(std::string_view text);  // 32 bytes

}  // namespace mlango::wallet
