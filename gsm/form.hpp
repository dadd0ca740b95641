// Reads and writes application/x-www-form-urlencoded text (WHATWG URL §5.1) field by field: a hop is read without a
// list of fields and with no allocation but the values that are kept. Callers: the dialects and the SMS forms of this
// room.
#pragma once

#include <cstddef>
#include <expected>
#include <span>
#include <string>
#include <string_view>

#include "gsm/dialect.hpp"

namespace mlango::gsm {

// One field that a form is read for, and where its decoded value goes.
struct form_field {
    std::string_view name;
    std::string* value;
    std::size_t limit;      // bytes of the decoded value
    bool required;          // there and not empty
    std::string_view what;  // what to send, for the fault: "the gateway's id of the session, 1 to 128 bytes"
    bool given = false;
};

// Fills the values of `fields` from `form`; others in it are passed over. A fault names the field and what to send:
// missing, given twice, too long, a broken escape, not UTF-8, or a NUL in it; also a form of more than 64 fields.
[[nodiscard]] std::expected<void, dialect_fault> read_form(std::string_view form, std::span<form_field> fields);

// The first field `name` of `form`, decoded, with the faults above as nullopt.
[[nodiscard]] std::optional<std::string> find_in_form(std::string_view form, std::string_view name, std::size_t limit);

// Appends "name=value", with '&' before it unless `form` is empty.
void append_to_form(std::string& form, std::string_view name, std::string_view value);

}  // namespace mlango::gsm
