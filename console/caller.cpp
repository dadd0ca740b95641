#include "console/caller.hpp"

#include <algorithm>

namespace mlango::console {

bool caller::may(std::string_view permission) const {
    return std::ranges::binary_search(permissions, permission);
}

}  // namespace mlango::console
