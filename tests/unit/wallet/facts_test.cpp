// What the registry states becomes claims; what she agreed to becomes a record.
#include "wallet/facts.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/iso_day.hpp"
#include "wallet/consent_record.hpp"

namespace mlango::wallet {
namespace {

using std::chrono::year;

struct facts_test : testing::Test {
    seeded_random random{5};
    key_ring keys = parse_key_ring(new_key_ring_text(random)).value();
    sealer record{keys.record, random};
};

TEST_F(facts_test, an_identity_number_is_opened_and_a_forged_one_is_left_out) {
    const std::string sealed = to_hex(as_byte_view(record.seal("614255790182", "identity number")));
    const auto with = [&](const std::string& hex) {
        return stated_facts(R"({"given_name":"A","identity_number":{"scheme":"fayda","sealed":")" + hex + "\"}}",
                            year(2027) / 1 / 31, record);
    };
    const auto stated = with(sealed);
    EXPECT_EQ(stated.at("identity_number").as_string(), "614255790182");
    EXPECT_EQ(stated.at("valid_until").as_string(), "2027-01-31");
    for (const std::string& bad : {sealed.substr(2), std::string("00"), std::string("zz"),
                                   to_hex(as_byte_view(record.seal("614255790182", "msisdn")))}) {
        const auto spoilt = with(bad);
        EXPECT_FALSE(spoilt.contains("identity_number")) << bad;
        EXPECT_TRUE(spoilt.contains("given_name"));
    }
    EXPECT_TRUE(stated_facts("", year(2027) / 1 / 31, record).empty());
}

TEST_F(facts_test, only_what_was_agreed_and_is_stated_is_told_in_that_order) {
    const auto stated = boost::json::parse(R"({"a":1,"b":2,"c":3})").as_object();
    EXPECT_EQ(boost::json::serialize(chosen_facts(stated, std::vector<std::string>{"c", "x", "a"})),
              R"({"c":3,"a":1})");
    preset what{.name = "p", .facts = {"a", "c"}, .lifetime = {}, .display = {}};
    EXPECT_TRUE(can_state(stated, what));
    what.facts.emplace_back("family_name");
    EXPECT_TRUE(can_state(stated, what)) << "many have none";
    what.facts.emplace_back("birthdate");
    EXPECT_FALSE(can_state(stated, what));
}

TEST_F(facts_test, days_are_read_and_written) {
    EXPECT_EQ(iso_day(day_named("2026-02-09")), "2026-02-09");
    EXPECT_EQ(iso_day(day_of(std::chrono::sys_days(year(2026) / 12 / 31) + std::chrono::hours(23))), "2026-12-31");
    for (const char* bad : {"", "2026-2-9", "2026-02-0x", "20260209"})
        EXPECT_EQ(iso_day(day_named(bad)), "1970-01-01") << bad;
}

TEST_F(facts_test, a_consent_keeps_the_screen_word_for_word) {
    const std::string screen = "Onyesha \"Bank\"?\n1 Ndiyo\t2 Hapana \xD8\xB9";
    const consent_facts what{.principal = "individual:1",
                             .given_by = "individual:2",
                             .acts_as = "child",
                             .controller = "Kenya",
                             .controller_country = "KEN",
                             .verifier_number = "48291",
                             .verifier_name = "Bank",
                             .verifier_country = "UGA",
                             .verifier_contact = "privacy@example.org",
                             .purpose = "To open an account",
                             .retention_days = 30,
                             .kind = "registration",
                             .preset = "over_18",
                             .facts = {"registered", "age_over_18"},
                             .given_at = std::chrono::sys_days(year(2026) / 10 / 20) + std::chrono::hours(12),
                             .lasts = std::chrono::hours(24),
                             .privacy_notice = "https://m.example/privacy",
                             .screen_text = screen,
                             .language = "sw",
                             .edition = 7,
                             .gateway = "one"};
    const std::string text = consent_record(what, random);
    const auto record_of = boost::json::parse(text).as_object();
    EXPECT_EQ(record_of.at("presented").at("text").as_string(), screen);
    EXPECT_EQ(record_of.at("event").at("event_time").as_string(), "2026-10-20T12:00:00Z");
    EXPECT_EQ(record_of.at("event").at("entity_id").as_string(), "individual:2");
    const auto& purpose = record_of.at("pii_processing").at("purposes").at(0);
    EXPECT_EQ(purpose.at("retention_period").as_string(), "P30D");
    EXPECT_EQ(purpose.at("pii_information").as_array().size(), 2U);
    EXPECT_EQ(purpose.at("recipients").at(0).as_string(), "verifier:48291");
    EXPECT_NE(record_of.at("record_id"), record_of.at("receipt_id"));
    EXPECT_EQ(record_of.at("record_id").as_string().size(), 36U);
    EXPECT_NE(consent_record(what, random), text) << "each has ids of its own";
    EXPECT_EQ(to_hex(as_byte_view(sha256_of("abc"))),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace mlango::wallet
