// Africa's Talking's SMS interface: POST form username, to, message, from, bulkSMSMode=1 and enqueue=1, with the
// headers apiKey and Accept; messages and delivery reports come as forms.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "gsm/sms_dialects/sms_fields.hpp"

namespace mlango::gsm {
namespace {

namespace json = boost::json;

enum class verdict { accepted, temporary, permanent, unknown };

struct status_row {
    int code;
    std::string_view name;
    verdict means;
};

// Temporary are refusals of the account or the route, which somebody mends; permanent are those of this number. A
// message held for its risk, or lost in the gateway's own error, may still go out.
constexpr std::array<status_row, 14> statuses{{
    {100, "Processed", verdict::accepted},
    {101, "Sent", verdict::accepted},
    {102, "Queued", verdict::accepted},
    {401, "RiskHold", verdict::unknown},
    {402, "InvalidSenderId", verdict::temporary},
    {403, "InvalidPhoneNumber", verdict::permanent},
    {404, "UnsupportedNumberType", verdict::permanent},
    {405, "InsufficientBalance", verdict::temporary},
    {406, "UserInBlacklist", verdict::permanent},
    {407, "CouldNotRoute", verdict::permanent},
    {409, "DoNotDisturbRejection", verdict::permanent},
    {500, "InternalServerError", verdict::unknown},
    {501, "GatewayError", verdict::unknown},
    {502, "RejectedByGateway", verdict::temporary},
}};

template <class Key>
const status_row* row_of(Key status_row::* key, const Key& value) {
    const auto row = std::ranges::find(statuses, value, key);
    return row == statuses.end() ? nullptr : row;
}

// As the provider says it: by code, else by name. An acceptance that came as a refusal is unknown.
std::unexpected<submit_failure> refused_by(const status_row* row) {
    if (row == nullptr || row->means == verdict::accepted) return refused(submit_refusal::unknown);
    return refused(row->means == verdict::temporary   ? submit_refusal::temporary
                   : row->means == verdict::permanent ? submit_refusal::permanent
                                                      : submit_refusal::unknown,
                   row->name);
}

std::expected<sms_accepted, submit_failure> result_in(std::string_view body) {
    const auto document = parsed(body);
    if (!document) return refused(submit_refusal::unknown);
    const json::value* data = member(&*document, "SMSMessageData");
    const json::value* recipients = member(data, "Recipients");
    if (recipients == nullptr || !recipients->is_array()) return refused(submit_refusal::unknown);
    if (recipients->get_array().empty()) {
        // A refusal of the whole request names its reason here and lists nobody.
        const std::string_view message = text_of(member(data, "Message"));
        if (message.starts_with("Sent to 0/")) return refused(submit_refusal::permanent);
        return refused_by(row_of(&status_row::name, message));
    }

    const json::value* recipient = &recipients->get_array().front();
    const std::optional<int> code = number_of(member(recipient, "statusCode"));
    const status_row* row =
        code ? row_of(&status_row::code, *code) : row_of(&status_row::name, text_of(member(recipient, "status")));
    if (row == nullptr || row->means != verdict::accepted) return refused_by(row);
    const std::string_view id = text_of(member(recipient, "messageId"));
    // Without an id no report could ever be matched.
    if (!is_message_id(id) || id == "None") return refused(submit_refusal::unknown);
    return sms_accepted{{std::string(id)}};
}

struct receipt_row {
    std::string_view status;
    receipt_state state;
};

// AbsentSubscriber is not final: the network tries again when her phone is back.
constexpr std::array<receipt_row, 8> receipts{{
    {"Sent", receipt_state::accepted},
    {"Submitted", receipt_state::accepted},
    {"Buffered", receipt_state::buffered},
    {"AbsentSubscriber", receipt_state::buffered},
    {"Success", receipt_state::delivered},
    {"Failed", receipt_state::failed},
    {"Expired", receipt_state::expired},
    {"Rejected", receipt_state::rejected},
}};

std::expected<sms_in, dialect_fault> message_in(std::string_view form, std::string_view gateway) {
    std::string id;
    std::string from;
    std::string to;
    std::string text;
    std::array<form_field, 4> wanted{form_field{"id", &id, message_id_limit, true, message_id_what},
                                     form_field{"from", &from, msisdn_text_limit, true, sender_what},
                                     form_field{"to", &to, short_code_limit, true, short_code_what},
                                     form_field{"text", &text, sms_read_limit, false, "the text of the message"}};
    if (auto done = read_form(form, wanted); !done) return std::unexpected(std::move(done.error()));
    return message_of(gateway, std::move(id), from, std::move(to), std::move(text), "from");
}

std::expected<sms_receipt, dialect_fault> receipt_in(std::string_view form, std::string_view gateway) {
    std::string id;
    std::string status;
    std::string number;
    std::string reason;
    std::array<form_field, 4> wanted{
        form_field{"id", &id, message_id_limit, true, message_id_what},
        form_field{"status", &status, 64, true, "the state of the message: Sent, Success, Failed, …"},
        form_field{"phoneNumber", &number, 64, false, "the receiver's number"},
        form_field{"failureReason", &reason, 1'024, false, "why the message failed"}};
    if (auto done = read_form(form, wanted); !done) return std::unexpected(std::move(done.error()));
    const auto row = std::ranges::find(receipts, status, &receipt_row::status);
    const receipt_state state = row == receipts.end() ? receipt_state::unknown : row->state;
    // Where our state says less than the gateway's word, the word is kept.
    if (reason.empty() && (state == receipt_state::unknown || state == receipt_state::buffered)) reason = status;
    cut(reason, reason_limit);
    return sms_receipt{std::string(gateway), std::move(id), msisdn_in_form(number), state, std::move(reason)};
}

std::vector<std::string> split_list(std::string_view list) {
    std::vector<std::string> items;
    while (!list.empty() && items.size() <= recipients_limit) {
        const std::size_t comma = std::min(list.find(','), list.size());
        std::string_view item = list.substr(0, comma);
        while (item.starts_with(' ')) item.remove_prefix(1);
        while (item.ends_with(' ')) item.remove_suffix(1);
        if (!item.empty()) items.emplace_back(item);
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return items;
}

http_response bad_submission(std::string_view why) {
    http_response refusal;
    refusal.status = 400;
    refusal.body = why;
    return refusal;
}

class africastalking_sms final : public sms_dialect {
public:
    [[nodiscard]] std::string_view name() const override { return "africastalking"; }
    [[nodiscard]] outgoing submit_request(const sms_account& account, const sms_out& message) const override;
    [[nodiscard]] std::expected<sms_accepted, submit_failure> submit_result(const sms_out& message,
                                                                            const answer& got) const override;
    [[nodiscard]] reading<sms_in> read_messages(const http_request& request, std::string_view gateway) const override;
    [[nodiscard]] reading<sms_receipt> read_receipts(const http_request& request,
                                                     std::string_view gateway) const override;
    [[nodiscard]] http_request message_request(const sms_in& message, std::string_view target) const override;
    [[nodiscard]] http_request receipt_request(const sms_receipt& receipt, std::string_view target) const override;
    [[nodiscard]] std::string_view submission_path() const override { return "/version1/messaging"; }
    [[nodiscard]] std::expected<played_submission, http_response> read_submission(
        const http_request& request) const override;
    [[nodiscard]] http_response write_submitted(const played_submission& submission,
                                                std::span<const played_recipient> recipients) const override;
    [[nodiscard]] http_response write_unknown_account() const override;
};

sms_dialect::outgoing africastalking_sms::submit_request(const sms_account& account, const sms_out& message) const {
    outgoing request;
    request.method = "POST";
    request.url = account.url;
    request.headers = {{"apiKey", account.api_key},
                       {"Accept", "application/json"},
                       {"Content-Type", "application/x-www-form-urlencoded"}};
    const std::string& sender = sender_of(account, message);
    append_to_form(request.body, "username", account.username);
    append_to_form(request.body, "to", message.to.e164());
    append_to_form(request.body, "message", message.text);
    if (!sender.empty()) append_to_form(request.body, "from", sender);
    append_to_form(request.body, "bulkSMSMode", "1");
    append_to_form(request.body, "enqueue", "1");
    return request;
}

std::expected<sms_accepted, submit_failure> africastalking_sms::submit_result(const sms_out&, const answer& got) const {
    if (!got) return refused(refusal_of(got.error()));
    const unsigned status = got->status;
    if (status >= 200 && status < 300) return result_in(got->body);
    const std::string word = fmt::format("HTTP-{}", status);
    if (status == 429) return refused(submit_refusal::busy, word);
    // Of the clear refusals only these speak of the message; the others are the account's, the address's or the
    // moment's.
    if (status == 400 || status == 413 || status == 422) return refused(submit_refusal::permanent, word);
    if (status >= 400 && status < 500 && status != 408) return refused(submit_refusal::temporary, word);
    return refused(submit_refusal::unknown, word);
}

sms_dialect::reading<sms_in> africastalking_sms::read_messages(const http_request& request,
                                                               std::string_view gateway) const {
    auto message = message_in(request.body, gateway);
    if (!message) return std::unexpected(std::move(message.error()));
    return sms_batch<sms_in>{.values = {std::move(*message)}};
}

sms_dialect::reading<sms_receipt> africastalking_sms::read_receipts(const http_request& request,
                                                                    std::string_view gateway) const {
    auto receipt = receipt_in(request.body, gateway);
    if (!receipt) return std::unexpected(std::move(receipt.error()));
    return sms_batch<sms_receipt>{.values = {std::move(*receipt)}};
}

http_request africastalking_sms::message_request(const sms_in& message, std::string_view target) const {
    std::string form;
    append_to_form(form, "from", message.from.e164());
    append_to_form(form, "to", message.to);
    append_to_form(form, "text", message.text);
    append_to_form(form, "id", message.provider_id);
    return form_request(target, std::move(form));
}

http_request africastalking_sms::receipt_request(const sms_receipt& receipt, std::string_view target) const {
    std::string form;
    append_to_form(form, "id", receipt.provider_id);
    const auto row = std::ranges::find(receipts, receipt.state, &receipt_row::state);
    append_to_form(form, "status", row == receipts.end() ? "Unknown" : row->status);
    if (receipt.to) append_to_form(form, "phoneNumber", receipt.to->e164());
    if (!receipt.reason.empty()) append_to_form(form, "failureReason", receipt.reason);
    return form_request(target, std::move(form));
}

std::expected<played_submission, http_response> africastalking_sms::read_submission(const http_request& request) const {
    if (media_type_of(request) != "application/x-www-form-urlencoded") {
        return std::unexpected(
            bad_submission("The request content was malformed: send application/x-www-form-urlencoded."));
    }
    auto fields = parse_form(request.body);
    if (!fields) return std::unexpected(bad_submission("The request content was malformed."));
    played_submission submission;
    submission.api_key = request.header("apikey");
    std::string list;
    for (auto& [name, value] : *fields) {
        if (name == "username")
            submission.username = std::move(value);
        else if (name == "to")
            list = std::move(value);
        else if (name == "message")
            submission.text = std::move(value);
        else if (name == "from")
            submission.from = std::move(value);
    }
    for (const auto& [name, value] : {std::pair<std::string_view, std::string_view>{"username", submission.username},
                                      {"to", list},
                                      {"message", submission.text}}) {
        if (value.empty()) {
            return std::unexpected(bad_submission(fmt::format("Request is missing required form field '{}'", name)));
        }
    }
    submission.to = split_list(list);
    if (submission.to.empty() || submission.to.size() > recipients_limit || submission.text.size() > sms_text_limit ||
        submission.from.size() > 64 || submission.username.size() > 64) {
        return std::unexpected(bad_submission("The request content was malformed: a field is too long."));
    }
    if (submission.from.empty()) submission.from = "AFRICASTKNG";  // the provider's own
    return submission;
}

http_response africastalking_sms::write_submitted(const played_submission&,
                                                  std::span<const played_recipient> recipients) const {
    constexpr double price = 0.8;  // made up: it keeps the shape
    json::array rows;
    std::size_t sent = 0;
    for (const played_recipient& recipient : recipients) {
        const bool accepted = recipient.message_id.has_value();
        if (accepted) ++sent;
        rows.push_back({{"statusCode", accepted ? 101 : 403},
                        {"number", in_json(recipient.number)},
                        {"status", accepted ? "Success" : "InvalidPhoneNumber"},
                        {"cost", accepted ? "KES 0.8000" : "0"},
                        {"messageId", in_json(recipient.message_id.value_or("None"))}});
    }
    const std::string message =
        fmt::format("Sent to {}/{} Total Cost: KES {:.4f}", sent, recipients.size(), price * static_cast<double>(sent));
    http_response response =
        json_response({{"SMSMessageData", {{"Message", in_json(message)}, {"Recipients", std::move(rows)}}}});
    response.status = 201;
    return response;
}

http_response africastalking_sms::write_unknown_account() const {
    http_response response;
    response.status = 401;
    response.body = "The supplied authentication is invalid";
    return response;
}

}  // namespace

std::unique_ptr<sms_dialect> make_africastalking_sms_dialect() {
    return std::make_unique<africastalking_sms>();
}

}  // namespace mlango::gsm
