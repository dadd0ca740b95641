// Nalo Solutions: POST JSON to one address, with the last input only; screens and inputs of 120 characters. Nothing
// tells one hop from another, and older connections do not name the session either.
#include <array>

#include "gsm/dialects/hop_fields.hpp"
#include "gsm/json_form.hpp"

namespace mlango::gsm {
namespace {

class nalo_dialect final : public ussd_dialect {
public:
    [[nodiscard]] std::string_view name() const override { return "nalo"; }
    // MSG has 120 characters in any script: 120 septets are never more, and a screen of UCS-2 ends at 70 units before.
    [[nodiscard]] gateway_profile profile() const override {
        gateway_profile usual;
        usual.screen = {.septets = 120, .ucs2_units = 70};
        usual.input_limit = 120;
        usual.region = "GH";
        return usual;
    }

    // With MSGTYPE true, USERDATA is what she dialled. Without a SESSIONID, the number and the USERID stand for it,
    // which is the same at each of her dials.
    [[nodiscard]] std::expected<ussd_hop, dialect_fault> read(const http_request& request,
                                                              std::string_view gateway) const override {
        std::string session;
        std::string number;
        std::string user;
        std::string begins;
        std::string network;
        std::string input;
        std::array<form_field, 6> wanted{
            form_field{"SESSIONID", &session, session_limit, false, session_what},
            form_field{"USERID", &user, 64, true, "the id you gave the service, 1 to 64 bytes"},
            form_field{"MSISDN", &number, msisdn_text_limit, true, msisdn_what},
            form_field{"USERDATA", &input, transcript_limit, false, input_what},
            form_field{"MSGTYPE", &begins, 8, true, "true when she has just dialled, else false"},
            form_field{"NETWORK", &network, network_limit, false, network_what}};
        if (auto done = read_json_post(request, wanted); !done) return std::unexpected(std::move(done.error()));
        const auto dials = truth_of(begins);
        if (!dials) return std::unexpected(not_a_truth("MSGTYPE"));
        const bool unnamed = session.empty();
        auto hop =
            hop_from(gateway, unnamed ? user : std::move(session), unnamed ? "USERID" : "SESSIONID", number, "MSISDN");
        if (!hop) return hop;
        if (unnamed) hop->session += "/" + hop->from.digits();
        hop->session_of_phone = unnamed;
        hop->network = std::move(network);
        hop->echo = std::move(user);
        hop->event = *dials ? ussd_event::begin : ussd_event::answer;
        if (!*dials) hop->input = std::move(input);
        return hop;
    }

    [[nodiscard]] http_response write(const ussd_hop& hop, const ussd_reply& reply) const override {
        return json_response({{"USERID", in_json(hop.echo)},
                              {"MSISDN", in_json(hop.from.digits())},
                              {"MSG", in_json(reply.text)},
                              {"MSGTYPE", !reply.ends}});
    }

    [[nodiscard]] http_request request_for(const phone_hop& hop, std::string_view target) const override {
        const bool dials = hop.inputs.empty();
        return json_request("POST", std::string(target),
                            {{"USERID", "PHONE"},
                             {"MSISDN", in_json(hop.from.digits())},
                             {"USERDATA", in_json(dials ? hop.service_code : hop.inputs.back())},
                             {"MSGTYPE", dials},
                             {"NETWORK", in_json(hop.network)},
                             {"SESSIONID", in_json(hop.session)}});
    }

    [[nodiscard]] std::expected<ussd_reply, dialect_fault> understand(const http_response& response) const override {
        if (response.status != 200) return std::unexpected(not_200(response));
        std::string user;
        std::string goes_on;
        ussd_reply reply;
        std::array<form_field, 3> wanted{
            form_field{"USERID", &user, 64, true, "the USERID of the request"},
            form_field{"MSG", &reply.text, json_form_limit, false, "the screen, at most 120 characters"},
            form_field{"MSGTYPE", &goes_on, 8, true, "true while the session goes on, else false"}};
        if (auto done = read_json(response.body, wanted); !done) return std::unexpected(std::move(done.error()));
        const auto truth = truth_of(goes_on);
        if (!truth) return std::unexpected(not_a_truth("MSGTYPE"));
        if (characters_of(reply.text) > 120) {
            return std::unexpected(dialect_fault{200, "MSG is longer than the 120 characters that Nalo takes."});
        }
        reply.ends = !*truth;
        return reply;
    }
};

}  // namespace

std::unique_ptr<ussd_dialect> make_nalo_dialect() {
    return std::make_unique<nalo_dialect>();
}

}  // namespace mlango::gsm
