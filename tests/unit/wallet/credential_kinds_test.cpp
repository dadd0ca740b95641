#include "wallet/credential_kinds.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <fstream>
#include <iterator>

#include "wallet/metadata.hpp"
#include "wallet/mint.hpp"

namespace mlango::wallet {
namespace {

namespace json = boost::json;
using std::chrono::hours;

std::string shipped() {
    std::ifstream in(MLANGO_SOURCE_DIR "/wallet/credentials.yaml");
    return {std::istreambuf_iterator<char>(in), {}};
}

credential_kinds kinds() {
    auto read = credential_kinds::parse(shipped());
    if (!read) throw std::runtime_error(read.error().front());
    return std::move(*read);
}

TEST(credential_kinds, the_shipped_ones_are_read) {
    const auto all = kinds();
    std::vector<std::string> names;
    for (const auto& kind : all.all()) names.push_back(kind.name);
    EXPECT_EQ(names, (std::vector<std::string>{"registration", "household", "entitlement", "identity_document",
                                               "identity_number"}));
    const auto* registration = all.find("registration");
    ASSERT_NE(registration, nullptr);
    EXPECT_EQ(registration->lifetime, hours(24 * 365));
    EXPECT_FALSE(registration->household);
    EXPECT_TRUE(all.find("household")->household);
    const auto* over_18 = registration->find_preset("over_18");
    ASSERT_NE(over_18, nullptr);
    EXPECT_EQ(over_18->facts, (std::vector<std::string>{"registered", "age_over_18"}));
    EXPECT_EQ(over_18->level, assurance_level::none);
    EXPECT_TRUE(over_18->usual);
    const auto* bank = all.find("identity_document")->find_preset("bank");
    ASSERT_NE(bank, nullptr);
    EXPECT_EQ(bank->level, assurance_level::substantive);
    EXPECT_EQ(bank->phone_trust, 2);
    EXPECT_FALSE(bank->usual);
    EXPECT_EQ(all.find("nothing"), nullptr);
    EXPECT_EQ(registration->find_preset("bank"), nullptr);
}

// Predicates come first, and what identifies her is never in what everybody is offered.
TEST(credential_kinds, usual_presets_do_not_identify) {
    const auto all = kinds();
    for (const auto& kind : all.all()) {
        for (const auto& one : kind.presets) {
            EXPECT_LE(one.lifetime, hours(24)) << one.name;
            for (const auto& name : one.facts) {
                const auto* fact = all.find_fact(name);
                ASSERT_NE(fact, nullptr);
                if (one.usual) EXPECT_NE(fact->sensitivity, fact_sensitivity::identifying) << one.name << ' ' << name;
                if (fact->sensitivity == fact_sensitivity::personal)
                    EXPECT_GE(one.level, assurance_level::moderate) << one.name;
                if (fact->sensitivity == fact_sensitivity::identifying)
                    EXPECT_GE(one.level, assurance_level::substantive) << one.name;
            }
        }
    }
    EXPECT_TRUE(std::ranges::all_of(
        all.find("registration")->find_preset("registered")->facts,
        [&](const std::string& name) { return all.find_fact(name)->sensitivity == fact_sensitivity::predicate; }));
}

TEST(credential_kinds, every_name_is_there_in_the_languages_of_the_pages) {
    const auto all = kinds();
    for (const auto& kind : all.all()) {
        for (const char* language : {"en", "fr", "ar", "sw"}) {
            EXPECT_TRUE(kind.display.contains(language)) << kind.name;
            for (const auto& one : kind.presets) EXPECT_TRUE(one.display.contains(language)) << one.name;
            for (const auto& one : all.facts()) EXPECT_TRUE(one.display.contains(language)) << one.name;
        }
    }
    EXPECT_EQ(display_name(all.find("household")->display, "fr", "x"), "Carte de ménage");
    EXPECT_EQ(display_name(all.find("household")->display, "tr", "x"), "Household card");
    EXPECT_EQ(display_name({}, "tr", "x"), "x");
}

// Each change makes exactly the fault that is named.
TEST(credential_kinds, every_fault_is_told_with_its_place) {
    const std::string good = R"(facts:
  a: {shape: yes_no, tells: predicate, display: {en: A}}
  b: {shape: text, tells: personal, display: {en: B}}
kinds:
  k: {display: {en: K}, lifetime: 10d, facts: [a, b], presets: {p: {display: {en: P}, facts: [a], lifetime: 2h}}}
)";
    ASSERT_TRUE(credential_kinds::parse(good)) << credential_kinds::parse(good).error().front();
    const std::vector<std::array<std::string, 3>> changes{
        {"shape: yes_no", "shape: maybe", "facts.a.shape"},
        {"tells: personal", "tells: all", "facts.b.tells"},
        {"shape: text, tells: personal", "shape: text, tells: predicate", "facts.b: a predicate"},
        {"display: {en: B}", "display: {fr: B}", "facts.b.display: has no English"},
        {"display: {en: B}", "display: B", "facts.b.display"},
        {"  b: {", "  nationality: {", "facts.nationality: must not be shared"},
        {"  b: {", "  Bee: {", "facts.Bee: is no name"},
        {"  b: {", "  a: {", "stands twice"},
        {"lifetime: 10d", "lifetime: 10", "kinds.k.lifetime"},
        {"lifetime: 2h", "lifetime: 9d", "seven days"},
        {"facts: [a, b]", "facts: [a, c]", "kinds.k.facts: \"c\""},
        {"facts: [a]", "facts: [a, a]", "stands twice"},
        {"facts: [a]", "facts: []", "must list facts"},
        {"lifetime: 2h", "lifetime: 2h, level: top", "kinds.k.presets.p.level"},
        {"lifetime: 2h", "lifetime: 2h, phone_trust: 4", "phone_trust: is 0 to 3"},
        {"lifetime: 2h", "lifetime: 2h, usual: perhaps", "kinds.k.presets.p.usual"},
        {"lifetime: 2h", "lifetime: 2h, colour: red", "kinds.k.presets.p.colour: is not known"},
        {"presets: {p:", "nothing: {p:", "kinds.k.presets: is missing"},
        {"kinds:", "kind:", "kinds"},
        {"facts:\n", "facts: [\n", "line"}};
    for (const auto& [from, to, fault] : changes) {
        std::string bad = good;
        bad.replace(bad.find(from), from.size(), to);
        const auto read = credential_kinds::parse(bad);
        ASSERT_FALSE(read) << to;
        EXPECT_TRUE(std::ranges::any_of(read.error(), [&](const std::string& told) { return told.contains(fault); }))
            << to << ": " << read.error().front();
    }
}

TEST(metadata, the_paths_of_well_known_documents) {
    EXPECT_EQ(well_known_path("https://id.example.org", "jwt-vc-issuer"), "/.well-known/jwt-vc-issuer");
    EXPECT_EQ(well_known_path("https://id.example.org/", "jwt-vc-issuer"), "/.well-known/jwt-vc-issuer");
    EXPECT_EQ(well_known_path("https://id.example.org:8443/a/b", "x"), "/.well-known/x/a/b");
}

TEST(metadata, documents_say_what_the_specifications_ask) {
    const auto all = kinds();
    const std::string issuer = "https://id.example.org";
    const auto keys = jwt_vc_issuer_metadata(issuer);
    EXPECT_EQ(keys.at("issuer"), "https://id.example.org");
    EXPECT_EQ(keys.at("jwks_uri"), "https://id.example.org/credentials/jwks.json");
    EXPECT_FALSE(keys.contains("jwks"));  // exactly one of the two

    const auto type = type_metadata(issuer, *all.find("registration"), all);
    EXPECT_EQ(type.at("vct"), "https://id.example.org/credentials/types/registration");
    EXPECT_EQ(type.at("display").as_array().size(), 4U);
    for (const auto& one : type.at("display").as_array())
        EXPECT_TRUE(one.as_object().contains("locale") && one.as_object().contains("name"));
    EXPECT_EQ(type.at("claims").as_array().size(), 7U);
    EXPECT_EQ(json::serialize(type.at("claims").at(1).at("path")), R"(["age_over_18"])");
    EXPECT_EQ(type.at("claims").at(1).at("sd"), "always");

    const auto vci = vci_issuer_metadata(issuer, all);
    EXPECT_EQ(vci.at("credential_issuer"), "https://id.example.org");
    const auto& configuration = vci.at("credential_configurations_supported").at("registration");
    EXPECT_EQ(configuration.at("format"), "dc+sd-jwt");
    EXPECT_EQ(configuration.at("vct"), type.at("vct"));
    EXPECT_EQ(json::serialize(configuration.at("proof_types_supported")),
              R"({"jwt":{"proof_signing_alg_values_supported":["ES256"]}})");

    const auto server = authorization_server_metadata(issuer);
    EXPECT_EQ(server.at("issuer"), "https://id.example.org");
    EXPECT_EQ(server.at("pre-authorized_grant_anonymous_access_supported"), true);
    EXPECT_EQ(server.at("token_endpoint"), "https://id.example.org/credentials/openid4vci/token");

    const auto offer = vci_offer(issuer, "registration", "secret", 6);
    EXPECT_EQ(
        json::serialize(offer),
        R"({"credential_issuer":"https://id.example.org","credential_configuration_ids":["registration"],"grants":)"
        R"({"urn:ietf:params:oauth:grant-type:pre-authorized_code":{"pre-authorized_code":"secret","tx_code":)"
        R"({"input_mode":"numeric","length":6}}}})");
    EXPECT_EQ(vci_offer_link(issuer, "4821"),
              "openid-credential-offer://"
              "?credential_offer_uri=https%3A%2F%2Fid.example.org%2Fcredentials%2Fopenid4vci%2Foffers%2F4821");
}

}  // namespace
}  // namespace mlango::wallet
