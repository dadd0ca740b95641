#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "gsm/fault_list.hpp"
#include "gsm/form.hpp"
#include "gsm/gateway.hpp"
#include "gsm/networks.hpp"

namespace mlango::gsm {
namespace {

using namespace std::chrono_literals;

struct dialect_maker {
    std::string_view name;
    std::unique_ptr<ussd_dialect> (*make)(const con_end_fields& fields);
};
constexpr std::array makers{
    dialect_maker{"africastalking", [](const con_end_fields&) { return make_africastalking_dialect(); }},
    dialect_maker{"arkesel", [](const con_end_fields&) { return make_arkesel_dialect(); }},
    dialect_maker{"con_end", [](const con_end_fields& fields) { return make_con_end_dialect(fields); }},
    dialect_maker{"hubtel", [](const con_end_fields&) { return make_hubtel_dialect(); }},
    dialect_maker{"infobip", [](const con_end_fields&) { return make_infobip_dialect(); }},
    dialect_maker{"nalo", [](const con_end_fields&) { return make_nalo_dialect(); }},
};
constexpr auto names_of_dialects = [] {
    std::array<std::string_view, makers.size()> all;
    std::ranges::transform(makers, all.begin(), &dialect_maker::name);
    return all;
}();

bool is_field_name(std::string_view name) {
    return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
               c == '.';
    });
}

void check_fields(const con_end_fields& fields, fault_list& faults) {
    std::vector<std::string_view> names;
    for (const auto& [role, name, optional] : {std::tuple{"session", std::string_view(fields.session), false},
                                               std::tuple{"msisdn", std::string_view(fields.msisdn), false},
                                               std::tuple{"service_code", std::string_view(fields.service_code), true},
                                               std::tuple{"network", std::string_view(fields.network), true},
                                               std::tuple{"input", std::string_view(fields.input), false}}) {
        if (optional && name.empty()) continue;
        faults.check(is_field_name(name),
                     fmt::format("fields: {} is a name of letters, digits, '_', '-' and '.', at most 64", role));
        faults.check(std::ranges::find(names, name) == names.end(), fmt::format("fields: \"{}\" is named twice", name));
        faults.check(!(fields.by_get && name == "key"), "fields: \"key\" is the secret's in the query");
        names.push_back(name);
    }
    faults.check(!fields.whole_transcript || (!fields.separator.empty() && fields.separator.size() <= 8),
                 "fields: the whole transcript needs a separator of 1 to 8 bytes");
    faults.check(!fields.continue_prefix.empty() && !fields.end_prefix.empty() && fields.continue_prefix.size() <= 16 &&
                     fields.end_prefix.size() <= 16,
                 "fields: continue_prefix and end_prefix have 1 to 16 bytes each");
    faults.check(!std::string_view(fields.continue_prefix).starts_with(fields.end_prefix) &&
                     !std::string_view(fields.end_prefix).starts_with(fields.continue_prefix),
                 "fields: continue_prefix and end_prefix must differ, and neither begin with the other");
}

void check_profile(std::string_view name, const gateway_profile& profile, fault_list& faults) {
    faults.check(is_name(name), "a name has 1 to 32 of a-z, 0-9, '_' and '-', since it is part of a path");
    const auto [septets, ucs2_units] = profile.screen;
    faults.check(septets >= 40 && septets <= 480, "a screen has 40 to 480 septets");
    faults.check(ucs2_units >= 20 && ucs2_units <= 240, "a screen has 20 to 240 UCS-2 units");
    faults.check(profile.first_screen_reserve < std::min(septets, ucs2_units) / 2,
                 "first_screen_reserve takes less than half of a screen");
    faults.check(profile.input_limit >= 1 && profile.input_limit <= 480, "input_limit is 1 to 480 characters");
    faults.check(profile.deadline >= 500ms && profile.deadline <= 60s, "deadline is 500 ms to 60 s");
    faults.check(profile.idle_time >= 1s && profile.idle_time <= 3600s, "idle_time is 1 s to an hour");
    faults.check(profile.session_time >= profile.idle_time && profile.session_time <= 3600s,
                 "session_time is at least idle_time and at most an hour");
    faults.check(msisdn::knows_region(profile.region),
                 fmt::format("region \"{}\" is no ISO 3166 country with a numbering plan, such as KE", profile.region));
}

