#include "gsm/smpp/account.hpp"

#include <gtest/gtest.h>

#include "gsm/smpp/backoff.hpp"

namespace mlango::gsm::smpp {
namespace {

using namespace std::chrono_literals;

account_settings usual() {
    account_settings out;
    out.name = "operator";
    out.host = "smsc.example.net";
    out.system_id = "mlango";
    out.password = "secret";
    return out;
}

TEST(SmppAccount, WhatIsRightHasNoFault) {
    EXPECT_TRUE(faults_of(usual()).empty());
    auto outbind = usual();
    outbind.host.clear();
    outbind.outbind_port = 2775;
    outbind.outbind_allow = {"192.0.2.0/24"};
    EXPECT_TRUE(faults_of(outbind).empty());
}

TEST(SmppAccount, EachFaultIsTold) {
    struct wrong {
        void (*make)(account_settings&);
        std::string_view told;
    };
    for (const auto& [make, told] : std::initializer_list<wrong>{
             {[](account_settings& s) { s.name = "Ope rator"; }, "a name"},
             {[](account_settings& s) { s.host.clear(); }, "host"},
             {[](account_settings& s) { s.system_id.clear(); }, "system_id"},
             {[](account_settings& s) { s.system_id = "sixteen octets!!"; }, "system_id"},
             {[](account_settings& s) { s.password = "p\xC3\xA4ss"; }, "password"},
             {[](account_settings& s) { s.interface_version = 0x33; }, "separate"},
             {[](account_settings& s) { s.ca_file = "/ca.pem"; }, "tls"},
             {[](account_settings& s) { s.window = 0; }, "window"},
             {[](account_settings& s) { s.binds = 33; }, "binds"},
             {[](account_settings& s) { s.rate = -1; }, "rate"},
             {[](account_settings& s) { s.response_timeout = 10ms; }, "response_timeout"},
             {[](account_settings& s) { s.first_backoff = 2min; }, "first_backoff"},
             {[](account_settings& s) { s.source = "a sender of 21 octets"; }, "source"},
             {[](account_settings& s) { s.destination_ton = 9; }, "ton"},
             {[](account_settings& s) { s.region = "Kenya"; }, "region"},
             {[](account_settings& s) { s.urgent_priority = 4; }, "urgent_priority"},
             {[](account_settings& s) { s.coding.most_segments = 0; }, "segments"},
             {[](account_settings& s) { s.outbind_port = 1, s.tls = true; }, "TLS"},
             {[](account_settings& s) { s.outbind_port = 1; }, "allow"},
             {[](account_settings& s) { s.outbind_port = 1, s.outbind_allow = {"the office"}; }, "outbind: allow"}}) {
        auto settings = usual();
        make(settings);
        const auto faults = faults_of(settings);
        ASSERT_FALSE(faults.empty()) << told;
        bool found = false;
        for (const auto& fault : faults) {
            EXPECT_EQ(fault.find("secret"), std::string::npos);
            found |= fault.find(told) != std::string::npos;
        }
        EXPECT_TRUE(found) << told << ": " << faults.front();
    }
}

TEST(SmppAccount, SeparateBindsComeInPairs) {
    auto settings = usual();
    settings.way = bind_way::separate;
    settings.binds = 2;
    settings.rate = 50;
    settings.starting_rate = 1'000;
    const auto links = links_of(settings);
    ASSERT_EQ(links.size(), 4u);
    EXPECT_EQ(links[0].kind, bind_kind::transmitter);
    EXPECT_EQ(links[1].kind, bind_kind::receiver);
    EXPECT_EQ(links[0].rate.ceiling, 50);
    EXPECT_EQ(links[0].rate.start, 50) << "never above what was agreed";
    for (const auto& one : links) EXPECT_EQ(fault_of(one), "");
}

class SmppBackoff : public testing::Test {
protected:
    std::pair<std::chrono::milliseconds, std::chrono::milliseconds> range(const ended& what, int failures_before) {
        auto least = 1'000'000ms, most = 0ms;
        for (int i = 0; i < 300; ++i) {
            backoff one(1s, 60s);
            for (int before = 0; before < failures_before; ++before) (void)one.after(ended{}, 0s, random);
            const auto wait = one.after(what, 0s, random);
            least = std::min(least, wait);
            most = std::max(most, wait);
        }
        return {least, most};
    }
    seeded_random random{1};
};

TEST_F(SmppBackoff, JitterIsFullAndTheLimitDoubles) {
    for (const auto& [failures, limit] :
         {std::pair{0, 1'000ms}, {1, 2'000ms}, {3, 8'000ms}, {6, 60'000ms}, {40, 60'000ms}}) {
        const auto [least, most] = range({}, failures);
        EXPECT_LE(most, limit);
        EXPECT_GT(most, limit * 9 / 10);
        EXPECT_LT(least, limit / 10);
    }
}

TEST_F(SmppBackoff, ASessionStillHeldIsWaitedFor) {
    const ended held{.reason = end_reason::bind_refused, .code = status::ralybnd};
    EXPECT_GE(range(held, 0).first, 5s);
    EXPECT_LE(range(held, 0).second, 10s);
    EXPECT_FALSE(is_refused_identity(held));
}

TEST_F(SmppBackoff, AWrongPasswordIsTriedRarely) {
    const ended refused{.reason = end_reason::bind_refused, .code = status::rinvpaswd};
    EXPECT_TRUE(is_refused_identity(refused));
    EXPECT_GE(range(refused, 0).first, 30s);
}

TEST_F(SmppBackoff, AGoodSessionBeginsAnew) {
    backoff one(1s, 60s);
    for (int i = 0; i < 10; ++i) (void)one.after({}, 0s, random);
    EXPECT_LE(one.after({.was_bound = true}, 31s, random), 1s);
    for (int i = 0; i < 10; ++i) (void)one.after({.was_bound = true}, 1s, random);
    auto most = 0ms;
    for (int i = 0; i < 50; ++i) most = std::max(most, one.after({.was_bound = true}, 1s, random));
    EXPECT_GT(most, 30s) << "an SMSC that binds and throws us out is not well";
}

}  // namespace
}  // namespace mlango::gsm::smpp
