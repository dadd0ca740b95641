#include <gtest/gtest.h>

#include "sessions/redis_address.hpp"
#include "sessions/redis_client.hpp"

namespace mlango::sessions {
namespace {

using kind = redis_address::kind;

TEST(redis_url, is_read) {
    const std::string longest = "/" + std::string(106, 'p');
    const std::pair<std::string, redis_address> rows[] = {
        {"unix:/run/redis.sock", {.transport = kind::unix_socket, .path = "/run/redis.sock"}},
        {"unix:" + longest, {.transport = kind::unix_socket, .path = longest}},
        {"redis://localhost", {.host = "localhost"}},
        {"redis://localhost/", {.host = "localhost"}},
        {"redis://localhost:6380/2", {.host = "localhost", .port = 6380, .database = 2}},
        {"redis://[::1]:6380/0", {.host = "::1", .port = 6380}},
        {"redis://[::1]", {.host = "::1"}},
        {"rediss://redis.example.org/15", {.transport = kind::tls, .host = "redis.example.org", .database = 15}},
    };
    for (const auto& [url, address] : rows) {
        const auto found = parse_redis_url(url);
        ASSERT_TRUE(found) << url << ": " << found.error();
        EXPECT_EQ(*found, address) << url;
    }
}

TEST(redis_url, is_refused) {
    const std::string rows[] = {
        "",
        "localhost:6379",
        "http://localhost",
        "unix:",
        "unix:relative.sock",
        "unix:/" + std::string(107, 'p'),
        "redis://",
        "redis:///0",
        "redis://host:",
        "redis://host:0",
        "redis://host:65536",
        "redis://host:1x",
        "redis://host/x",
        "redis://host/1/2",
        "redis://host/-1",
        "redis://host/16384",
        "redis://[::1",
        "redis://[::1]x",
        "redis://[::1]:",
        "redis://a b",
        "redis://:6379",
    };
    for (const auto& url : rows) EXPECT_FALSE(parse_redis_url(url)) << url;
}

TEST(redis_url, fault_does_not_repeat_a_password) {
    const auto found = parse_redis_url("redis://user:sesame@host");
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().find("sesame"), std::string::npos);
}

TEST(redis_settings, have_no_fault_by_default) {
    EXPECT_TRUE(faults_of({}).empty());
}

TEST(redis_settings, name_every_fault_at_once) {
    redis_settings settings;
    settings.url = "nowhere";
    settings.username = "somebody";
    settings.authorities_file = "/a.pem";
    settings.key_file = "/k.pem";
    settings.connect_timeout = std::chrono::milliseconds(0);
    settings.command_timeout = std::chrono::hours(2);
    settings.first_backoff = std::chrono::milliseconds(-1);
    settings.longest_backoff = std::chrono::milliseconds(-2);
    settings.waiting_limit = 0;
    EXPECT_EQ(faults_of(settings).size(), 10u);
}

}  // namespace
}  // namespace mlango::sessions
