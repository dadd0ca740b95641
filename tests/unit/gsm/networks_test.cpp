#include "gsm/networks.hpp"

#include <gtest/gtest.h>

namespace mlango::gsm {
namespace {

TEST(networks, holds) {
    struct row {
        std::string_view network;
        std::string_view address;
        bool held;
    };
    const row rows[] = {
        {"192.0.2.0/24", "192.0.2.0", true},
        {"192.0.2.0/24", "192.0.2.255", true},
        {"192.0.2.0/24", "192.0.3.0", false},
        {"192.0.2.0/24", "192.0.1.255", false},
        {"192.0.2.128/25", "192.0.2.127", false},
        {"192.0.2.128/25", "192.0.2.128", true},
        {"10.0.0.0/8", "10.255.1.2", true},
        {"10.0.0.0/8", "11.0.0.0", false},
        {"192.0.2.7", "192.0.2.7", true},
        {"192.0.2.7", "192.0.2.6", false},
        {"192.0.2.7/32", "192.0.2.7", true},
        {"192.0.2.6/31", "192.0.2.7", true},
        {"0.0.0.0/0", "203.0.113.9", true},
        {"0.0.0.0/0", "2001:db8::1", false},
        {"192.0.2.0/24", "::ffff:192.0.2.9", true},
        {"192.0.2.0/24", "::ffff:c000:0209", true},
        {"192.0.2.0/24", "::192.0.2.9", false},
        {"2001:db8::/32", "2001:db8:ffff::1", true},
        {"2001:db8::/32", "2001:db9::1", false},
        {"2001:db8::/33", "2001:db8:8000::1", false},
        {"2001:DB8::/32", "2001:db8::1", true},
        {"::1", "::1", true},
        {"::1/128", "::2", false},
        {"::/0", "2001:db8::1", true},
        {"::/0", "192.0.2.1", false},
        {"fe80::/10", "fe80::1%eth0", true},
        {"::ffff:192.0.2.0/120", "192.0.2.200", true},
        {"::ffff:192.0.2.0/120", "192.0.3.200", false},
        {"::ffff:0:0/96", "198.51.100.1", true},
    };
    for (const row& row : rows) {
        const auto network = ip_network::parse(row.network);
        ASSERT_TRUE(network) << row.network << ": " << network.error();
        EXPECT_EQ(ip_networks({*network}).holds(row.address), row.held) << row.network << " " << row.address;
    }
}

TEST(networks, refuses_what_is_no_network) {
    for (const std::string_view text : {"",
                                        "/",
                                        "/8",
                                        "10.0.0.0/",
                                        "10.0.0.0/33",
                                        "10.0.0.0/-1",
                                        "10.0.0.0/8x",
                                        "10.0.0.0/8/8",
                                        "10.0.0/8",
                                        "10.0.0.1/8",
                                        "256.0.0.0/8",
                                        "2001:db8::/129",
                                        "2001:db8::1/32",
                                        "2001:db8:::/32",
                                        "example.org",
                                        "10.0.0.0 /8",
                                        " 10.0.0.0/8",
                                        "010.0.0.0/8",
                                        "::ffff:192.0.2.1/120",
                                        "10.0.0.0/99999999999999999999",
                                        "1111:1111:1111:1111:1111:1111:1111:1111:1111:1111:1111"}) {
        const auto network = ip_network::parse(text);
        ASSERT_FALSE(network) << text;
        EXPECT_FALSE(network.error().empty());
    }
}

TEST(networks, what_is_no_address_is_held_by_none) {
    const ip_networks all({*ip_network::parse("0.0.0.0/0"), *ip_network::parse("::/0")});
    for (const std::string_view text : {"", "unknown", "192.0.2.1:80", "192.0.2.1, 10.0.0.1", "%eth0", "1.2.3"}) {
        EXPECT_FALSE(all.holds(text)) << text;
    }
    EXPECT_TRUE(all.holds("192.0.2.1"));
    EXPECT_TRUE(all.holds("2001:db8::1"));
    EXPECT_FALSE(ip_networks().holds("192.0.2.1"));
    EXPECT_TRUE(ip_networks().empty());
}

}  // namespace
}  // namespace mlango::gsm
