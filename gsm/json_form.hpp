// Reads one flat JSON object (RFC 8259) for the fields that are wanted, and writes such objects: what forms are to the
// CON/END gateways. Callers: the dialects that speak JSON.
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <expected>
#include <span>
#include <string_view>

#include "gsm/form.hpp"

namespace mlango::gsm {

inline constexpr std::size_t json_form_limit = 16 * 1024;  // bytes

// Fills the values of `fields` from the object `json`: a string as it is, a whole number in digits, true and false as
// these words, null as if it were absent. Other fields are passed over, whatever they hold. A fault names the field and
// what to send: missing, too long, of another type, or a NUL in it; or says that the whole is no JSON object in UTF-8
// of at most 16 KiB and 16 levels.
[[nodiscard]] std::expected<void, dialect_fault> read_json(std::string_view json, std::span<form_field> fields);

// The same of a request's body; another method than POST is a fault of status 405.
[[nodiscard]] std::expected<void, dialect_fault> read_json_post(const http_request& request,
                                                                std::span<form_field> fields);

// 200, application/json.
[[nodiscard]] http_response json_response(const boost::json::object& body);
[[nodiscard]] http_request json_request(std::string_view method, std::string target, const boost::json::object& body);

// For boost::json, which has a string_view of its own.
[[nodiscard]] inline boost::json::string_view in_json(std::string_view text) {
    return {text.data(), text.size()};
}

}  // namespace mlango::gsm
