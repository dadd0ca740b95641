#include "exchange_fixture.hpp"

namespace mlango::exchange::test {
namespace {

class public_door_test : public exchange_fixture {};

TEST_F(public_door_test, publishes_where_its_keys_are_and_the_keys) {
    const auto metadata = ask("GET", "/.well-known/jwt-vc-issuer");
    ASSERT_EQ(metadata.status, 200U);
    EXPECT_EQ(text(body_of(metadata), "issuer"), options.issuer);
    EXPECT_EQ(header_of(metadata, "Cache-Control"), "public, max-age=3600");
    EXPECT_EQ(header_of(metadata, "Access-Control-Allow-Origin"), "*");
    const std::string uri = text(body_of(metadata), "jwks_uri");
    ASSERT_TRUE(uri.starts_with(options.issuer)) << uri;
    const auto jwks = ask("GET", uri.substr(options.issuer.size()));
    ASSERT_EQ(jwks.status, 200U);
    EXPECT_EQ(text(body_of(jwks).at("keys").as_array().front().as_object(), "kid"), "k1");
    EXPECT_EQ(jwks.body.find("\"d\""), std::string::npos);
    EXPECT_EQ(ask("GET", uri.substr(options.issuer.size()), {{"If-None-Match", header_of(jwks, "ETag")}}).status, 304U);
}

TEST_F(public_door_test, publishes_each_type_of_credential) {
    for (const auto& kind : kinds.all()) {
        const auto got = ask("GET", "/credentials/types/" + kind.name);
        ASSERT_EQ(got.status, 200U) << kind.name;
        EXPECT_EQ(text(body_of(got), "vct"), options.issuer + "/credentials/types/" + kind.name);
    }
    EXPECT_EQ(ask("GET", "/credentials/types/nothing").status, 404U);
}

TEST_F(public_door_test, serves_a_status_list_that_changes_when_she_stops) {
    const auto taken = redeem(teller, code_for(bank));
    ASSERT_TRUE(taken);
    const auto at = status_of(taken->credential, bank_number);
    wait(rooms->lists.look());
    const std::string path = at.uri.substr(options.issuer.size());
    const auto first = ask("GET", path);
    ASSERT_EQ(first.status, 200U);
    EXPECT_EQ(first.content_type, "application/statuslist+jwt");
    EXPECT_EQ(header_of(first, "Access-Control-Allow-Origin"), "*");
    EXPECT_EQ(header_of(first, "Cache-Control"), "public, max-age=60");
    const auto read = [&](const http_response& from) {
        const auto list = wallet::verify_status_token(from.body, at.uri, keys_of_issuer.get()->trusted(), now.now());
        return list ? static_cast<int>(list->list.get(at.index).value_or(99)) : -1;
    };
    EXPECT_EQ(read(first), 0);
    EXPECT_EQ(ask("GET", path, {{"If-None-Match", header_of(first, "ETag")}}).status, 304U);
    wait(her().stop_all(wallet::test::amina, wallet::test::hop(9'004)));
    wait(rooms->lists.look());
    const auto second = ask("GET", path, {{"If-None-Match", header_of(first, "ETag")}});
    EXPECT_EQ(second.status, 200U);
    EXPECT_EQ(read(second), 1);
    EXPECT_EQ(header_of(ask("GET", path, {{"Accept-Encoding", "gzip"}}), "Content-Encoding"), "gzip");
}

TEST_F(public_door_test, has_no_other_list_and_no_other_time) {
    const auto names = rooms->lists.names();
    ASSERT_FALSE(names.empty());
    EXPECT_EQ(ask("GET", "/credentials/status/nothing").status, 404U);
    EXPECT_EQ(ask("GET", "/credentials/status/" + names.front() + "?time=1686925000").status, 501U);
}

TEST_F(public_door_test, stands_below_an_issuers_path) {
    options.issuer = "https://mlango.example/id";
    rules_of_doors.issuer = options.issuer;
    open_doors_again();
    EXPECT_EQ(text(body_of(ask("GET", "/.well-known/jwt-vc-issuer/id")), "issuer"), options.issuer);
    EXPECT_EQ(ask("GET", "/id/credentials/jwks.json").status, 200U);
    EXPECT_EQ(ask("GET", "/credentials/jwks.json").status, 404U);
}

}  // namespace
}  // namespace mlango::exchange::test
