// What every SMS dialect holds its fields to, whatever its provider calls them. Callers: the SMS dialects.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "gsm/dialects/hop_fields.hpp"
#include "gsm/form.hpp"
#include "gsm/json_form.hpp"
#include "gsm/sms_dialect.hpp"

namespace mlango::gsm {

inline constexpr std::size_t message_id_limit = 128;   // bytes
inline constexpr std::size_t sms_text_limit = 1'600;   // bytes
inline constexpr std::size_t sms_read_limit = 65'536;  // bytes; beyond sms_text_limit it is cut, not refused
inline constexpr std::size_t reason_limit = 64;        // bytes
inline constexpr std::size_t short_code_limit = 32;    // bytes
inline constexpr std::size_t batch_limit = 500;        // messages or receipts a request
inline constexpr std::size_t recipients_limit = 100;
inline constexpr std::string_view message_id_what = "the gateway's id of the message, 1 to 128 bytes";
inline constexpr std::string_view sender_what = "the sender's number in international form";
inline constexpr std::string_view short_code_what = "the short code it was sent to";

// The longest beginning of well-formed UTF-8 that has at most `limit` bytes and no part of a character.
void cut(std::string& text, std::size_t limit);

// A refusal with the provider's code or name of it: letters, digits and "_.-" up to 64 bytes, else no word.
[[nodiscard]] std::unexpected<submit_failure> refused(submit_refusal why, std::string_view word = {});
// What a lost exchange says: a gateway that is not there is busy, else it may have been sent.
[[nodiscard]] submit_refusal refusal_of(http_failure failure);

// 1 to 128 bytes without a control character.
[[nodiscard]] bool is_message_id(std::string_view text);
// A message of these fields, or what is wrong with them, by the provider's names of the fields.
[[nodiscard]] std::expected<sms_in, dialect_fault> message_of(std::string_view gateway, std::string id,
                                                              std::string_view from, std::string to, std::string text,
                                                              std::string_view from_field);

// Our reference, as a receipt's address or id carries it: decimal digits; 0 where there is none.
[[nodiscard]] std::uint64_t reference_in(std::string_view text);
// The same of the field "ref" of the request's query.
[[nodiscard]] std::uint64_t reference_of(const http_request& request);
// sms_account::receipts with "&ref=N" behind it.
[[nodiscard]] std::string receipts_with_reference(const sms_account& account, const sms_out& message);
// Minutes, rounded up, 1 to `most`; nullopt when the message may last for ever.
[[nodiscard]] std::optional<std::int64_t> minutes_of(const sms_out& message, std::int64_t most);
[[nodiscard]] const std::string& sender_of(const sms_account& account, const sms_out& message);
// HTTP's Basic credentials (RFC 7617).
[[nodiscard]] std::string basic_credentials(std::string_view username, std::string_view password);
// Their opposite, from an Authorization header; empty strings when they cannot be read.
[[nodiscard]] std::pair<std::string, std::string> credentials_in(std::string_view header);
// "application/x-www-form-urlencoded" and the like, without its parameters.
[[nodiscard]] std::string_view media_type_of(const http_request& request);
[[nodiscard]] http_request form_request(std::string_view target, std::string body);
[[nodiscard]] dialect_fault send_post(std::string_view what);

// JSON, read in place: absent members, other types and what cannot be parsed are all "nothing".
[[nodiscard]] std::optional<boost::json::value> parsed(std::string_view text);
[[nodiscard]] const boost::json::value* member(const boost::json::value* object, std::string_view name);
[[nodiscard]] std::string_view text_of(const boost::json::value* value);
// A number, or a string of digits.
[[nodiscard]] std::optional<int> number_of(const boost::json::value* value);

}  // namespace mlango::gsm
