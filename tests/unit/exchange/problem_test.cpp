#include "exchange/problem.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <set>

namespace mlango::exchange {
namespace {

TEST(problem, has_the_fields_of_rfc_9457_and_is_kept_by_nobody) {
    const auto response = problem(fault::malformed, "code must be a \"string\".");
    EXPECT_EQ(response.status, 400U);
    EXPECT_EQ(response.content_type, "application/problem+json");
    const auto body = boost::json::parse(response.body).as_object();
    EXPECT_EQ(body.at("type").as_string(), "/api/partner/v1/problems/malformed");
    EXPECT_EQ(body.at("status").as_int64(), 400);
    EXPECT_EQ(body.at("detail").as_string(), "code must be a \"string\".");
    EXPECT_FALSE(body.at("title").as_string().empty());
    EXPECT_TRUE(std::ranges::any_of(response.headers, [](const http_header& one) {
        return one.name == "Cache-Control" && one.value == "no-store";
    }));
}

TEST(problem, says_how_long_to_wait_and_never_nothing) {
    for (const auto& [given, said] : {std::pair{0, "1"}, {-5, "1"}, {900, "900"}}) {
        const auto response = wait_problem(given);
        EXPECT_EQ(response.status, 429U);
        const auto header = std::ranges::find(response.headers, "Retry-After", &http_header::name);
        ASSERT_NE(header, response.headers.end());
        EXPECT_EQ(header->value, said);
    }
}

TEST(problem, kinds_are_each_there_once) {
    std::set<std::string_view> names;
    for (const fault_kind& kind : fault_kinds()) {
        EXPECT_TRUE(names.insert(kind.name).second) << kind.name;
        EXPECT_EQ(problem(kind.what).status, kind.status);
    }
    EXPECT_EQ(fault_kinds().size(), static_cast<std::size_t>(fault::unavailable) + 1);
}

}  // namespace
}  // namespace mlango::exchange