void check_access(const gateway_settings& settings, fault_list& faults) {
    faults.check(!settings.secrets.empty() || !settings.allow.empty(),
                 "neither a secret nor an allowed address: anybody could call it");
    faults.check(std::ranges::none_of(settings.secrets,
                                      [](const std::string& secret) { return secret.empty() || secret.size() > 256; }),
                 "a secret has 1 to 256 bytes");
    for (const std::string& network : settings.allow) {
        const auto parsed = ip_network::parse(network);
        faults.check(parsed.has_value(), parsed ? "" : "allow: " + parsed.error());
    }
    faults.check(std::isfinite(settings.hops_per_second) && settings.hops_per_second >= 0,
                 "hops_per_second is 0 (no limit) or a positive number");
}

bool is_header_text(std::string_view text) {
    return std::ranges::none_of(text, [](unsigned char c) { return c <= 0x20 || c >= 0x7F; });
}

// What needs no escape in an address.
bool is_plain(std::string_view text) {
    return std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
               c == '_' || c == '*';
    });
}

// "https://host" or "https://host:port", without a path.
bool is_origin(std::string_view url) {
    const std::size_t host = url.starts_with("https://") ? 8 : url.starts_with("http://") ? 7 : 0;
    return host != 0 && url.size() > host && url.size() <= 256 && is_header_text(url) &&
           url.find_first_of("/?#@", host) == std::string_view::npos;
}

void check_sending(const gateway_settings& settings, const sms_dialect& dialect, fault_list& faults) {
    const std::string_view url = settings.sms_url;
    faults.check(url.starts_with("https://") || url.starts_with("http://"), "sms_url begins with https:// or http://");
    faults.check(!dialect.needs_username() || !settings.sms_username.empty(), "sms_url needs sms_username");
    faults.check(is_header_text(settings.sms_username), "sms_username holds a character that no HTTP header may");
    faults.check(!settings.sms_api_key.empty(), "sms_url needs sms_api_key");
    faults.check(is_header_text(settings.sms_api_key), "sms_api_key holds a character that no HTTP header may");
    faults.check(settings.sms_sender.size() <= 34, "sms_sender has at most 34 bytes");
    faults.check(std::ranges::none_of(settings.sms_sender, [](unsigned char c) { return c < 0x20 || c >= 0x7F; }),
                 "sms_sender holds a character that no HTTP header may");
    faults.check(is_header_text(settings.sms_route), "sms_route holds a character that no HTTP header may");
    faults.check(dialect.name() != "twilio" || (!settings.sms_sender.empty() && url.ends_with("/Messages.json")),
                 "sms: Twilio needs a sender (a number or a messaging service, MG…) and the url of Messages.json");
    faults.check(dialect.name() != "infobip" || url.ends_with("/sms/2/text/advanced"),
                 "sms: Infobip's url ends with /sms/2/text/advanced");
    if (!dialect.needs_receipts_address()) return;
    faults.check(!settings.sms_callback.empty(),
                 "sms: this dialect's receipts come only to the address that each message names: set callback");
    // Kannel reads % in the address as one of its own escapes.
    faults.check(settings.secrets.empty() || is_plain(settings.secrets.front()),
                 "sms: the first secret stands in Kannel's dlr-url: letters, digits, '-', '.', '_' and '*' only");
}

