// The words by which the functions of migration 0016 say what came of it. Callers: people_desk's sources.
#pragma once

#include <string_view>

#include "registry/staff/people_desk.hpp"

namespace mlango::registry {

// Another word is a bug: registry_unavailable.
[[nodiscard]] desk_outcome desk_outcome_of(std::string_view word);

}  // namespace mlango::registry
