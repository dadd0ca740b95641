#include "simulator/phone_line.hpp"

#include <fmt/format.h>

namespace mlango::simulator {

phone_line::phone_line(const gsm::gateway_settings& gateway, std::string service_code, std::string network)
    : name_(gateway.name),
      service_code_(std::move(service_code)),
      network_(std::move(network)),
      query_(gateway.secrets.empty() ? std::string() : "?" + encode_form({{"key", gateway.secrets.front()}})),
      profile_(gateway.profile),
      sends_sms_(!gateway.sms_url.empty()),
      dialect_(gsm::make_dialect(gateway)),
      sms_(gsm::make_sms_dialect(gsm::sms_dialect_of(gateway))),
      callback_(gateway.sms_callback),
      in_door_(gsm::sms_door(gateway, "in")),
      receipt_door_(gsm::sms_door(gateway, "receipt")) {
    if (const auto tokens = gsm::sms_tokens_of(gateway); !tokens.empty()) token_ = tokens.front();
}

bool phone_line::tells(gsm::ussd_event event) const {
    return event == gsm::ussd_event::begin || event == gsm::ussd_event::answer || dialect_->tells_ends();
}

http_request phone_line::request_for(std::string session, const gsm::msisdn& from, std::vector<std::string> inputs,
                                     gsm::ussd_event event) const {
    const std::uint64_t sequence = inputs.size() + 1;
    const gsm::phone_hop hop{.session = std::move(session),
                             .from = from,
                             .service_code = service_code_,
                             .network = network_,
                             .inputs = std::move(inputs),
                             .sequence = sequence,
                             .event = event};
    return dialect_->request_for(hop, fmt::format("/ussd/{}{}", name_, query_));
}

phone_answer phone_line::understand(const std::expected<http_response, http_failure>& answer,
                                    gsm::ussd_event event) const {
    phone_answer result;
    result.reply.ends = true;
    result.limit = profile_.screen.septets;
    if (!answer) {
        result.fault = answer.error() == http_failure::unknown
                           ? fmt::format("The server did not answer within {} s.",
                                         static_cast<double>(profile_.deadline.count()) / 1000.0)
                           : "The server can not be reached.";
        return result;
    }
    if (answer->status == 404 && answer->body.empty()) {
        result.fault = "The server does not know this gateway, or not with this key (404).";
        return result;
    }
    if (event == gsm::ussd_event::abort || event == gsm::ussd_event::timeout) {
        if (answer->status >= 300) result.fault = fmt::format("The server refused the end event ({}).", answer->status);
        return result;
    }
    auto reply = dialect_->understand(*answer);
    if (!reply) {
        result.fault = std::move(reply.error().message);
        return result;
    }
    result.reply = std::move(*reply);
    result.size = gsm::measure(result.reply.text);
    if (result.size.needs == gsm::alphabet::ucs2) result.limit = profile_.screen.ucs2_units;
    return result;
}

http_request phone_line::message_request(const gsm::sms_in& message) const {
    http_request request = sms_->message_request(message, in_door_);
    sms_->sign(request, callback_ + request.target, token_);
    return request;
}

std::optional<http_request> phone_line::receipt_request(const gsm::sms_receipt& receipt,
                                                        std::string_view wanted) const {
    if (wanted.empty() && sms_->needs_receipts_address()) return std::nullopt;
    // Wherever else a submission points, the played provider goes nowhere but to our own door.
    const bool ours = !callback_.empty() && wanted.starts_with(callback_ + receipt_door_);
    http_request request = sms_->receipt_request(receipt, ours ? wanted.substr(callback_.size()) : receipt_door_);
    sms_->sign(request, callback_ + request.target, token_);
    return request;
}

std::string phone_line::without_secret(std::string target) const {
    if (query_.empty()) return target;
    if (const std::size_t at = target.find(query_); at != std::string::npos) {
        target.replace(at, query_.size(), "?key=\u2026");
    }
    return target;
}

http_client::outgoing outgoing_to(std::string_view base_url, http_request request) {
    http_client::outgoing out;
    out.method = std::move(request.method);
    out.url = fmt::format("{}{}", base_url, request.target);
    out.headers = std::move(request.headers);
    out.body = std::move(request.body);
    return out;
}

}  // namespace mlango::simulator
