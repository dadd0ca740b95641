// When she is expected at an office, or her whole household is, and whether she comes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/seal.hpp"
#include "registry/ids.hpp"
#include "registry/outbox.hpp"
#include "registry/pool.hpp"

namespace mlango::registry {

using appointment_id = record_id<struct appointment_tag>;

struct appointment {
    appointment_id id;
    std::string kind;   // documents, interview, assistance, family, other
    std::string place;  // the office in the language asked for
    std::string day;    // ISO 8601, the office's local day
    std::string opens;  // HH:MM, local
    std::string closes;
    std::string state;  // planned, confirmed, cannot_come
};

enum class coming { confirmed, cannot_come };

class appointments {
public:
    appointments(pg_pool& pool, const clock& time);

    // Hers and her group's from today on, the next first; at most `limit`. What is done or cancelled is left out.
    task<std::vector<appointment>> of(person_id person, group_id group, std::string_view language, int limit);
    // nullopt when there is none of that id among those.
    task<std::optional<appointment>> find(appointment_id id, person_id person, group_id group,
                                          std::string_view language);
    // Whether she comes. False when it is not among hers. Answer, audit row and outbox row are one transaction; nothing
    // of it for an answer that was given before, or by this hop.
    task<bool> answer(appointment_id id, person_id person, group_id group, coming what, const blind_key& hop,
                      const notice& sms);

private:
    pg_pool& pool_;
    const clock& time_;
};

}  // namespace mlango::registry
