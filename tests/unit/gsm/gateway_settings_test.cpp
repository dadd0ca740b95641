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
