// Finding people and seeing their records over the staff API. What is searched for stands in a body, never in an
// address. Who may see whom, the registry's statements decide (registry/staff/people_search, people_record). Callers:
// doors.hpp. Not here: doing anything at a record (desk_door).
#pragma once

#include <vector>

#include "console/parts.hpp"
#include "console/route.hpp"
#include "console/work.hpp"
#include "registry/staff/name_keys.hpp"
#include "registry/staff/people_record.hpp"
#include "registry/staff/people_search.hpp"

namespace mlango::console {

class people_door {
public:
    explicit people_door(const parts& all);

    [[nodiscard]] std::vector<staff_route> routes();
    // Makes the keys of names that changed.
    [[nodiscard]] static round names_round();

private:
    task<http_response> search(asked& from);
    task<http_response> show(asked& from);
    task<http_response> part(asked& from);

    // The number that was typed, in each country where she works.
    task<std::vector<std::string>> telephones(const std::string& typed, const caller& who);
    task<boost::json::array> found(registry::searcher by, const registry::search_words& words, const caller& who);

    registry::name_keys names_;
    registry::people_search people_;
    registry::people_record records_;
};

}  // namespace mlango::console
