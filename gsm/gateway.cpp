#include "gsm/gateway.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "gsm/prepared_gateway.hpp"

namespace mlango::gsm {
namespace {

constexpr std::string_view ussd_prefix = "/ussd/";
constexpr std::string_view sms_prefix = "/sms/";

http_response empty_answer(unsigned status) {
    http_response response;
    response.status = status;
    return response;
}

std::string_view title_of(unsigned status) {
    switch (status) {
        case 405:
            return "Method Not Allowed";
        case 429:
            return "Too Many Requests";
        default:
            return "Bad Request";
    }
}

// RFC 9457. `detail` names fields, never their content.
http_response problem(unsigned status, std::string_view detail) {
    const auto text = [](std::string_view value) { return boost::json::string(value.data(), value.size()); };
    http_response response = empty_answer(status);
    response.content_type = "application/problem+json";
    response.body = boost::json::serialize(boost::json::object{
        {"type", "about:blank"}, {"title", text(title_of(status))}, {"status", status}, {"detail", text(detail)}});
    return response;
}

// What an answer may have to repeat of its hop.
ussd_hop without_input(const ussd_hop& hop) {
    return {.gateway = hop.gateway,
            .session = hop.session,
            .from = hop.from,
            .service_code = hop.service_code,
            .network = hop.network,
            .event = hop.event,
            .identity = hop.identity,
            .transcript = {},
            .sequence = hop.sequence,
            .input = {},
            .echo = hop.echo,
            .session_of_phone = hop.session_of_phone};
}

// The doors of all gateways, on one thread.
class gateway_doors {
public:
    gateway_doors(const std::vector<gateway_settings>& gateways, ussd_sink& ussd, sms_sink& sms, metrics& numbers,
                  const clock& time)
        : sms_(sms),
          time_(time),
          strangers_(numbers.count("gateway_refusals_total", "Requests of gateways that were refused",
                                   {{"gateway", ""}, {"reason", "gateway"}})) {
        for (const gateway_settings& settings : gateways) {
            gateways_.push_back(std::make_unique<prepared_gateway>(settings, ussd, numbers, time));
        }
    }

    // A request at one of the addresses that the dialects have; not every gateway has each of them.
    task<http_response> ussd(http_request& request, std::string_view method, std::string_view path) {
        prepared_gateway* gateway = admit(request, ussd_prefix);
        if (gateway == nullptr || !gateway->dialect) co_return empty_answer(404);
        const auto addresses = gateway->dialect->addresses();
        const auto address = std::ranges::find_if(
            addresses, [&](const dialect_address& one) { return one.method == method && one.path == path; });
        if (address == addresses.end()) co_return empty_answer(404);
        switch (address->what) {
            case dialect_address::purpose::hop:
                co_return co_await hop(*gateway, request);
            case dialect_address::purpose::end:
                co_return co_await end(*gateway, request);
            case dialect_address::purpose::status:
                break;
        }
        co_return gateway->dialect->write_status();
    }

    // Of all gateways, each once.
    [[nodiscard]] std::vector<dialect_address> addresses() const {
        std::vector<dialect_address> all;
        for (const auto& gateway : gateways_) {
            if (!gateway->dialect) continue;
            for (const dialect_address& one : gateway->dialect->addresses()) {
                const auto same = [&](const dialect_address& other) {
                    return other.method == one.method && other.path == one.path;
                };
                if (std::ranges::none_of(all, same)) all.push_back(one);
            }
        }
        return all;
    }

    [[nodiscard]] bool has_sms_by(std::string_view method) const {
        return std::ranges::any_of(
            gateways_, [method](const auto& gateway) { return gateway->sms && gateway->sms->reads(method); });
    }

    // A message or several; the provider's answer is only given when all are stored.
    task<http_response> messages(http_request& request) {
        prepared_gateway* gateway = admit_sms(request);
        if (gateway == nullptr) co_return empty_answer(404);
        auto batch = gateway->sms->read_messages(request, gateway->settings.name);
        if (!batch) co_return misformed(*gateway, batch.error());
        for (sms_in& message : batch->values) co_await sms_.on_message(std::move(message));
        for (std::size_t i = 0; i < batch->unreadable; ++i) gateway->door.count(hop_refusal::form);
        co_return gateway->sms->write_taken();
    }

