// Africa's Talking's SMS interface from the provider's side (POST version1/messaging): reads a submission as the
// provider does and words its answer. Pure codec; gsm/sms_africastalking.hpp is the other side, which our server
// speaks.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/http/message.hpp"
#include "gsm/msisdn.hpp"

namespace mlango::simulator {

struct played_submission {
    std::string username;
    std::string api_key;
    std::string from;             // sender; "AFRICASTKNG" when the submission names none, as the provider does
    std::vector<std::string> to;  // as sent, at most 100
    std::string message;          // at most 1,600 bytes
};
// The error is the text the provider sends with 400.
[[nodiscard]] std::expected<played_submission, std::string> read_submission(const http_request& request);

// One row of the answer: accepted when it has a message id.
struct played_recipient {
    std::string number;
    std::optional<std::string> message_id;
};
// 201 with {"SMSMessageData": {"Message", "Recipients": […]}}; a row without id is 403 InvalidPhoneNumber.
[[nodiscard]] http_response submission_answer(const std::vector<played_recipient>& recipients);
// What the provider answers to a username or key it does not know: 401 and a line of text.
[[nodiscard]] http_response unknown_account();

}  // namespace mlango::simulator
