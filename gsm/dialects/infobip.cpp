// Infobip: JSON at session/{session}/start, response, end and status. Whatever is wrong is told with HTTP status 200
// and an exit code; nothing tells one hop from another.
#include <fmt/format.h>

#include <array>

#include "base/http/server.hpp"
#include "gsm/dialects/hop_fields.hpp"
#include "gsm/json_form.hpp"

namespace mlango::gsm {
namespace {

constexpr std::size_t session_segment = 3;  // of /ussd/{gateway}/session/{session}/start
constexpr std::size_t last_segment = 4;

boost::json::object outcome(unsigned exit_code, std::string_view message) {
    return {{"responseExitCode", exit_code}, {"responseMessage", in_json(message)}};
}

class infobip_dialect final : public ussd_dialect {
public:
    [[nodiscard]] std::string_view name() const override { return "infobip"; }
    [[nodiscard]] bool tells_ends() const override { return true; }
    [[nodiscard]] std::span<const dialect_address> addresses() const override {
        static constexpr std::array<dialect_address, 4> all{
            {{"POST", "/session/{session}/start"},
             {"POST", "/session/{session}/response"},
             {"PUT", "/session/{session}/end", dialect_address::purpose::end},
             {"GET", "/session/{session}/status", dialect_address::purpose::status}}};
        return all;
    }

    // The first screen is always the menu's: the text of a start is what she dialled, or null.
    [[nodiscard]] std::expected<ussd_hop, dialect_fault> read(const http_request& request,
                                                              std::string_view gateway) const override {
        std::string number;
        std::string service_code;
        std::string network;
        std::string input;
        std::array<form_field, 4> wanted{
            form_field{"msisdn", &number, msisdn_text_limit, true, msisdn_what},
            form_field{"text", &input, transcript_limit, false, input_what},
            form_field{"shortCode", &service_code, service_code_limit, false, service_code_what},
            form_field{"ussdGwId", &network, network_limit, false, "the USSD gateway's id, at most 64 bytes"}};
        if (auto done = read_json_post(request, wanted); !done) return std::unexpected(std::move(done.error()));
        auto session = session_of(request);
        if (!session) return std::unexpected(std::move(session.error()));
        auto hop = hop_from(gateway, std::move(*session), "The session in the address", number, "msisdn");
        if (!hop) return hop;
        hop->service_code = std::move(service_code);
        hop->network = std::move(network);
        const bool starts = path_segment(request.path(), last_segment) == "start";
        hop->event = starts ? ussd_event::begin : ussd_event::answer;
        if (!starts) hop->input = std::move(input);
        return hop;
    }

    [[nodiscard]] http_response write(const ussd_hop&, const ussd_reply& reply) const override {
        return json_response({{"ussdMenu", in_json(reply.text)},
                              {"shouldClose", reply.ends},
                              {"responseExitCode", 200},
                              {"responseMessage", ""}});
    }
    [[nodiscard]] std::optional<http_response> write_fault(const dialect_fault& fault) const override {
        return json_response(outcome(fault.status, fault.message));
    }

    // {"reason", "exitCode"}. A session is found by its number and its id together, and this request has no number; it
    // is read only where a gateway adds it. Without, the session is left to its own time.
    [[nodiscard]] std::expected<std::optional<ussd_hop>, dialect_fault> read_end(
        const http_request& request, std::string_view gateway) const override {
        std::string number;
        std::string exit_code;
        std::array<form_field, 2> wanted{
            form_field{"msisdn", &number, msisdn_text_limit, false, msisdn_what},
            form_field{"exitCode", &exit_code, 16, false, "the exit code, 200 for the regular end"}};
        if (auto done = read_json(request.body, wanted); !done) return std::unexpected(std::move(done.error()));
        auto session = session_of(request);
        if (!session) return std::unexpected(std::move(session.error()));
        if (number.empty()) return std::nullopt;
        auto hop = hop_from(gateway, std::move(*session), "The session in the address", number, "msisdn");
        if (!hop) return std::unexpected(std::move(hop.error()));
        if (exit_code == "200") return std::nullopt;
        hop->event = ussd_event::abort;
        return std::move(*hop);
    }
    [[nodiscard]] http_response write_end() const override { return json_response(outcome(200, "")); }
    // Asked without a number, too, so no session can be looked up; whichever it is, its next request will be answered.
    [[nodiscard]] http_response write_status() const override {
        return json_response({{"sessionActive", true}, {"responseExitCode", 200}, {"responseMessage", ""}});
    }

    [[nodiscard]] http_request request_for(const phone_hop& hop, std::string_view target) const override {
        const bool ends = hop.event == ussd_event::abort || hop.event == ussd_event::timeout;
        const bool starts = hop.inputs.empty();
        const std::string_view door = ends ? "end" : starts ? "start" : "response";
        auto address = address_below(target, fmt::format("/session/{}/{}", percent_encoded(hop.session), door));
        if (ends) {
            return json_request(
                "PUT", std::move(address),
                {{"reason", hop.event == ussd_event::timeout ? "timeout" : "aborted by the user"}, {"exitCode", 500}});
        }
        boost::json::object body{{"msisdn", in_json(hop.from.digits())},
                                 {"text", nullptr},
                                 {"shortCode", in_json(hop.service_code)},
                                 {"language", nullptr},
                                 {"ussdGwId", in_json(hop.network)}};
        if (!starts) body["text"] = in_json(hop.inputs.back());
        return json_request("POST", std::move(address), body);
    }

    [[nodiscard]] std::expected<ussd_reply, dialect_fault> understand(const http_response& response) const override {
        if (response.status != 200) return std::unexpected(not_200(response));
        std::string exit_code;
        std::string message;
        std::string closes;
        ussd_reply reply;
        std::array<form_field, 4> wanted{
            form_field{"responseExitCode", &exit_code, 16, true, "200, or another code for a fault"},
            form_field{"responseMessage", &message, json_form_limit, false, "what is wrong"},
            form_field{"ussdMenu", &reply.text, json_form_limit, false, "the screen"},
            form_field{"shouldClose", &closes, 8, false, "true when the session ends, else false"}};
        if (auto done = read_json(response.body, wanted); !done) return std::unexpected(std::move(done.error()));
        if (exit_code != "200")
            return std::unexpected(dialect_fault{200, fmt::format("Exit code {}: {}", exit_code, message)});
        const auto truth = truth_of(closes);
        if (!truth) return std::unexpected(not_a_truth("shouldClose"));
        reply.ends = *truth;
        return reply;
    }

private:
    static std::expected<std::string, dialect_fault> session_of(const http_request& request) {
        std::string session = path_segment(request.path(), session_segment);
        if (session.empty() || session.size() > session_limit || session.contains('\0')) {
            return std::unexpected(
                dialect_fault{400, fmt::format("The session in the address is not readable. Send {}.", session_what)});
        }
        return session;
    }

    // RFC 3986 §2.1, for one segment of a path.
    static std::string percent_encoded(std::string_view text) {
        std::string encoded;
        for (const char c : text) {
            const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                               c == '.' || c == '_' || c == '~';
            encoded += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
        return encoded;
    }
};

}  // namespace

std::unique_ptr<ussd_dialect> make_infobip_dialect() {
    return std::make_unique<infobip_dialect>();
}

}  // namespace mlango::gsm
