// Arkesel: POST JSON to one address, with the last input only and nothing that tells one hop from another.
#include <array>

#include "gsm/dialects/hop_fields.hpp"
#include "gsm/json_form.hpp"

namespace mlango::gsm {
namespace {

class arkesel_dialect final : public ussd_dialect {
public:
    [[nodiscard]] std::string_view name() const override { return "arkesel"; }
    [[nodiscard]] gateway_profile profile() const override {
        gateway_profile usual;
        usual.region = "GH";
        return usual;
    }

    // When newSession is true, userData is what she dialled, with whatever stands behind the code in it: it begins at
    // the first screen all the same.
    [[nodiscard]] std::expected<ussd_hop, dialect_fault> read(const http_request& request,
                                                              std::string_view gateway) const override {
        std::string session;
        std::string number;
        std::string user;
        std::string begins;
        std::string network;
        std::string input;
        std::array<form_field, 6> wanted{
            form_field{"sessionID", &session, session_limit, true, session_what},
            form_field{"userID", &user, session_limit, false, "your id of the service, at most 128 bytes"},
            form_field{"newSession", &begins, 8, true, "true when she has just dialled, else false"},
            form_field{"msisdn", &number, msisdn_text_limit, true, msisdn_what},
            form_field{"userData", &input, transcript_limit, false, input_what},
            form_field{"network", &network, network_limit, false, network_what}};
        if (auto done = read_json_post(request, wanted); !done) return std::unexpected(std::move(done.error()));
        const auto dials = truth_of(begins);
        if (!dials) return std::unexpected(not_a_truth("newSession"));
        auto hop = hop_from(gateway, std::move(session), "sessionID", number, "msisdn");
        if (!hop) return hop;
        hop->network = std::move(network);
        hop->echo = std::move(user);
        hop->event = *dials ? ussd_event::begin : ussd_event::answer;
        if (!*dials) hop->input = std::move(input);
        return hop;
    }

    [[nodiscard]] http_response write(const ussd_hop& hop, const ussd_reply& reply) const override {
        return json_response({{"sessionID", in_json(hop.session)},
                              {"userID", in_json(hop.echo)},
                              {"msisdn", in_json(hop.from.digits())},
                              {"message", in_json(reply.text)},
                              {"continueSession", !reply.ends}});
    }

    [[nodiscard]] http_request request_for(const phone_hop& hop, std::string_view target) const override {
        const bool dials = hop.inputs.empty();
        return json_request("POST", std::string(target),
                            {{"sessionID", in_json(hop.session)},
                             {"userID", "PHONE"},
                             {"newSession", dials},
                             {"msisdn", in_json(hop.from.digits())},
                             {"userData", in_json(dials ? hop.service_code : hop.inputs.back())},
                             {"network", in_json(hop.network)}});
    }

    [[nodiscard]] std::expected<ussd_reply, dialect_fault> understand(const http_response& response) const override {
        if (response.status != 200) return std::unexpected(not_200(response));
        std::string goes_on;
        ussd_reply reply;
        std::array<form_field, 2> wanted{
            form_field{"message", &reply.text, json_form_limit, false, "the screen"},
            form_field{"continueSession", &goes_on, 8, true, "true while the session goes on, else false"}};
        if (auto done = read_json(response.body, wanted); !done) return std::unexpected(std::move(done.error()));
        const auto truth = truth_of(goes_on);
        if (!truth) return std::unexpected(not_a_truth("continueSession"));
        reply.ends = !*truth;
        return reply;
    }
};

}  // namespace

std::unique_ptr<ussd_dialect> make_arkesel_dialect() {
    return std::make_unique<arkesel_dialect>();
}

}  // namespace mlango::gsm
