#include "gsm/concat.hpp"

#include <fmt/format.h>

namespace mlango::gsm {

std::string concat_key(const sms_fragment& part) {
    // Lengths in front, so that no two sets of values are written alike.
    return fmt::format("{}:{}|{}|{}:{}|{}|{}|{}", part.gateway.size(), part.gateway, part.from.e164(), part.to.size(),
                       part.to, part.wide_reference ? 16 : 8, part.reference, part.total);
}

}  // namespace mlango::gsm
