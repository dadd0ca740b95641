// What every dialect holds the fields of a hop to, whatever its gateway calls them. Callers: the dialects.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "gsm/dialect.hpp"

namespace mlango::gsm {

inline constexpr std::size_t session_limit = 128;       // bytes
inline constexpr std::size_t service_code_limit = 64;   // bytes
inline constexpr std::size_t network_limit = 64;        // bytes
inline constexpr std::size_t transcript_limit = 2'000;  // bytes
inline constexpr std::size_t msisdn_text_limit = 32;    // bytes

// What to send, for the faults of forms.
inline constexpr std::string_view session_what = "the gateway's id of the session, 1 to 128 bytes";
inline constexpr std::string_view msisdn_what = "her number in international form, 254700000001 or +254700000001";
inline constexpr std::string_view service_code_what = "the code she dialled, such as *384#, at most 64 bytes";
inline constexpr std::string_view network_what = "the network's code, at most 64 bytes";
inline constexpr std::string_view input_what = "what she typed, at most 2,000 bytes";

// A number as a form carries it: E.164 with or without '+', also with the '+' not escaped, which a form reads as a
// space.
[[nodiscard]] std::optional<msisdn> msisdn_in_form(std::string_view text);
[[nodiscard]] dialect_fault not_a_msisdn(std::string_view field);

// A hop of which only who and where are known, or what is wrong with them; `session_field` and `number_field` are the
// gateway's names.
[[nodiscard]] std::expected<ussd_hop, dialect_fault> hop_from(std::string_view gateway, std::string session,
                                                              std::string_view session_field, std::string_view number,
                                                              std::string_view number_field);

// The address `path` below `target`, in front of the query: "/ussd/g?key=k" and "/end" are "/ussd/g/end?key=k".
[[nodiscard]] std::string address_below(std::string_view target, std::string_view path);

// "true" or "false", in any case; anything else is not_a_truth().
[[nodiscard]] std::optional<bool> truth_of(std::string_view text);
[[nodiscard]] dialect_fault not_a_truth(std::string_view field);

// What a phone makes of an answer with another status than 200.
[[nodiscard]] dialect_fault not_200(const http_response& response);

}  // namespace mlango::gsm
