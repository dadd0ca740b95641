#include "base/http/router.hpp"

#include <gtest/gtest.h>

using namespace mlango;

namespace {

http_route route(std::string method, std::string path) {
    return {std::move(method), std::move(path), nullptr};
}

std::string found(const router& routes, std::string_view method, std::string_view path) {
    const auto [hit, allowed] = routes.find(method, path);
    if (hit != nullptr) return hit->method + " " + hit->path;
    return allowed != nullptr ? "allow: " + *allowed : "none";
}

std::vector<http_route> table() {
    return {route("GET", "/"),
            route("GET", "/phone"),
            route("POST", "/phone"),
            route("POST", "/ussd/{gateway}"),
            route("GET", "/ussd/status"),
            route("POST", "/sms/{gateway}/in"),
            route("GET", "/assets/{rest...}"),
            route("GET", "/assets/{name}/{rest...}"),
            route("DELETE", "/{any}")};
}

}  // namespace

TEST(router, finds_by_method_and_path) {
    const router routes(table());
    const std::vector<std::array<std::string, 3>> expectations = {
        {"GET", "/", "GET /"},
        {"GET", "/phone", "GET /phone"},
        {"HEAD", "/phone", "GET /phone"},
        {"POST", "/phone", "POST /phone"},
        {"POST", "/ussd/demo", "POST /ussd/{gateway}"},
        {"GET", "/ussd/status", "GET /ussd/status"},
        {"POST", "/ussd/status", "POST /ussd/{gateway}"},
        {"POST", "/sms/demo/in", "POST /sms/{gateway}/in"},
        {"GET", "/assets/a.js", "GET /assets/{rest...}"},
        {"GET", "/assets/a/b/c.js", "GET /assets/{rest...}"},
        {"GET", "/assets/", "GET /assets/{rest...}"},
        {"DELETE", "/phone", "DELETE /{any}"},
        {"DELETE", "/elsewhere", "DELETE /{any}"},
    };
    for (const auto& [method, path, hit] : expectations)
        EXPECT_EQ(found(routes, method, path), hit) << method << " " << path;
}

TEST(router, says_what_is_allowed_instead) {
    const router routes(table());
    EXPECT_EQ(found(routes, "PUT", "/phone"), "allow: GET, HEAD, POST");
    EXPECT_EQ(found(routes, "GET", "/ussd/demo"), "allow: POST");
    EXPECT_EQ(found(routes, "GET", "/elsewhere"), "allow: DELETE");
    EXPECT_EQ(found(routes, "get", "/phone"), "allow: GET, HEAD, POST");
}

TEST(router, does_not_find_what_only_looks_alike) {
    const router routes(table());
    for (const std::string path : {"", "phone", "/phone/", "//phone", "/ussd", "/ussd/", "/ussd/a/b", "/sms//in",
                                   "/sms/a/in/", "/assets", "/ussd/{gateway}/x", "*", "/Phone/x"})
        EXPECT_EQ(found(routes, "GET", path), path == "/assets" ? "allow: DELETE"
                                              : path == "/ussd" ? "allow: DELETE"
                                                                : "none")
            << path;
}

TEST(router, refuses_routes_that_cannot_be_meant) {
    const auto make = [](std::vector<http_route> routes) { const router made(std::move(routes)); };
    EXPECT_THROW(make({route("GET", "phone")}), std::invalid_argument);
    EXPECT_THROW(make({route("GET", "")}), std::invalid_argument);
    EXPECT_THROW(make({route("GET", "/{rest...}/x")}), std::invalid_argument);
    EXPECT_THROW(make({route("GET", "/a"), route("GET", "/a")}), std::invalid_argument);
    EXPECT_THROW(make({route("GET", "/{a}"), route("GET", "/{b}")}), std::invalid_argument);
    EXPECT_NO_THROW(make({route("GET", "/{a}"), route("POST", "/{b}")}));
}
