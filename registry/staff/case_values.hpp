// Sealed names and numbers inside the JSON that the schema's functions of case updates give. Pure but for the key.
// Callers: case_updates.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "base/seal.hpp"

namespace mlango::registry {

// Replaces every {"sealed": …} that stands under "msisdn" or "name" by what it holds. Throws registry_unavailable when
// the keys at hand do not open one; an empty one (its person was deleted) becomes null.
void open_sealed(boost::json::value& shown, sealer& record);

// From `before`, `recorded`, `asked_against` and `after` of a request, opened: "fields", an array of {name,
// asked_against, recorded, wanted, changed}. `changed`: somebody else changed it since she asked. The four are taken
// out.
void compare_fields(boost::json::object& shown);

// A member that is text; empty otherwise.
[[nodiscard]] std::string text_of(const boost::json::object& object, std::string_view name);

}  // namespace mlango::registry
