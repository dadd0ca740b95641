#include "gsm/dialects/con_end.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"

namespace mlango::gsm {
namespace {

constexpr std::string_view escaped_msisdn_what =
    "her number in international form, +254700000001 with the + escaped as %2B";
constexpr std::string_view transcript_what =
    "every input of the session so far, joined by the separator, at most 2,000 bytes; empty when she has just dialled";
constexpr std::string_view last_input_what = "what she typed, at most 2,000 bytes; empty when she has just dialled";

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
}

// The code itself as the first "input": how gateways that send the last input only word a dial.
bool is_dialled_code(std::string_view input, std::string_view service_code) {
    return input == service_code || (input.starts_with('*') && input.ends_with('#'));
}

}  // namespace

std::unique_ptr<ussd_dialect> make_con_end_dialect(con_end_fields fields) {
    return std::make_unique<con_end_dialect>(std::move(fields));
}

con_end_dialect::con_end_dialect(con_end_fields fields) : fields_(std::move(fields)) {}

std::expected<ussd_hop, dialect_fault> con_end_dialect::read(const http_request& request,
                                                             std::string_view gateway) const {
    const std::string_view method = fields_.by_get ? "GET" : "POST";
    if (request.method != method) {
        return std::unexpected(
            dialect_fault{405, fmt::format("Send {}, with the fields {}.", method,
                                           fields_.by_get ? "in the query" : "as application/x-www-form-urlencoded")});
    }

    std::string session;
    std::string number;
    std::string service_code;
    std::string network;
    std::string input;
    std::array<form_field, 5> wanted;
    std::size_t count = 0;
    wanted[count++] = {fields_.session, &session, session_limit, true, session_what};
    wanted[count++] = {fields_.msisdn, &number, msisdn_text_limit, true, escaped_msisdn_what};
    wanted[count++] = {fields_.input, &input, transcript_limit, false,
                       fields_.whole_transcript ? transcript_what : last_input_what};
    if (!fields_.service_code.empty()) {
        wanted[count++] = {fields_.service_code, &service_code, service_code_limit, true, service_code_what};
    }
    if (!fields_.network.empty()) {
        wanted[count++] = {fields_.network, &network, network_limit, false, network_what};
    }
    if (auto done = read_form(fields_.by_get ? request.query() : std::string_view(request.body),
                              std::span(wanted).first(count));
        !done) {
        return std::unexpected(std::move(done.error()));
    }
    auto hop = hop_from(gateway, std::move(session), fields_.session, number, fields_.msisdn);
    if (!hop) return hop;
    hop->service_code = std::move(service_code);
    hop->network = std::move(network);
    if (fields_.whole_transcript) {
        if (fields_.separator != "*") replace_all(input, fields_.separator, "*");
        hop->identity = hop_identity::transcript;
        hop->event = input.empty() ? ussd_event::begin : ussd_event::answer;
        hop->transcript = std::move(input);
    } else {
        hop->identity = hop_identity::none;
        const bool dialled = input.empty() || is_dialled_code(input, hop->service_code);
        hop->event = dialled ? ussd_event::begin : ussd_event::answer;
        if (!dialled) hop->input = std::move(input);
    }
    return hop;
}

http_response con_end_dialect::write(const ussd_hop&, const ussd_reply& reply) const {
    const std::string& prefix = reply.ends ? fields_.end_prefix : fields_.continue_prefix;
    http_response response;
    response.body.reserve(prefix.size() + reply.text.size());
    response.body += prefix;
    response.body += reply.text;
    return response;
}

http_request con_end_dialect::request_for(const phone_hop& hop, std::string_view target) const {
    std::string form;
    form.reserve(192);
    append_to_form(form, fields_.session, hop.session);
    append_to_form(form, fields_.msisdn, hop.from.e164());
    if (!fields_.network.empty()) append_to_form(form, fields_.network, hop.network);
    if (!fields_.service_code.empty()) append_to_form(form, fields_.service_code, hop.service_code);
    if (fields_.whole_transcript) {
        append_to_form(form, fields_.input, joined(hop.inputs));
    } else {
        append_to_form(form, fields_.input, hop.inputs.empty() ? std::string_view() : hop.inputs.back());
    }

    http_request request;
    request.target = target;
    if (fields_.by_get) {
        request.method = "GET";
        request.target += target.find('?') == std::string_view::npos ? '?' : '&';
        request.target += form;
    } else {
        request.method = "POST";
        request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
        request.body = std::move(form);
    }
    return request;
}

std::expected<ussd_reply, dialect_fault> con_end_dialect::understand(const http_response& response) const {
    if (response.status != 200) return std::unexpected(not_200(response));
    const std::string_view body = response.body;
    const bool ends = body.starts_with(fields_.end_prefix);
    if (!ends && !body.starts_with(fields_.continue_prefix)) {
        return std::unexpected(dialect_fault{200, fmt::format("The answer begins neither with \"{}\" nor with \"{}\".",
                                                              fields_.continue_prefix, fields_.end_prefix)});
    }
    if (!is_utf8(body)) return std::unexpected(dialect_fault{200, "The answer is not UTF-8."});
    const std::size_t prefix = ends ? fields_.end_prefix.size() : fields_.continue_prefix.size();
    return ussd_reply{std::string(body.substr(prefix)), ends};
}

std::string con_end_dialect::joined(const std::vector<std::string>& inputs) const {
    std::string all;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        if (i != 0) all += fields_.separator;
        all += inputs[i];
    }
    return all;
}

}  // namespace mlango::gsm
