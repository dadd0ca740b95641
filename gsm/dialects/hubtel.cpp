// Hubtel Programmable Services: POST JSON to one address, whatever happens; `Type` says what. `Sequence` numbers the
// hops of a session, so a repeated delivery is known by it.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "gsm/dialects/hop_fields.hpp"
#include "gsm/json_form.hpp"

namespace mlango::gsm {
namespace {

constexpr std::string_view type_what = "Initiation, Response, Release, Timeout, Query or Favorite";
constexpr std::string_view sequence_what = "the number of the request in its session, as a number or as text";

std::string in_small_letters(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
    return text;
}

// A query and a chosen favourite begin, too: nothing of a session is repeated for them, least of all what needs a PIN.
std::optional<ussd_event> event_of(std::string_view type) {
    if (type == "initiation" || type == "query" || type == "favorite") return ussd_event::begin;
    if (type == "response") return ussd_event::answer;
    if (type == "release") return ussd_event::abort;
    if (type == "timeout") return ussd_event::timeout;
    return std::nullopt;
}

std::string_view type_of(ussd_event event) {
    switch (event) {
        case ussd_event::begin:
            return "Initiation";
        case ussd_event::answer:
            return "Response";
        case ussd_event::abort:
            return "Release";
        case ussd_event::timeout:
            break;
    }
    return "Timeout";
}

class hubtel_dialect final : public ussd_dialect {
public:
    [[nodiscard]] std::string_view name() const override { return "hubtel"; }
    [[nodiscard]] bool tells_ends() const override { return true; }
    [[nodiscard]] gateway_profile profile() const override {
        gateway_profile usual;
        usual.region = "GH";
        return usual;
    }

    // ClientState is what the last answer gave; ours gives none. On a dial, Message is what she dialled: "*714*5*3#"
    // begins at the first screen as "*714#" does, since digits dialled ahead would choose by position on screens that
    // may have changed, and could stand for a PIN.
    [[nodiscard]] std::expected<ussd_hop, dialect_fault> read(const http_request& request,
                                                              std::string_view gateway) const override {
        std::string session;
        std::string number;
        std::string service_code;
        std::string network;
        std::string type;
        std::string message;
        std::string sequence;
        std::array<form_field, 7> wanted{
            form_field{"SessionId", &session, session_limit, true, session_what},
            form_field{"Mobile", &number, msisdn_text_limit, true, msisdn_what},
            form_field{"ServiceCode", &service_code, service_code_limit, false, service_code_what},
            form_field{"Operator", &network, network_limit, false, network_what},
            form_field{"Type", &type, 32, true, type_what},
            form_field{"Message", &message, transcript_limit, false, input_what},
            form_field{"Sequence", &sequence, 20, false, sequence_what}};
        if (auto done = read_json_post(request, wanted); !done) return std::unexpected(std::move(done.error()));
        const auto event = event_of(in_small_letters(std::move(type)));
        if (!event) return std::unexpected(dialect_fault{400, fmt::format("Type is not known. Send {}.", type_what)});
        auto hop = hop_from(gateway, std::move(session), "SessionId", number, "Mobile");
        if (!hop) return hop;
        hop->service_code = std::move(service_code);
        hop->network = std::move(network);
        hop->event = *event;
        if (*event == ussd_event::abort || *event == ussd_event::timeout) return hop;

        const char* const end = sequence.data() + sequence.size();
        const auto [stopped, fault] = std::from_chars(sequence.data(), end, hop->sequence);
        if (fault != std::errc{} || stopped != end) {
            return std::unexpected(
                dialect_fault{400, fmt::format("Sequence is missing or no number. Send {}.", sequence_what)});
        }
        hop->identity = hop_identity::sequence;
        if (*event == ussd_event::answer) hop->input = std::move(message);
        return hop;
    }

    // Label heads the screen where Hubtel shows it in an app: the code she dialled, for want of anything that says
    // less. After a Timeout or Release the answer is ignored, yet one is wanted.
    [[nodiscard]] http_response write(const ussd_hop& hop, const ussd_reply& reply) const override {
        const bool is_over = hop.event == ussd_event::abort || hop.event == ussd_event::timeout;
        const bool ends = reply.ends || is_over;
        return json_response({{"SessionId", in_json(hop.session)},
                              {"Type", ends ? "Release" : "Response"},
                              {"Message", is_over ? "" : in_json(reply.text)},
                              {"Label", in_json(hop.service_code)},
                              {"DataType", ends ? "display" : "input"},
                              {"FieldType", "text"}});
    }

    [[nodiscard]] http_request request_for(const phone_hop& hop, std::string_view target) const override {
        const bool dials = hop.event == ussd_event::begin || hop.inputs.empty();
        return json_request("POST", std::string(target),
                            {{"SessionId", in_json(hop.session)},
                             {"ServiceCode", in_json(hop.service_code)},
                             {"Type", in_json(type_of(hop.event))},
                             {"Message", in_json(dials ? hop.service_code : hop.inputs.back())},
                             {"Operator", in_json(hop.network)},
                             {"Mobile", in_json(hop.from.digits())},
                             {"ClientState", ""},
                             {"Sequence", hop.sequence},
                             {"Platform", "USSD"}});
    }

    [[nodiscard]] std::expected<ussd_reply, dialect_fault> understand(const http_response& response) const override {
        if (response.status != 200) return std::unexpected(not_200(response));
        std::string type;
        ussd_reply reply;
        std::array<form_field, 2> wanted{form_field{"Type", &type, 32, true, "Response, Release or AddToCart"},
                                         form_field{"Message", &reply.text, json_form_limit, false, "the screen"}};
        if (auto done = read_json(response.body, wanted); !done) return std::unexpected(std::move(done.error()));
        reply.ends = in_small_letters(std::move(type)) != "response";
        return reply;
    }
};

}  // namespace

std::unique_ptr<ussd_dialect> make_hubtel_dialect() {
    return std::make_unique<hubtel_dialect>();
}

}  // namespace mlango::gsm
