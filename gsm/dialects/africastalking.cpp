// Africa's Talking USSD: a CON/END dialect by POST form with the whole transcript, and an end event of its own.
#include <array>

#include "gsm/dialects/con_end.hpp"

namespace mlango::gsm {
namespace {

con_end_fields africastalking_fields() {
    return {.name = "africastalking",
            .by_get = false,
            .session = "sessionId",
            .msisdn = "phoneNumber",
            .service_code = "serviceCode",
            .network = "networkCode",
            .input = "text",
            .whole_transcript = true,
            .separator = "*",
            .continue_prefix = "CON ",
            .end_prefix = "END "};
}

class africastalking_dialect final : public con_end_dialect {
public:
    africastalking_dialect() : con_end_dialect(africastalking_fields()) {}

    [[nodiscard]] std::span<const dialect_address> addresses() const override {
        static constexpr std::array<dialect_address, 3> all{
            {{"POST", ""}, {"GET", ""}, {"POST", "/end", dialect_address::purpose::end}}};
        return all;
    }
    [[nodiscard]] bool tells_ends() const override { return true; }

    // POST form date, sessionId, serviceCode, networkCode, phoneNumber, status, cost, durationInMillis, hopsCount,
    // hopsMetadata, input, lastAppResponse, errorMessage. Only what names the session and its status is read: `input`
    // holds what she typed, PINs included. Incomplete is hers or the network's doing, Failed is our answer that came
    // late or was not understood, Success is an END of ours; a word we do not know yet ended the session all the same.
    [[nodiscard]] std::expected<std::optional<ussd_hop>, dialect_fault> read_end(
        const http_request& request, std::string_view gateway) const override {
        std::string session;
        std::string number;
        std::string service_code;
        std::string network;
        std::string status;
        std::array<form_field, 5> wanted{
            form_field{fields().session, &session, session_limit, true, "the gateway's id of the session that ended"},
            form_field{fields().msisdn, &number, msisdn_text_limit, true, "her number in international form"},
            form_field{fields().service_code, &service_code, service_code_limit, false, "the code she dialled"},
            form_field{fields().network, &network, network_limit, false, "the network's code"},
            form_field{"status", &status, 32, true, "Incomplete, Success or Failed"}};
        if (auto done = read_form(request.body, wanted); !done) return std::unexpected(std::move(done.error()));
        auto hop = hop_from(gateway, std::move(session), fields().session, number, fields().msisdn);
        if (!hop) return std::unexpected(std::move(hop.error()));
        if (status == "Success") return std::nullopt;
        hop->service_code = std::move(service_code);
        hop->network = std::move(network);
        hop->event = status == "Failed" ? ussd_event::timeout : ussd_event::abort;
        return std::move(*hop);
    }

    [[nodiscard]] http_request request_for(const phone_hop& hop, std::string_view target) const override {
        if (hop.event != ussd_event::abort && hop.event != ussd_event::timeout) {
            return con_end_dialect::request_for(hop, target);
        }
        http_request request;
        request.method = "POST";
        request.target = address_below(target, "/end");
        request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
        append_to_form(request.body, fields().session, hop.session);
        append_to_form(request.body, fields().service_code, hop.service_code);
        append_to_form(request.body, fields().network, hop.network);
        append_to_form(request.body, fields().msisdn, hop.from.e164());
        append_to_form(request.body, "status", hop.event == ussd_event::timeout ? "Failed" : "Incomplete");
        append_to_form(request.body, "hopsCount", std::to_string(hop.sequence));
        append_to_form(request.body, "input", joined(hop.inputs));
        return request;
    }
};

}  // namespace

std::unique_ptr<ussd_dialect> make_africastalking_dialect() {
    return std::make_unique<africastalking_dialect>();
}

}  // namespace mlango::gsm
