#include "wallet/sd_jwt.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "tests/support/spoilt_credentials.hpp"

namespace mlango::wallet {
namespace {

using testing_support::credential_forge;
using testing_support::spoilt_credentials;
namespace support = testing_support;
namespace json = boost::json;

constexpr std::chrono::sys_seconds now{std::chrono::seconds(1'795'860'000)};

json::object fixture() {
    std::ifstream in(MLANGO_SOURCE_DIR "/tests/fixtures/wallet/rfc9901.json");
    return json::parse(std::string{std::istreambuf_iterator<char>(in), {}}).get_object();
}

std::string text(const json::value& value) {
    return std::string(value.as_string());
}

TEST(sd_jwt, digests_are_the_rfcs) {
    for (const auto& one : fixture().at("digests").as_array())
        EXPECT_EQ(sd_digest(text(one.at("disclosure"))), text(one.at("digest")));
}

// RFC 9901 §5: signature, digests of claims and array elements, and what comes out.
TEST(sd_jwt, the_rfcs_example_is_read) {
    const auto rfc = fixture();
    const auto key = es256_public_key::from_jwk(rfc.at("issuer_key").as_object());
    ASSERT_TRUE(key);
    const std::string jwt = text(rfc.at("jwt"));
    const auto jws = read_compact_jws(jwt);
    ASSERT_TRUE(jws);
    EXPECT_TRUE(is_signed_by(*jws, *key));

    std::vector<std::string> told;
    for (const auto& one : rfc.at("disclosures").as_object()) told.push_back(text(one.value()));
    auto claims = disclose(jws->payload, std::vector<std::string_view>(told.begin(), told.end()));
    ASSERT_TRUE(claims);
    EXPECT_EQ(claims->size(),
              6U + 8U);  // iss, iat, exp, sub, nationalities, cnf
    EXPECT_EQ(json::serialize(claims->at("nationalities")), R"(["US","DE"])");
    EXPECT_EQ(claims->at("address").at("locality"), "Anytown");
    EXPECT_EQ(claims->at("phone_number_verified"), true);
    EXPECT_FALSE(claims->contains("_sd"));
    EXPECT_FALSE(claims->contains("_sd_alg"));

    claims = disclose(jws->payload, {});
    ASSERT_TRUE(claims);
    EXPECT_EQ(json::serialize(claims->at("nationalities")), "[]");
    EXPECT_FALSE(claims->contains("email"));
}

// §5.2: its key binding.
TEST(sd_jwt, the_rfcs_binding_is_right) {
    const auto rfc = fixture();
    std::string presented = text(rfc.at("jwt")) + "~";
    for (const auto& name : rfc.at("presented").as_array())
        presented += text(rfc.at("disclosures").at(name.as_string())) + "~";
    const std::string jwt = text(rfc.at("binding").at("jwt"));
    const auto binding = read_compact_jws(jwt);
    ASSERT_TRUE(binding);
    EXPECT_TRUE(has_type(*binding, "kb+jwt"));
    EXPECT_EQ(text(binding->payload.at("sd_hash")), sd_digest(presented));
    EXPECT_EQ(sd_digest(presented), text(rfc.at("presentation_sd_hash")));
    const std::string issued = text(rfc.at("jwt"));
    const auto holder = es256_public_key::from_jwk(read_compact_jws(issued)->payload.at("cnf").at("jwk").as_object());
    ASSERT_TRUE(holder);
    EXPECT_TRUE(is_signed_by(*binding, *holder));
}

TEST(sd_jwt, what_is_issued_is_verified) {
    credential_forge forge(now);
    system_random random;
    const std::vector<disclosed_claim> facts{
        {"registered", true}, {"given_name", "Möbius \"the\" \\ ሰላም"}, {"household_size", 5}};
    const std::string issued = issue_sd_jwt(forge.payload, facts, forge.key, random);
    const auto read = verify_sd_jwt(issued, forge.trusted(), forge.rules(false));
    ASSERT_TRUE(read) << name_of(read.error());
    for (const auto& fact : facts) EXPECT_EQ(read->claims.at(fact.name), fact.value);
    EXPECT_EQ(read->kid, forge.key.kid);
    EXPECT_EQ(read->vct, "https://id.example.org/credentials/types/registration");
    EXPECT_EQ(read->expires_at, now + std::chrono::hours(24));
    EXPECT_EQ(read->status, (status_reference{"https://id.example.org/credentials/status/shares-1", 4711}));
    EXPECT_FALSE(read->bound);
    // In the signed part the facts are not readable, and their order says nothing.
    const auto jws = read_compact_jws(std::string_view(issued).substr(0, issued.find('~')));
    EXPECT_FALSE(jws->payload.contains("given_name"));
    const auto& digests = jws->payload.at("_sd").as_array();
    EXPECT_EQ(digests.size(), 3U);
    EXPECT_TRUE(std::ranges::is_sorted(digests, {}, [](const json::value& one) { return text(one); }));
}

TEST(sd_jwt, two_shares_have_nothing_in_common) {
    credential_forge forge(now);
    system_random random;
    const std::vector<disclosed_claim> facts{{"registered", true}, {"age_over_18", true}};
    std::set<std::string> seen;
    std::size_t parts = 0;
    for (int share = 0; share < 50; ++share) {
        const std::string issued = issue_sd_jwt(forge.payload, facts, forge.key, random);
        const auto jws = read_compact_jws(std::string_view(issued).substr(0, issued.find('~')));
        seen.insert(jws->signature);
        for (const auto& digest : jws->payload.at("_sd").as_array()) seen.insert(text(digest));
        parts += 3;
    }
    EXPECT_EQ(seen.size(), parts);
}

TEST(sd_jwt, a_salt_has_128_bits) {
    credential_forge forge(now);
    system_random random;
    const std::string issued =
        issue_sd_jwt(forge.payload, std::vector<disclosed_claim>{{"registered", true}}, forge.key, random);
    const auto first = issued.find('~');
    const auto octets = from_base64url(std::string_view(issued).substr(first + 1, issued.size() - first - 2));
    const auto told = json::parse(as_string_view(*octets));
    EXPECT_EQ(from_base64url(text(told.at(0)))->size(), 16U);
}

TEST(sd_jwt, binding_is_verified) {
    credential_forge forge(now);
    const auto read = verify_sd_jwt(forge.good_bound(), forge.trusted(), forge.rules(true));
    ASSERT_TRUE(read) << name_of(read.error());
    EXPECT_TRUE(read->bound);
    // Also by those who did not ask for it.
    const auto unasked = verify_sd_jwt(forge.good_bound(), forge.trusted(), forge.rules(false));
    ASSERT_TRUE(unasked);
    EXPECT_TRUE(unasked->bound);
}

TEST(sd_jwt, less_may_be_told) {
    credential_forge forge(now);
    const auto read = verify_sd_jwt(forge.build(forge.payload, forge.disclosures, {forge.disclosures[0]}),
                                    forge.trusted(), forge.rules(false));
    ASSERT_TRUE(read);
    EXPECT_TRUE(read->claims.contains("registered"));
    EXPECT_FALSE(read->claims.contains("age_over_18"));
}

TEST(sd_jwt, nested_ones_are_read) {
    credential_forge forge(now);
    const std::string street = forge.disclosure("street", "Main"), size = forge.raw_disclosure(R"(["c2FsdA",5])");
    const std::string address = forge.disclosure("address", json::object{{"_sd", json::array{sd_digest(street)}}});
    auto claims = forge.changed([&](auto& p) {
        p["sizes"] = json::array{json::object{{"...", sd_digest(size)}}, json::object{{"...", sd_digest("decoy")}}, 7};
    });
    const auto read =
        verify_sd_jwt(forge.build(claims, {address}, {street, address, size}), forge.trusted(), forge.rules(false));
    ASSERT_TRUE(read) << name_of(read.error());
    EXPECT_EQ(json::serialize(read->claims.at("address")), R"({"street":"Main"})");
    EXPECT_EQ(json::serialize(read->claims.at("sizes")), "[5,7]");
    // Without the parent a child is foreign.
    EXPECT_FALSE(verify_sd_jwt(forge.build(claims, {address}, {street, size}), forge.trusted(), forge.rules(false)));
}

TEST(sd_jwt, what_is_spoilt_is_refused) {
    credential_forge forge(now);
    ASSERT_TRUE(verify_sd_jwt(forge.good(), forge.trusted(), forge.rules(false)));
    const auto all = spoilt_credentials(forge);
    EXPECT_GE(all.size(), 60U);
    std::set<std::string> names;
    for (const auto& one : all) {
        const auto read = verify_sd_jwt(one.presentation, forge.trusted(), forge.rules(one.bound));
        ASSERT_FALSE(read) << one.name;
        EXPECT_EQ(name_of(read.error()), name_of(one.fault)) << one.name;
        EXPECT_TRUE(names.insert(one.name).second) << one.name;
    }
}

TEST(sd_jwt, every_cut_and_every_flipped_octet_is_refused) {
    credential_forge forge(now);
    const std::string good = forge.good_bound();
    const auto refused = [&](const std::string& one) {
        return !verify_sd_jwt(one, forge.trusted(), forge.rules(true)).has_value();
    };
    for (std::size_t length = 0; length < good.size(); ++length) ASSERT_TRUE(refused(good.substr(0, length))) << length;
    for (std::size_t at = 0; at < good.size(); ++at) {
        std::string changed = good;
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        ASSERT_TRUE(refused(changed)) << at << ' ' << good[at];
    }
    EXPECT_TRUE(refused(good + "A"));
    EXPECT_TRUE(refused(" " + good));
    EXPECT_TRUE(refused(std::string(longest_sd_jwt + 1, '~')));
}

TEST(sd_jwt, clocks_may_differ_by_a_minute) {
    credential_forge forge(now);
    auto rules = forge.rules(false);
    const std::string good = forge.good();
    rules.now = now + std::chrono::hours(24) + std::chrono::seconds(59);
    EXPECT_TRUE(verify_sd_jwt(good, forge.trusted(), rules));
    rules.now = now + std::chrono::hours(24) + std::chrono::seconds(60);
    EXPECT_EQ(verify_sd_jwt(good, forge.trusted(), rules).error(), sd_jwt_fault::expired);
    rules.now = now - std::chrono::seconds(60);
    EXPECT_TRUE(verify_sd_jwt(good, forge.trusted(), rules));
    rules.now = now - std::chrono::seconds(61);
    EXPECT_EQ(verify_sd_jwt(good, forge.trusted(), rules).error(), sd_jwt_fault::not_yet_valid);
}

TEST(sd_jwt, an_audience_may_be_one_of_several) {
    credential_forge forge(now);
    const auto several = forge.changed([](auto& p) { p["aud"] = json::array{"https://a", support::verifier}; });
    EXPECT_TRUE(verify_sd_jwt(forge.build(several, forge.disclosures, {}), forge.trusted(), forge.rules(false)));
    const auto none = forge.changed([](auto& p) { p["aud"] = json::array{1, "https://a"}; });
    EXPECT_FALSE(verify_sd_jwt(forge.build(none, forge.disclosures, {}), forge.trusted(), forge.rules(false)));
}

TEST(mint, says_what_was_agreed_and_no_exact_time) {
    credential_forge forge(now);
    system_random random;
    const auto issued_at = now + std::chrono::seconds(1234);
    credential_order order{.issuer = support::issuer,
                           .kind = "registration",
                           .facts = {{"age_over_18", true}},
                           .audience = support::verifier,
                           .issued_at = issued_at,
                           .expires_at = issued_at + std::chrono::hours(1),
                           .status = status_reference{status_list_uri(support::issuer, "s1"), 12},
                           .holder = forge.holder.public_key(),
                           .pin_at = issued_at - std::chrono::seconds(20)};
    const std::string minted = mint_credential(order, forge.key, random);
    auto rules = forge.rules(true);
    rules.now = issued_at;
    const auto read = verify_sd_jwt(bind_sd_jwt(minted, forge.holder, support::verifier, support::nonce, issued_at),
                                    forge.trusted(), rules);
    ASSERT_TRUE(read) << name_of(read.error());
    EXPECT_EQ(time_member(read->claims, "iat")->time_since_epoch().count() % 3600, 0);
    EXPECT_EQ(time_member(read->claims, "auth_time")->time_since_epoch().count() % 3600, 0);
    EXPECT_EQ(json::serialize(read->claims.at("amr")), R"(["pin"])");
    EXPECT_EQ(kind_of_type(support::issuer, read->vct), "registration");
    EXPECT_EQ(kind_of_type("https://id.example.com", read->vct), "");
    EXPECT_FALSE(read->claims.contains("sub"));
}

}  // namespace
}  // namespace mlango::wallet
