// Infobip's SMS interface: POST /sms/2/text/advanced with messages[]; her messages and receipts come as results[],
// several a request. The message's id is ours, so that it can be asked for (GET /sms/1/logs) even when the answer to
// its submission was lost. Logs rather than reports: a report is told once only, to whom asks first or by push.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "gsm/sms_dialects/sms_fields.hpp"

namespace mlango::gsm {
namespace {

namespace json = boost::json;

constexpr std::int64_t longest_validity = 48 * 60;  // minutes; Infobip gives up then
constexpr std::string_view submit_path = "/sms/2/text/advanced";
constexpr std::string_view id_mark = "mlango-";

// Of a submission that was surely refused (groupId 5, or 2 as an answer at once): those that speak of the account,
// which somebody mends.
constexpr std::array<std::string_view, 9> refusals_of_account{"REJECTED_NOT_ENOUGH_CREDITS",
                                                              "REJECTED_SENDER",
                                                              "REJECTED_ROUTE_NOT_AVAILABLE",
                                                              "REJECTED_SYSTEM_ERROR",
                                                              "REJECTED_NETWORK",
                                                              "REJECTED_FLOODING_FILTER",
                                                              "REJECTED_DEMO",
                                                              "REJECTED_SENDER_RESTRICTED",
                                                              "REJECTED_SENDER_NOT_ALLOWED"};

receipt_state state_of(int group) {
    switch (group) {
        case 0:
        case 1:
            return receipt_state::accepted;
        case 2:
            return receipt_state::failed;
        case 3:
            return receipt_state::delivered;
        case 4:
            return receipt_state::expired;
        case 5:
            return receipt_state::rejected;
        default:
            return receipt_state::unknown;
    }
}

struct group_row {
    receipt_state state;
    int group;
    std::string_view group_name;
    int id;
    std::string_view name;
};
constexpr std::array<group_row, 7> groups{{
    {receipt_state::accepted, 1, "PENDING", 7, "PENDING_ENROUTE"},
    {receipt_state::buffered, 1, "PENDING", 3, "PENDING_WAITING_DELIVERY"},
    {receipt_state::failed, 2, "UNDELIVERABLE", 9, "UNDELIVERABLE_NOT_DELIVERED"},
    {receipt_state::delivered, 3, "DELIVERED", 5, "DELIVERED_TO_HANDSET"},
    {receipt_state::expired, 4, "EXPIRED", 15, "EXPIRED_EXPIRED"},
    {receipt_state::rejected, 5, "REJECTED", 8, "REJECTED_NETWORK"},
    {receipt_state::unknown, 9, "UNKNOWN", 0, "UNKNOWN"},
}};

std::string our_id(std::uint64_t reference) {
    return fmt::format("{}{}", id_mark, reference);
}

std::uint64_t reference_in_id(std::string_view id) {
    return id.starts_with(id_mark) ? reference_in(id.substr(id_mark.size())) : 0;
}

// The name of why it failed, where Infobip says one: "EC_ABSENT_SUBSCRIBER", else the status' own.
std::string reason_of(const json::value* result, receipt_state state) {
    std::string_view word = text_of(member(member(result, "error"), "name"));
    if (word.empty() || word == "NO_ERROR") word = text_of(member(member(result, "status"), "name"));
    if (state == receipt_state::delivered || state == receipt_state::accepted) word = {};
    if (word.contains('\0')) word = {};
    std::string reason(word);
    cut(reason, reason_limit);
    return reason;
}

std::optional<sms_receipt> receipt_of(const json::value& result, std::string_view gateway) {
    const std::string_view id = text_of(member(&result, "messageId"));
    const auto group = number_of(member(member(&result, "status"), "groupId"));
    if (!is_message_id(id) || !group) return std::nullopt;
    const std::string_view to = text_of(member(&result, "to"));
    const receipt_state state = state_of(*group);
    return sms_receipt{.gateway = std::string(gateway),
                       .provider_id = std::string(id),
                       .to = to.size() <= msisdn_text_limit ? msisdn::from_e164(to) : std::nullopt,
                       .state = state,
                       .reason = reason_of(&result, state),
                       .reference = reference_in_id(id)};
}

std::optional<sms_in> message_of_result(const json::value& result, std::string_view gateway) {
    const std::string_view id = text_of(member(&result, "messageId"));
    const std::string_view from = text_of(member(&result, "from"));
    const std::string_view to = text_of(member(&result, "to"));
    const std::string_view text = text_of(member(&result, "text"));
    if (!is_message_id(id) || from.size() > msisdn_text_limit || to.empty() || to.size() > short_code_limit ||
        to.contains('\0') || text.contains('\0')) {
        return std::nullopt;
    }
    auto message = message_of(gateway, std::string(id), from, std::string(to), std::string(text), "from");
    if (!message) return std::nullopt;
    return std::move(*message);
}

// Every one of results[] that `read` can read. A fault only when there is none at all.
template <class Value>
sms_dialect::reading<Value> results_of(const http_request& request, std::string_view gateway,
                                       std::optional<Value> (*read)(const json::value&, std::string_view),
                                       std::string_view needed) {
    const auto document = parsed(request.body);
    const json::value* results = member(document ? &*document : nullptr, "results");
    if (results == nullptr || !results->is_array() || results->get_array().size() > batch_limit) {
        return std::unexpected(dialect_fault{
            400, fmt::format("The body is no JSON object with results, a list of at most {}.", batch_limit)});
    }
    sms_batch<Value> batch;
    for (const json::value& result : results->get_array()) {
        auto value = read(result, gateway);
        if (value) {
            batch.values.push_back(std::move(*value));
        } else {
            ++batch.unreadable;
        }
    }
    if (batch.values.empty() && batch.unreadable > 0) {
        return std::unexpected(dialect_fault{400, fmt::format("None of results has {}.", needed)});
    }
    return batch;
}

json::object status_object(receipt_state state) {
    const auto row = std::ranges::find(groups, state, &group_row::state);
    return {{"groupId", row->group},
            {"groupName", in_json(row->group_name)},
            {"id", row->id},
            {"name", in_json(row->name)},
            {"description", "played"}};
}

http_response told(unsigned status, std::string_view id, std::string_view text) {
    http_response response = json_response(
        {{"requestError", {{"serviceException", {{"messageId", in_json(id)}, {"text", in_json(text)}}}}}});
    response.status = status;
    return response;
}

class infobip_sms final : public sms_dialect {
public:
    [[nodiscard]] std::string_view name() const override { return "infobip"; }
    [[nodiscard]] bool needs_username() const override { return false; }
    [[nodiscard]] outgoing submit_request(const sms_account& account, const sms_out& message) const override;
    [[nodiscard]] std::expected<sms_accepted, submit_failure> submit_result(const sms_out& message,
                                                                            const answer& got) const override;
    [[nodiscard]] std::optional<outgoing> query_request(const sms_account& account, const sms_out& message,
                                                        std::string_view provider_id) const override;
    [[nodiscard]] std::optional<sms_receipt> query_result(const sms_account& account, const sms_out& message,
                                                          std::string_view provider_id,
                                                          const http_response& got) const override;
    [[nodiscard]] reading<sms_in> read_messages(const http_request& request, std::string_view gateway) const override {
        return results_of<sms_in>(request, gateway, message_of_result, "messageId, from, to and text");
    }
    [[nodiscard]] reading<sms_receipt> read_receipts(const http_request& request,
                                                     std::string_view gateway) const override {
        return results_of<sms_receipt>(request, gateway, receipt_of, "messageId and status.groupId");
    }
    [[nodiscard]] http_request message_request(const sms_in& message, std::string_view target) const override;
    [[nodiscard]] http_request receipt_request(const sms_receipt& receipt, std::string_view target) const override;
    [[nodiscard]] std::string_view submission_path() const override { return submit_path; }
    [[nodiscard]] std::expected<played_submission, http_response> read_submission(
        const http_request& request) const override;
    [[nodiscard]] http_response write_submitted(const played_submission& submission,
                                                std::span<const played_recipient> recipients) const override;
    [[nodiscard]] http_response write_unknown_account() const override {
        return told(401, "UNAUTHORIZED", "Invalid login details");
    }
};

sms_dialect::outgoing infobip_sms::submit_request(const sms_account& account, const sms_out& message) const {
    outgoing request;
    request.method = "POST";
    request.url = account.url;
    request.headers = {{"Authorization", "App " + account.api_key},
                       {"Accept", "application/json"},
                       {"Content-Type", "application/json"}};
    json::object destination{{"to", in_json(message.to.digits())}};
    if (message.reference != 0) destination["messageId"] = in_json(our_id(message.reference));
    json::object body{{"destinations", json::array{std::move(destination)}}, {"text", in_json(message.text)}};
    if (const std::string& sender = sender_of(account, message); !sender.empty()) body["from"] = in_json(sender);
    if (!account.receipts.empty()) {
        body["notifyUrl"] = in_json(account.receipts);
        body["notifyContentType"] = "application/json";
    }
    if (const auto minutes = minutes_of(message, longest_validity)) body["validityPeriod"] = *minutes;
    request.body = json::serialize(json::object{{"messages", json::array{std::move(body)}}});
    return request;
}

std::expected<sms_accepted, submit_failure> infobip_sms::submit_result(const sms_out&, const answer& got) const {
    if (!got) return refused(refusal_of(got.error()));
    const unsigned status = got->status;
    if (status < 200 || status >= 300) {
        const std::string word = fmt::format("HTTP-{}", status);
        if (status == 429) return refused(submit_refusal::busy, word);
        if (status == 400 || status == 413 || status == 422) return refused(submit_refusal::permanent, word);
        if (status >= 400 && status < 500 && status != 408) return refused(submit_refusal::temporary, word);
        return refused(submit_refusal::unknown, word);
    }
    const auto document = parsed(got->body);
    const json::value* messages = member(document ? &*document : nullptr, "messages");
    if (messages == nullptr || !messages->is_array() || messages->get_array().empty()) {
        return refused(submit_refusal::unknown);
    }
    const json::value* message = &messages->get_array().front();
    const json::value* told_status = member(message, "status");
    const std::string_view name = text_of(member(told_status, "name"));
    const auto group = number_of(member(told_status, "groupId"));
    if (group == 5 || group == 2) {
        const bool account = std::ranges::find(refusals_of_account, name) != refusals_of_account.end();
        return refused(account ? submit_refusal::temporary : submit_refusal::permanent, name);
    }
    const std::string_view id = text_of(member(message, "messageId"));
    if (!group || *group > 3 || !is_message_id(id)) {
        return refused(submit_refusal::unknown, name);
    }
    return sms_accepted{{std::string(id)}};
}

std::optional<sms_dialect::outgoing> infobip_sms::query_request(const sms_account& account, const sms_out& message,
                                                                std::string_view provider_id) const {
    if (!account.url.ends_with(submit_path)) return std::nullopt;
    std::string id(provider_id);
    if (id.empty() && message.reference != 0) id = our_id(message.reference);
    if (id.empty()) return std::nullopt;
    std::string query;
    append_to_form(query, "messageId", id);
    outgoing request;
    request.method = "GET";
    request.url =
        fmt::format("{}/sms/1/logs?{}", account.url.substr(0, account.url.size() - submit_path.size()), query);
    request.headers = {{"Authorization", "App " + account.api_key}, {"Accept", "application/json"}};
    return request;
}

std::optional<sms_receipt> infobip_sms::query_result(const sms_account& account, const sms_out& message,
                                                     std::string_view provider_id, const http_response& got) const {
    const auto document = got.status == 200 ? parsed(got.body) : std::nullopt;
    const json::value* results = member(document ? &*document : nullptr, "results");
    if (results == nullptr || !results->is_array()) return std::nullopt;
    for (const json::value& result : results->get_array()) {
        auto receipt = receipt_of(result, account.gateway);
        // Another installation of ours may count from the same number in the same account.
        if (!receipt || receipt->to != message.to) continue;
        if (receipt->provider_id == (provider_id.empty() ? our_id(message.reference) : provider_id)) return receipt;
    }
    return std::nullopt;
}

http_request infobip_sms::message_request(const sms_in& message, std::string_view target) const {
    const json::object result{{"messageId", in_json(message.provider_id)},
                              {"from", in_json(message.from.digits())},
                              {"to", in_json(message.to)},
                              {"text", in_json(message.text)},
                              {"cleanText", in_json(message.text)},
                              {"keyword", ""},
                              {"smsCount", 1}};
    return json_request("POST", std::string(target),
                        {{"results", json::array{result}}, {"messageCount", 1}, {"pendingMessageCount", 0}});
}

http_request infobip_sms::receipt_request(const sms_receipt& receipt, std::string_view target) const {
    json::object result{{"messageId", in_json(receipt.provider_id)}, {"status", status_object(receipt.state)}};
    if (receipt.to) result["to"] = in_json(receipt.to->digits());
    if (!receipt.reason.empty()) {
        result["error"] = {{"groupId", 1}, {"name", in_json(receipt.reason)}, {"permanent", false}};
    }
    return json_request("POST", std::string(target), {{"results", json::array{std::move(result)}}});
}

std::expected<played_submission, http_response> infobip_sms::read_submission(const http_request& request) const {
    const auto document = parsed(request.body);
    const json::value* messages = member(document ? &*document : nullptr, "messages");
    if (messages == nullptr || !messages->is_array() || messages->get_array().size() != 1) {
        return std::unexpected(told(400, "BAD_REQUEST", "The played provider takes one message a request."));
    }
    const json::value* message = &messages->get_array().front();
    played_submission submission;
    const std::string_view authorization = request.header("authorization");
    if (authorization.starts_with("App ")) submission.api_key = authorization.substr(4);
    submission.from = text_of(member(message, "from"));
    submission.text = text_of(member(message, "text"));
    submission.receipts = text_of(member(message, "notifyUrl"));
    if (const json::value* all = member(message, "destinations"); all != nullptr && all->is_array()) {
        for (const json::value& one : all->get_array()) {
            submission.to.emplace_back(text_of(member(&one, "to")));
            submission.id = text_of(member(&one, "messageId"));
        }
    }
    if (submission.to.empty() || submission.to.size() > recipients_limit) {
        return std::unexpected(told(400, "BAD_REQUEST", "destinations has 1 to 100 receivers."));
    }
    return submission;
}

http_response infobip_sms::write_submitted(const played_submission&,
                                           std::span<const played_recipient> recipients) const {
    json::array messages;
    for (const played_recipient& one : recipients) {
        json::object status = status_object(receipt_state::accepted);
        if (!one.message_id) {
            status = {{"groupId", 5}, {"groupName", "REJECTED"}, {"id", 51}, {"name", "INVALID_DESTINATION_ADDRESS"}};
        }
        messages.push_back({{"to", in_json(one.number)},
                            {"messageId", in_json(one.message_id.value_or(""))},
                            {"status", std::move(status)}});
    }
    return json_response({{"messages", std::move(messages)}});
}

}  // namespace

std::unique_ptr<sms_dialect> make_infobip_sms_dialect() {
    return std::make_unique<infobip_sms>();
}

}  // namespace mlango::gsm
