// Distinct types for the keys of records: a person_id can not be given where an entitlement_id is wanted. Records are
// keyed by 64-bit integers, which are half the index of a uuid and one or two bytes in a session.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace mlango {

template <class Tag>
struct record_id {
    std::int64_t value = 0;
    // A default-constructed id names nothing.
    [[nodiscard]] explicit operator bool() const { return value != 0; }
    friend auto operator<=>(const record_id&, const record_id&) = default;
};

}  // namespace mlango

template <class Tag>
struct std::hash<mlango::record_id<Tag>> {
    std::size_t operator()(mlango::record_id<Tag> id) const { return std::hash<std::int64_t>{}(id.value); }
};
