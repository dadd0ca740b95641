// The HTTP doors of the configured gateways: /ussd/{gateway} and what its dialect names below it, /sms/{gateway}/in and
// /sms/{gateway}/receipt. Checks secret, address and signature, lets the dialect read, calls the sink, lets the dialect
// write. An unknown gateway, a wrong secret or signature is 404 with an empty body; a request that is not of the
// dialect's form, or holds more than she can send, is told what is wrong (400, or in the dialect's own way).
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/http/client.hpp"
#include "base/http/server.hpp"
#include "base/metrics.hpp"
#include "gsm/dialect.hpp"
#include "gsm/sms.hpp"
#include "gsm/sms_dialect.hpp"
#include "gsm/ussd.hpp"

namespace mlango::gsm {

struct gateway_settings {
    std::string name;
    // One of dialect_names(); "con_end" has `fields`. One of sms_dialect_names() that is none of these: SMS only.
    std::string dialect = "africastalking";
    con_end_fields fields;
    gateway_profile profile;
    std::vector<std::string> secrets;  // any of them, as ?key=…; several while one is being changed. The first stands
                                       // in the addresses that we name to providers
    std::vector<std::string> allow;    // IPv4 or IPv6 networks in CIDR form; empty allows every address
    double hops_per_second = 0;        // a thread's share of the gateway's limit; 0 is no limit. Over it: 429
    // SMS. Empty dialect: by the gateway's own, see sms_dialect_of(). Empty url: this gateway sends none.
    std::string sms_dialect;
    std::string sms_url;
    std::string sms_username;
    std::string sms_api_key;
    std::string sms_sender;
    std::string sms_route;                // Kannel: the smsc-id that sends
    std::string sms_callback;             // "https://host": how the provider reaches our doors
    std::vector<std::string> sms_tokens;  // any of them signs what comes in; empty: sms_api_key does
};

// "africastalking", "arkesel", "con_end", …
[[nodiscard]] std::span<const std::string_view> dialect_names();
// What gateways of this dialect usually carry; the defaults for a dialect that is none.
[[nodiscard]] gateway_profile usual_profile(std::string_view dialect);
// Whether the gateway carries USSD.
[[nodiscard]] bool has_ussd(const gateway_settings& settings);
// The name of the dialect of its SMS: the one that is set, else the gateway's own, else Africa's Talking's for its
// look-alike con_end. "": it carries no SMS.
[[nodiscard]] std::string_view sms_dialect_of(const gateway_settings& settings);
// Path and query of a door for SMS, "/sms/{gateway}/receipt?key=…".
[[nodiscard]] std::string sms_door(const gateway_settings& settings, std::string_view door);
[[nodiscard]] sms_account sms_account_of(const gateway_settings& settings);
// What requests at the SMS doors may be signed with.
[[nodiscard]] std::vector<std::string> sms_tokens_of(const gateway_settings& settings);

// Every fault of the settings, worded for the person who wrote them.
[[nodiscard]] std::vector<std::string> faults_of(const gateway_settings& settings);
// Those that gateways of every kind may have: of the name and the profile.
[[nodiscard]] std::vector<std::string> faults_of_profile(std::string_view name, const gateway_profile& profile);

// The dialect a gateway speaks; nullptr without USSD. Precondition: faults_of() found none.
[[nodiscard]] std::unique_ptr<ussd_dialect> make_dialect(const gateway_settings& settings);

// The routes of all gateways, for one thread's http_server. `ussd` and `sms` must outlive the routes.
[[nodiscard]] std::vector<http_route> gateway_routes(const std::vector<gateway_settings>& gateways, ussd_sink& ussd,
                                                     sms_sink& sms, metrics& numbers, const clock& time);

// The sender of one gateway with an sms_url, by its SMS dialect. `client` must outlive it.
[[nodiscard]] std::unique_ptr<sms_gateway> make_sms_gateway(const gateway_settings& settings, http_client& client);

}  // namespace mlango::gsm