    task<http_response> receipts(http_request& request) {
        prepared_gateway* gateway = admit_sms(request);
        if (gateway == nullptr) co_return empty_answer(404);
        auto batch = gateway->sms->read_receipts(request, gateway->settings.name);
        if (!batch) co_return misformed(*gateway, batch.error());
        for (sms_receipt& receipt : batch->values) co_await sms_.on_receipt(std::move(receipt));
        for (std::size_t i = 0; i < batch->unreadable; ++i) gateway->door.count(hop_refusal::form);
        co_return gateway->sms->write_taken();
    }

private:
    task<http_response> hop(prepared_gateway& gateway, http_request& request) {
        const auto begun = time_.steady();
        const gateway_profile& profile = gateway.settings.profile;
        auto hop = gateway.dialect->read(request, gateway.settings.name);
        if (!hop) {
            http_response response = misformed_hop(gateway, hop.error());
            if (response.status == 405) {
                response.headers.push_back({"Allow", request.method == "GET" ? "POST" : "GET"});
            }
            co_return response;
        }
        switch (gateway.door.judge(*hop, begun)) {
            case hop_door::verdict::passes:
                break;
            case hop_door::verdict::too_many: {
                http_response response =
                    in_its_words(gateway, {429, "More hops a second than this gateway may send. Send fewer."});
                response.headers.push_back({"Retry-After", "1"});
                co_return response;
            }
            case hop_door::verdict::too_long:
                co_return in_its_words(gateway,
                                       {400, fmt::format("An input is longer than the {} characters that this gateway "
                                                         "is configured to let through (input_limit).",
                                                         profile.input_limit)});
        }
        const ussd_hop asked = without_input(*hop);
        const ussd_reply reply = co_await gateway.door.pass(std::move(*hop), begun, until(begun, request, profile));
        co_return gateway.dialect->write(asked, reply);
    }

    task<http_response> end(prepared_gateway& gateway, http_request& request) {
        auto hop = gateway.dialect->read_end(request, gateway.settings.name);
        if (!hop) co_return misformed_hop(gateway, hop.error());
        if (*hop) {
            const auto begun = time_.steady();
            co_await gateway.door.pass(std::move(**hop), begun, until(begun, request, gateway.settings.profile));
        }
        co_return gateway.dialect->write_end();
    }

    static http_response in_its_words(prepared_gateway& gateway, const dialect_fault& fault) {
        auto own = gateway.dialect->write_fault(fault);
        return own ? std::move(*own) : problem(fault.status, fault.message);
    }
    static http_response misformed_hop(prepared_gateway& gateway, const dialect_fault& fault) {
        gateway.door.count(hop_refusal::form);
        return in_its_words(gateway, fault);
    }

    // The gateway that the path names, when the request may be its; nullptr gives nothing away.
    prepared_gateway* admit(const http_request& request, std::string_view prefix) {
        std::string_view name = request.path();
        name.remove_prefix(std::min(prefix.size(), name.size()));
        name = name.substr(0, name.find('/'));
        const auto found =
            std::ranges::find_if(gateways_, [name](const auto& gateway) { return gateway->settings.name == name; });
        if (found == gateways_.end()) {
            strangers_.add();
            return nullptr;
        }
        prepared_gateway& gateway = **found;
        if (!gateway.knows_address(request.peer)) {
            gateway.door.count(hop_refusal::address);
            return nullptr;
        }
        if (!gateway.knows_secret(request.query())) {
            gateway.door.count(hop_refusal::secret);
            return nullptr;
        }
        return &gateway;
    }

    // The same for SMS: a gateway that carries some, a method that its dialect has, and the provider's signature.
    prepared_gateway* admit_sms(const http_request& request) {
        prepared_gateway* gateway = admit(request, sms_prefix);
        if (gateway == nullptr || !gateway->sms || !gateway->sms->reads(request.method)) return nullptr;
        if (gateway->is_signed(request)) return gateway;
        gateway->door.count(hop_refusal::signature);
        return nullptr;
    }

    static http_response misformed(prepared_gateway& gateway, const dialect_fault& fault) {
        gateway.door.count(hop_refusal::form);
        return problem(fault.status, fault.message);
    }

    // The earlier of the gateway's own patience and the server's.
    static deadline until(deadline begun, const http_request& request, const gateway_profile& profile) {
        const deadline given_up = begun + profile.deadline;
        return request.until == deadline{} ? given_up : std::min(given_up, request.until);
    }

    std::vector<std::unique_ptr<prepared_gateway>> gateways_;
    sms_sink& sms_;
    const clock& time_;
    counter& strangers_;
};

}  // namespace

std::vector<http_route> gateway_routes(const std::vector<gateway_settings>& gateways, ussd_sink& ussd, sms_sink& sms,
                                       metrics& numbers, const clock& time) {
    const auto doors = std::make_shared<gateway_doors>(gateways, ussd, sms, numbers, time);
    const auto to = [&doors](task<http_response> (gateway_doors::*door)(http_request&)) -> http_handler {
        return [doors, door](http_request& request) { return (doors.get()->*door)(request); };
    };
    std::vector<http_route> routes;
    for (const std::string_view method : {"POST", "GET"}) {
        if (!doors->has_sms_by(method)) continue;
        routes.push_back({std::string(method), "/sms/{gateway}/in", to(&gateway_doors::messages)});
        routes.push_back({std::string(method), "/sms/{gateway}/receipt", to(&gateway_doors::receipts)});
    }
    for (const dialect_address& address : doors->addresses()) {
        routes.push_back(
            {std::string(address.method), fmt::format("/ussd/{{gateway}}{}", address.path),
             [doors, address](http_request& request) { return doors->ussd(request, address.method, address.path); }});
    }
    return routes;
}

}  // namespace mlango::gsm
