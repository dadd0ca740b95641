// SMS in Africa's Talking form: what we send and its answer, what comes in, and delivery reports. Pure codec; the doors
// and the sender are in gateway.hpp.
#pragma once

#include <expected>

#include "base/http/client.hpp"
#include "gsm/gateway.hpp"

namespace mlango::gsm {

// POST of the form username, to, message, from (when there is a sender), bulkSMSMode=1 and enqueue=1, with the headers
// apiKey and Accept: application/json.
[[nodiscard]] http_client::outgoing submit_request(const gateway_settings& settings, const sms_out& message);

// What the exchange says of the message. Only what surely was not sent is temporary or permanent; an answer that is
// lost, a server's error or one we cannot read is unknown.
[[nodiscard]] std::expected<sms_accepted, submit_failure> submit_result(
    const std::expected<http_response, http_failure>& answer);

// POST form from, to, text, id; date, linkId, cost and networkCode are passed over. A text over 1,600 bytes is cut
// there.
[[nodiscard]] std::expected<sms_in, dialect_fault> read_message(std::string_view form, std::string_view gateway);

// POST form id, status, phoneNumber, failureReason; the rest is passed over.
[[nodiscard]] std::expected<sms_receipt, dialect_fault> read_receipt(std::string_view form, std::string_view gateway);

// The side that plays the gateway: the bodies that the above read.
[[nodiscard]] std::string message_form(const sms_in& message);
[[nodiscard]] std::string receipt_form(const sms_receipt& receipt);

}  // namespace mlango::gsm