void check_sms(const gateway_settings& settings, fault_list& faults) {
    const auto dialect = make_sms_dialect(sms_dialect_of(settings));
    faults.check(
        settings.sms_dialect.empty() || dialect != nullptr,
        fmt::format("sms: dialect \"{}\" is none of {}", settings.sms_dialect, fmt::join(sms_dialect_names(), ", ")));
    faults.check(settings.sms_callback.empty() || is_origin(settings.sms_callback),
                 "sms: callback is https://host or http://host, with a port where there is one and without a path");
    if (dialect == nullptr) {
        faults.check(settings.sms_url.empty() || !settings.sms_dialect.empty(),
                     "sms_url needs sms.dialect, since the gateway's own dialect has no SMS");
        return;
    }
    if (dialect->signs()) {
        faults.check(!settings.sms_callback.empty(),
                     "sms: this dialect signs the address that it calls: set callback as it is set at the provider");
        faults.check(!sms_tokens_of(settings).empty(), "sms: this dialect signs: set auth_tokens or api_key");
    }
    if (!settings.sms_url.empty()) check_sending(settings, *dialect, faults);
}

}  // namespace

std::span<const std::string_view> dialect_names() {
    return names_of_dialects;
}

gateway_profile usual_profile(std::string_view dialect) {
    const auto found = std::ranges::find(makers, dialect, &dialect_maker::name);
    return found == makers.end() ? gateway_profile{} : found->make({})->profile();
}

std::vector<std::string> faults_of(const gateway_settings& settings) {
    fault_list faults(fmt::format("gateway \"{}\"", settings.name));
    check_profile(settings.name, settings.profile, faults);
    if (settings.dialect == "con_end") check_fields(settings.fields, faults);
    faults.check(has_ussd(settings) || make_sms_dialect(settings.dialect) != nullptr,
                 fmt::format("dialect \"{}\" is none of {}; with SMS only, none of {}", settings.dialect,
                             fmt::join(names_of_dialects, ", "), fmt::join(sms_dialect_names(), ", ")));
    check_access(settings, faults);
    check_sms(settings, faults);
    return faults.take();
}

std::vector<std::string> faults_of_profile(std::string_view name, const gateway_profile& profile) {
    fault_list faults(fmt::format("gateway \"{}\"", name));
    check_profile(name, profile, faults);
    return faults.take();
}

std::unique_ptr<ussd_dialect> make_dialect(const gateway_settings& settings) {
    const auto found = std::ranges::find(makers, settings.dialect, &dialect_maker::name);
    return found == makers.end() ? nullptr : found->make(settings.fields);
}

bool has_ussd(const gateway_settings& settings) {
    return std::ranges::find(names_of_dialects, settings.dialect) != names_of_dialects.end();
}

std::string_view sms_dialect_of(const gateway_settings& settings) {
    if (!settings.sms_dialect.empty()) return settings.sms_dialect;
    if (settings.dialect == "con_end") return "africastalking";
    const auto names = sms_dialect_names();
    const auto own = std::ranges::find(names, settings.dialect);
    return own == names.end() ? std::string_view() : *own;
}

std::string sms_door(const gateway_settings& settings, std::string_view door) {
    std::string key;
    if (!settings.secrets.empty()) append_to_form(key, "key", settings.secrets.front());
    return fmt::format("/sms/{}/{}{}{}", settings.name, door, key.empty() ? "" : "?", key);
}

sms_account sms_account_of(const gateway_settings& settings) {
    return {.gateway = settings.name,
            .url = settings.sms_url,
            .username = settings.sms_username,
            .api_key = settings.sms_api_key,
            .sender = settings.sms_sender,
            .receipts = settings.sms_callback.empty() ? "" : settings.sms_callback + sms_door(settings, "receipt"),
            .route = settings.sms_route};
}

std::vector<std::string> sms_tokens_of(const gateway_settings& settings) {
    if (!settings.sms_tokens.empty()) return settings.sms_tokens;
    if (settings.sms_api_key.empty()) return {};
    return {settings.sms_api_key};
}

}  // namespace mlango::gsm
