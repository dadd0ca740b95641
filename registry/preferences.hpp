// What is kept of a number, whoever holds it: whether and when it gets short messages, and which letters its handset
// shows. Its language is in people: it is read with the callers.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/seal.hpp"
#include "registry/ids.hpp"
#include "registry/pool.hpp"

namespace mlango::registry {

struct number_preferences {
    bool sms_allowed = true;
    std::string sms_hours = "any";  // any, day (8 to 18), asked (only what answers something that she did)
    std::string script = "native";  // native, latin
};

class preferences {
public:
    preferences(pg_pool& pool, blinder& blind);

    // The defaults where nothing was chosen on the number.
    task<number_preferences> of(std::string_view e164);

    // What a person chose at her number, with its audit row; the same choice again changes nothing. STOP and START by
    // SMS (inbox::allow_sms) write the same place.
    task<void> allow_sms(std::string_view e164, person_id person, bool allowed);
    task<void> choose_hours(std::string_view e164, person_id person, std::string_view hours);
    task<void> choose_script(std::string_view e164, person_id person, std::string_view script);

private:
    task<void> choose(const statement& what, std::string_view e164, person_id person, std::string_view value);

    pg_pool& pool_;
    blinder& blind_;
};

}  // namespace mlango::registry
