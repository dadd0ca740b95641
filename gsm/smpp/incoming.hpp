// What an SMSC delivers (deliver_sm, data_sm), read: a receipt, a message, a part of one. Pure; caller: client.
#pragma once

#include <expected>
#include <variant>

#include "gsm/smpp/account.hpp"
#include "gsm/smpp/redeliveries.hpp"
#include "gsm/sms.hpp"

namespace mlango::gsm::smpp {

// What can never become a message, however often it is delivered: it is acknowledged, counted and passed over.
enum class passed_over : std::uint8_t {
    sender_is_no_number,  // an alphanumeric sender: a service, not a person
    not_text,             // data, a coding that we do not read
    not_a_message,        // a receipt that names no message, an acknowledgement of a phone's user
};
[[nodiscard]] std::string_view name_of(passed_over why);

using incoming = std::variant<sms_in, sms_fragment, sms_receipt>;
// sms_in comes without provider_id: see identity_of().
[[nodiscard]] std::expected<incoming, passed_over> read_incoming(const message& content,
                                                                 const account_settings& settings);

// What makes a message the same one when it is delivered again. Views `content`.
[[nodiscard]] heard_message identity_of(const message& content);

}  // namespace mlango::gsm::smpp
