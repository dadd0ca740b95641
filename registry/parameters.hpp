// Values on their way into and out of statements, for the repositories of this room.
#pragma once

#include <string>

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/seal.hpp"
#include "registry/pool.hpp"

namespace mlango::registry {

// The context that a sealed value is bound to, by what it is.
inline constexpr std::string_view msisdn_context = "msisdn";             // E.164 with '+'
inline constexpr std::string_view name_context = "name";                 // of a person, in a change request
inline constexpr std::string_view notice_context = "notice";             // arguments of a notice
inline constexpr std::string_view sms_context = "sms";                   // text of a message that came in
inline constexpr std::string_view identity_context = "identity number";  // that a government gave her

// The purpose of the blind index of phone numbers.
inline constexpr std::string_view msisdn_purpose = "msisdn";

[[nodiscard]] inline std::string bytea_parameter(const blind_key& key) {
    return bytea_parameter(as_string_view(key));
}
template <class Tag>
[[nodiscard]] parameter id_parameter(record_id<Tag> id) {
    return std::to_string(id.value);
}
// NULL when there is none.
template <class Tag>
[[nodiscard]] parameter id_parameter(const std::optional<record_id<Tag>>& id) {
    if (!id || !*id) return std::nullopt;
    return std::to_string(id->value);
}
// NULL when empty.
[[nodiscard]] inline parameter text_parameter(std::string_view text) {
    if (text.empty()) return std::nullopt;
    return std::string(text);
}
// Microseconds since 1970, as statements take the time: timestamptz 'epoch' + $n::bigint * interval '1 microsecond'.
[[nodiscard]] inline std::string time_parameter(wall_time at) {
    return std::to_string(at.time_since_epoch().count());
}

}  // namespace mlango::registry
