#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "gsm/gateway.hpp"

namespace mlango::gsm {
namespace {

using namespace std::chrono_literals;

gateway_settings right() {
    gateway_settings settings;
    settings.name = "africastalking";
    settings.secrets = {"demo"};
    return settings;
}

void spoil_sms(gateway_settings& settings, std::string_view dialect) {
    settings.dialect = dialect;
    settings.sms_url = dialect == "twilio" ? "https://x/Accounts/AC/Messages.json" : "https://x/sms/2/text/advanced";
    settings.sms_username = "u";
    settings.sms_api_key = "k";
    settings.sms_sender = "384";
    settings.sms_callback = "https://m.example:8443";
}

TEST(gateway_settings, sms_of_each_dialect) {
    for (const std::string_view dialect : sms_dialect_names()) {
        auto settings = right();
        spoil_sms(settings, dialect);
        EXPECT_EQ(faults_of(settings), std::vector<std::string>{}) << dialect;
        EXPECT_EQ(sms_dialect_of(settings), dialect);
        EXPECT_EQ(has_ussd(settings), dialect == "africastalking" || dialect == "infobip");
        EXPECT_EQ(make_dialect(settings) != nullptr, has_ussd(settings));
        settings.dialect = "nalo";
        EXPECT_EQ(sms_dialect_of(settings), "");
        settings.sms_dialect = dialect;
        EXPECT_EQ(faults_of(settings), std::vector<std::string>{}) << dialect;
    }
}

TEST(gateway_settings, addresses_that_providers_are_told) {
    auto settings = right();
    settings.secrets = {"a b&c", "old"};
    EXPECT_EQ(sms_door(settings, "in"), "/sms/africastalking/in?key=a+b%26c");
    EXPECT_EQ(sms_account_of(settings).receipts, "");
    settings.sms_callback = "https://m.example";
    EXPECT_EQ(sms_account_of(settings).receipts, "https://m.example/sms/africastalking/receipt?key=a+b%26c");
    settings.secrets.clear();
    EXPECT_EQ(sms_door(settings, "in"), "/sms/africastalking/in");
    settings.sms_api_key = "k";
    EXPECT_EQ(sms_tokens_of(settings), std::vector<std::string>{"k"});
    settings.sms_tokens = {"a", "b"};
    EXPECT_EQ(sms_tokens_of(settings), (std::vector<std::string>{"a", "b"}));
}

TEST(gateway_settings, right_ones_have_no_fault) {
    EXPECT_EQ(faults_of(right()), std::vector<std::string>{});
    auto settings = right();
    settings.dialect = "con_end";
    settings.allow = {"10.0.0.0/8", "2001:db8::/32"};
    settings.hops_per_second = 50;
    settings.sms_url = "http://127.0.0.1:8081/version1/messaging";
    settings.sms_username = "sandbox";
    settings.sms_api_key = "k3y";
    EXPECT_EQ(faults_of(settings), std::vector<std::string>{});
    settings.secrets.clear();
    EXPECT_EQ(faults_of(settings), std::vector<std::string>{});
}

TEST(gateway_settings, each_fault_is_named) {
    struct row {
        std::string_view fault;
        std::function<void(gateway_settings&)> spoil;
    };
    const row rows[] = {
        {"a name has", [](auto& s) { s.name = ""; }},
        {"a name has", [](auto& s) { s.name = "Africa's Talking"; }},
        {"a name has", [](auto& s) { s.name = "a/b"; }},
        {"a name has", [](auto& s) { s.name = std::string(33, 'a'); }},
        {"dialect \"hubble\"", [](auto& s) { s.dialect = "hubble"; }},
        {"neither a secret nor", [](auto& s) { s.secrets.clear(); }},
        {"a secret has", [](auto& s) { s.secrets = {"demo", ""}; }},
        {"allow: \"10.0.0.1/8\"", [](auto& s) { s.allow = {"10.0.0.1/8"}; }},
        {"hops_per_second", [](auto& s) { s.hops_per_second = -1; }},
        {"hops_per_second", [](auto& s) { s.hops_per_second = std::numeric_limits<double>::quiet_NaN(); }},
        {"septets", [](auto& s) { s.profile.screen.septets = 0; }},
        {"UCS-2 units", [](auto& s) { s.profile.screen.ucs2_units = 1'000; }},
        {"first_screen_reserve", [](auto& s) { s.profile.first_screen_reserve = 60; }},
        {"input_limit", [](auto& s) { s.profile.input_limit = 0; }},
        {"deadline", [](auto& s) { s.profile.deadline = 0ms; }},
        {"idle_time", [](auto& s) { s.profile.idle_time = 0s; }},
        {"session_time", [](auto& s) { s.profile.session_time = 10s; }},
        {"region \"Kenya\"", [](auto& s) { s.profile.region = "Kenya"; }},
        {"sms_url begins", [](auto& s) { s.sms_url = "example", s.sms_username = "u", s.sms_api_key = "k"; }},
        {"needs sms_username", [](auto& s) { s.sms_url = "https://x", s.sms_api_key = "k"; }},
        {"needs sms_api_key", [](auto& s) { s.sms_url = "https://x", s.sms_username = "u"; }},
        {"sms: dialect \"pigeon\"", [](auto& s) { s.sms_dialect = "pigeon"; }},
        {"needs sms.dialect", [](auto& s) { s.dialect = "hubtel", s.sms_url = "https://x"; }},
        {"callback is https://", [](auto& s) { s.sms_callback = "mlango.example"; }},
        {"callback is https://", [](auto& s) { s.sms_callback = "https://mlango.example/"; }},
        {"callback is https://", [](auto& s) { s.sms_callback = "https://a@mlango.example"; }},
        {"signs the address", [](auto& s) { s.dialect = "twilio", s.sms_api_key = "k"; }},
        {"set auth_tokens", [](auto& s) { s.dialect = "twilio", s.sms_callback = "https://m.example"; }},
        {"Twilio needs a sender", [](auto& s) { spoil_sms(s, "twilio"), s.sms_sender = ""; }},
        {"url of Messages.json", [](auto& s) { spoil_sms(s, "twilio"), s.sms_url = "https://api.twilio.com"; }},
        {"ends with /sms/2/text/advanced", [](auto& s) { spoil_sms(s, "infobip"), s.sms_url = "https://x"; }},
        {"set callback", [](auto& s) { spoil_sms(s, "kannel"), s.sms_callback = ""; }},
        {"Kannel's dlr-url", [](auto& s) { spoil_sms(s, "kannel"), s.secrets = {"50%d"}; }},
        {"sms_route holds", [](auto& s) { spoil_sms(s, "kannel"), s.sms_route = "a\nb"; }},
        {"sms_sender holds", [](auto& s) { spoil_sms(s, "kannel"), s.sms_sender = "é"; }},
        {"no HTTP header", [](auto& s) { s.sms_url = "https://x", s.sms_username = "u", s.sms_api_key = "a\r\nb"; }},
        {"fields: session", [](auto& s) { s.dialect = "con_end", s.fields.session = ""; }},
        {"fields: input", [](auto& s) { s.dialect = "con_end", s.fields.input = "a&b"; }},
        {"\"x\" is named twice", [](auto& s) { s.dialect = "con_end", s.fields.input = s.fields.msisdn = "x"; }},
        {"\"key\" is the secret's",
         [](auto& s) { s.dialect = "con_end", s.fields.by_get = true, s.fields.input = "key"; }},
        {"separator", [](auto& s) { s.dialect = "con_end", s.fields.separator = ""; }},
        {"prefix have", [](auto& s) { s.dialect = "con_end", s.fields.end_prefix = ""; }},
        {"must differ", [](auto& s) { s.dialect = "con_end", s.fields.end_prefix = "CON"; }},
    };
    for (const row& row : rows) {
        auto settings = right();
        row.spoil(settings);
        const auto faults = faults_of(settings);
        EXPECT_TRUE(std::ranges::any_of(
            faults,
            [&](const std::string& fault) { return fault.contains(row.fault) && fault.starts_with("gateway \""); }))
            << row.fault << "; got " << (faults.empty() ? "none" : faults.front());
    }
}

TEST(gateway_settings, every_fault_is_reported_at_once) {
    gateway_settings settings;
    settings.dialect = "hubble";
    settings.allow = {"x", "y"};
    settings.profile.region = "";
    EXPECT_EQ(faults_of(settings).size(), 5u);
}

TEST(gateway_settings, dialect_by_name) {
    EXPECT_EQ(make_dialect(right())->name(), "africastalking");
    auto settings = right();
    settings.dialect = "con_end";
    settings.fields.name = "likeness";
    EXPECT_EQ(make_dialect(settings)->name(), "likeness");
}

}  // namespace
}  // namespace mlango::gsm
