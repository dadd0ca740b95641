#include "simulator/played_sms.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/json.hpp>

namespace mlango::simulator {
namespace {

namespace json = boost::json;

constexpr std::size_t recipients_limit = 100;
constexpr std::size_t text_limit = 1'600;  // bytes
constexpr std::size_t name_limit = 64;     // bytes

// Africa's Talking quotes a price with each message; a made-up one keeps the shape.
constexpr double price = 0.8;

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

}  // namespace

std::expected<played_submission, std::string> read_submission(const http_request& request) {
    if (!request.header("content-type").starts_with("application/x-www-form-urlencoded")) {
        return std::unexpected("The request content was malformed: send application/x-www-form-urlencoded.");
    }
    auto fields = parse_form(request.body);
    if (!fields) return std::unexpected("The request content was malformed.");
    played_submission submission;
    submission.api_key = request.header("apikey");
    std::string list;
    for (auto& [name, value] : *fields) {
        if (name == "username")
            submission.username = std::move(value);
        else if (name == "to")
            list = std::move(value);
        else if (name == "message")
            submission.message = std::move(value);
        else if (name == "from")
            submission.from = std::move(value);
    }
    for (const auto& [name, value] : {std::pair<std::string_view, std::string_view>{"username", submission.username},
                                      {"to", list},
                                      {"message", submission.message}}) {
        if (value.empty()) return std::unexpected(fmt::format("Request is missing required form field '{}'", name));
    }
    submission.to = split_list(list);
    if (submission.to.empty() || submission.to.size() > recipients_limit || submission.message.size() > text_limit ||
        submission.from.size() > name_limit || submission.username.size() > name_limit) {
        return std::unexpected("The request content was malformed: a field is too long.");
    }
    if (submission.from.empty()) submission.from = "AFRICASTKNG";
    return submission;
}

http_response submission_answer(const std::vector<played_recipient>& recipients) {
    json::array rows;
    std::size_t sent = 0;
    for (const played_recipient& recipient : recipients) {
        const bool accepted = recipient.message_id.has_value();
        if (accepted) ++sent;
        const std::string id = recipient.message_id.value_or("None");
        rows.push_back({{"statusCode", accepted ? 101 : 403},
                        {"number", json::string_view(recipient.number.data(), recipient.number.size())},
                        {"status", accepted ? "Success" : "InvalidPhoneNumber"},
                        {"cost", accepted ? "KES 0.8000" : "0"},
                        {"messageId", json::string_view(id.data(), id.size())}});
    }
    const std::string message =
        fmt::format("Sent to {}/{} Total Cost: KES {:.4f}", sent, recipients.size(), price * static_cast<double>(sent));
    http_response response;
    response.status = 201;
    response.content_type = "application/json";
    response.body = json::serialize(json::object{
        {"SMSMessageData",
         {{"Message", json::string_view(message.data(), message.size())}, {"Recipients", std::move(rows)}}}});
    return response;
}

http_response unknown_account() {
    http_response response;
    response.status = 401;
    response.body = "The supplied authentication is invalid";
    return response;
}

}  // namespace mlango::simulator
