#include "server/config/ussd_profile_config.hpp"

#include <gtest/gtest.h>

namespace mlango::server {
namespace {

using gsm::smpp::ussd_profile;

std::pair<ussd_profile, std::string> read(const std::string& yaml) {
    std::vector<std::string> faults;
    ussd_profile profile;
    {
        yaml_reader reader(YAML::Load(yaml), "smpp[0].ussd", faults);
        read_ussd_profile(reader, faults, profile);
    }
    std::string all;
    for (const auto& one : faults) all += one + "\n";
    return {profile, all};
}

TEST(ussd_profile_config, nothing_said_is_the_specification) {
    const auto [profile, faults] = read("{}");
    EXPECT_EQ(faults, "");
    EXPECT_EQ(profile.name, "spec");
    EXPECT_EQ(profile.last.op, 17);
}

TEST(ussd_profile_config, a_profile_may_differ_in_every_field) {
    const auto [profile, faults] = read(R"(
profile: mica
rules:
  - { means: begin, op: 32 }
  - { means: answer, service_type: CA }
session: tlv
session_tag: 5121
dialled: either
service_type: US
screen: { op: none, service_type: CR }
last: { op: 23 }
by: data_sm
payload_from: 200
extra: [{ tag: 4992, octets: "05" }]
gsm7_coding: 15
ucs2_coding: 72
packed: true
)");
    EXPECT_EQ(faults, "");
    ASSERT_EQ(profile.rules.size(), 2u);
    EXPECT_EQ(profile.rules[0].op, 0x20);
    EXPECT_EQ(profile.rules[1].service_type, "CA");
    EXPECT_EQ(profile.session, ussd_profile::session_source::tlv);
    EXPECT_EQ(profile.session_tag, 0x1401);
    EXPECT_EQ(profile.dialled, ussd_profile::dialled_in::either);
    EXPECT_FALSE(profile.screen.op.has_value());
    EXPECT_EQ(profile.screen.service_type, "CR");
    EXPECT_EQ(profile.last.op, 0x17);
    EXPECT_EQ(profile.by, ussd_profile::carried::data);
    EXPECT_EQ(profile.extra.at(0).value, "\x05");
    EXPECT_TRUE(profile.packed);
}

TEST(ussd_profile_config, faults_are_named) {
    const std::pair<std::string, std::string_view> rows[] = {
        {"{ profile: comverse }", "smpp[0].ussd.profile should be one of spec, tata"},
        {"{ session: cookie }", "session should be one of its_session_info"},
        {"{ rules: 3 }", "rules should be a list"},
        {"{ rules: [{ means: hello }] }", "means should be one of begin"},
        {"{ end_bit: false, last: { op: 2 } }", "nothing tells a last screen"},
        {"{ extra: [{ tag: 3, octets: xyz }] }", "octets should be hexadecimal"},
        {"{ ops: 3 }", "smpp[0].ussd.ops is not known"},
    };
    for (const auto& [yaml, fault] : rows)
        EXPECT_NE(read(yaml).second.find(fault), std::string::npos) << yaml << ": " << read(yaml).second;
}

}  // namespace
}  // namespace mlango::server
