// She shares, a verifier takes, she sees it and stops it; who may share what, for whom, and what stays of it.
#include <boost/json/parse.hpp>

#include "wallet/consents.hpp"
#include "wallet_fixture.hpp"

namespace mlango::wallet::test {
namespace {

struct sharing_test : wallet_fixture {
    std::vector<std::string> kinds_of(person_id person, person_id about = {}) {
        std::vector<std::string> out;
        for (const auto& card : wait(her().credentials(person, her_group, about))) out.push_back(card.kind);
        return out;
    }
    std::string look_kinds(person_id person) {
        std::string out;
        for (const auto& each : wait(her().looks(person, "en", 50))) out += each.what + ":" + each.who + " ";
        return out;
    }
    share_refusal refusal_of(const share_wish& what) {
        const auto made = share(what);
        if (made) throw std::runtime_error("it was shared");
        return made.error();
    }
};

TEST_F(sharing_test, over_18_is_shown_to_the_bank_seen_by_her_and_stopped) {
    const auto face = wait(her().verifier(bank_number, "en"));
    ASSERT_TRUE(face);
    EXPECT_EQ(face->name, "Bank");
    EXPECT_EQ(face->country, "Kenya") << "by the operation's name";
    const auto offer = share(wish("over_18", face->id));
    ASSERT_TRUE(offer);
    EXPECT_EQ(offer->code.size(), 10U);
    EXPECT_EQ(offer->minutes, 10);

    const auto taken = redeem(teller, spoken_share_code(offer->code));
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->facts.size(), 2U);
    EXPECT_TRUE(taken->facts.at("age_over_18").as_bool());
    EXPECT_TRUE(taken->facts.at("registered").as_bool());
    const std::string audience = verifier_audience(options.issuer, bank_number);
    const auto read = verify_sd_jwt(taken->credential, keys_of_issuer.get()->trusted(), rules(audience));
    ASSERT_TRUE(read) << name_of(read.error());
    EXPECT_EQ(read->vct, credential_type_uri(options.issuer, "registration"));
    EXPECT_FALSE(read->claims.contains("birthdate"));
    EXPECT_FALSE(read->claims.contains("given_name"));
    const status_reference at = status_of(taken->credential, bank_number);
    EXPECT_EQ(served_status(at), 0);
    EXPECT_EQ(look_kinds(amina), "seen:Bank ");
    EXPECT_EQ(count("outbox WHERE text_key = 'sms.id_used'"), 2) << "each of her numbers is told";

    const auto mine = wait(her().shares(amina, "en"));
    ASSERT_EQ(mine.size(), 1U);
    EXPECT_EQ(mine[0].state, "seen");
    const auto stop = wait(her().stop_share(amina, mine[0].id, hop(7)));
    EXPECT_EQ(stop.shares, 1);
    const auto again = wait(her().stop_share(amina, mine[0].id, hop(7)));
    EXPECT_EQ(again.shares, 1) << "the hop was delivered twice";
    EXPECT_EQ(again.reference, stop.reference);
    EXPECT_EQ(wait(her().stop_share(amina, mine[0].id, hop(8))).shares, 0);
    EXPECT_EQ(served_status(at), 1);
    EXPECT_EQ(wait(her().shares(amina, "en"))[0].state, "stopped");
    EXPECT_FALSE(wait(counter().receipt(teller, taken->receipt)));
    EXPECT_FALSE(redeem(teller, offer->code));
}

TEST_F(sharing_test, a_hop_delivered_twice_makes_one_code) {
    const share_wish what = wish("over_18", bank);
    const auto first = wait(her().share(what, hop(5)));
    const auto second = wait(her().share(what, hop(5)));
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->code, second->code);
    EXPECT_EQ(first->reference, second->reference);
    settings_with_connections(4);
    std::vector<task<std::expected<share_offer, share_refusal>>> tries;
    for (int i = 0; i < 8; ++i) tries.push_back(her().share(what, hop(6)));
    std::vector<std::string> codes;
    for (auto& each : wait_all(std::move(tries))) {
        ASSERT_TRUE(each);
        codes.push_back(each->code);
    }
    EXPECT_EQ(std::set<std::string>(codes.begin(), codes.end()).size(), 1U);
    EXPECT_EQ(count("wallet_share"), 2);
    EXPECT_EQ(count("wallet_consent WHERE kind = 'given'"), 2);
}

TEST_F(sharing_test, three_codes_wait_at_most_also_when_asked_for_at_once) {
    settings_with_connections(6);
    std::vector<task<std::expected<share_offer, share_refusal>>> tries;
    for (unsigned i = 0; i < 12; ++i) tries.push_back(her().share(wish("over_18", bank), hop(100 + i)));
    int made = 0;
    for (const auto& each : wait_all(std::move(tries))) {
        if (each)
            ++made;
        else
            EXPECT_EQ(each.error(), share_refusal::too_many_live);
    }
    EXPECT_EQ(made, 3);
    now.advance(11min);
    EXPECT_TRUE(share(wish("over_18", bank)));
}

TEST_F(sharing_test, what_may_be_shared_depends_on_level_phone_and_time) {
    session_standing doubtful = sure;
    doubtful.doubtful = true;
    session_standing back = sure;
    back.recovered = true;
    auto what = wish("name", bank);
    EXPECT_TRUE(share(what));
    what.standing = doubtful;
    EXPECT_EQ(refusal_of(what), share_refusal::not_allowed);
    what.standing = back;
    EXPECT_EQ(refusal_of(what), share_refusal::not_allowed);
    what = wish("over_18", bank);
    what.standing = doubtful;
    EXPECT_TRUE(share(what)) << "that she is of age harms nobody";

    EXPECT_EQ(refusal_of(wish("bank", bank)), share_refusal::not_allowed) << "registered in person is not enough";
    using outcome = registry::verification_outcome;
    EXPECT_EQ(wait(desk().verify_person(
                  {.person = amina, .method = "document", .reference = "RES-77", .seen_by = "eva", .second_by = {}})),
              outcome::done);
    EXPECT_TRUE(share(wish("bank", bank)));
    now.advance(24h * 800);
    sql.run("UPDATE verifier SET expires_at = '2040-01-01'");
    EXPECT_EQ(refusal_of(wish("bank", bank)), share_refusal::not_allowed) << "a verification grows old";
    EXPECT_EQ(
        wait(desk().verify_person(
            {.person = amina, .method = "biometric", .reference = "BIMS/1", .seen_by = "eva", .second_by = "eva"})),
        outcome::same_person);
    EXPECT_EQ(wait(desk().verify_person(
                  {.person = amina, .method = "biometric", .reference = "BIMS/1", .seen_by = "eva", .second_by = {}})),
              outcome::second_missing);
    EXPECT_EQ(
        wait(desk().verify_person(
            {.person = amina, .method = "biometric", .reference = "BIMS/1", .seen_by = "eva", .second_by = "ali"})),
        outcome::done);
    EXPECT_TRUE(share(wish("bank", bank)));
    EXPECT_EQ(wait(desk().end_verifications(amina)), 2);
    EXPECT_EQ(refusal_of(wish("bank", bank)), share_refusal::not_allowed);
    sql.run("UPDATE individual SET process_status = 'H' WHERE id = 1");
    EXPECT_EQ(refusal_of(wish("name", bank)), share_refusal::not_allowed) << "on hold";
}

TEST_F(sharing_test, only_presets_of_the_verifier_and_only_what_can_be_stated) {
    EXPECT_EQ(refusal_of(wish("household", shop)), share_refusal::not_allowed);
    EXPECT_EQ(refusal_of(wish("over_60", bank)), share_refusal::not_allowed);
    sql.run(fmt::format("UPDATE verifier SET presets = presets || '{{over_60}}' WHERE number = '{}'", bank_number));
    EXPECT_EQ(refusal_of(wish("over_60", bank)), share_refusal::gone) << "that she is younger is not told";
    const auto may = wait(her().choices(amina, her_group, {}, "registration", bank, sure));
    std::vector<std::string> names;
    for (const auto& each : may) names.push_back(each.preset);
    EXPECT_EQ(names, (std::vector<std::string>{"registered", "over_18", "name"}));
    auto unread = wish("over_18", bank);
    unread.screen_text.clear();
    EXPECT_EQ(refusal_of(unread), share_refusal::not_allowed);
    sql.run("UPDATE verifier SET expires_at = '2026-01-01' WHERE number = '" + shop_number + "'");
    EXPECT_FALSE(wait(her().verifier(shop_number, "en")));
    EXPECT_EQ(refusal_of(wish("over_18", shop)), share_refusal::gone);
}

TEST_F(sharing_test, an_age_that_is_not_known_to_the_day_is_told_late_rather_than_early) {
    const auto states = [&](const std::string& born, const std::string& precision) {
        sql.run(fmt::format("UPDATE individual SET birth_date = '{}', birth_precision = '{}' WHERE id = 1", born,
                            precision));
        const auto stated = wait(her().facts(amina, her_group, {}, "registration"));
        return stated.contains("age_over_18");
    };
    EXPECT_TRUE(states("2008-10-20", "D")) << "today";
    EXPECT_FALSE(states("2008-10-21", "D"));
    EXPECT_FALSE(states("2008-10-01", "M")) << "it may have been the 31st";
    EXPECT_TRUE(states("2008-09-01", "M"));
    EXPECT_FALSE(states("2008-01-01", "E"));
    EXPECT_TRUE(states("2007-01-01", "Y"));
    sql.run("UPDATE individual SET birth_date = '1990-01-01', birth_precision = 'Y' WHERE id = 1");
    EXPECT_EQ(wait(her().facts(amina, her_group, {}, "identity_document")).at("birthdate").as_string(), "1990");
}

TEST_F(sharing_test, a_credential_is_there_as_long_as_the_registry_can_state_it) {
    EXPECT_EQ(kinds_of(amina),
              (std::vector<std::string>{"registration", "household", "entitlement", "identity_document"}));
    now.advance(24h * 20);
    EXPECT_EQ(kinds_of(amina), (std::vector<std::string>{"registration", "household", "identity_document"}))
        << "her cash is over";
    using outcome = registry::number_outcome;
    EXPECT_EQ(wait(desk().put_identity_number(amina, "fayda", "614255790182", std::nullopt)), outcome::done);
    EXPECT_EQ(wait(desk().put_identity_number(baraka, "fayda", "614255790182", std::nullopt)), outcome::taken);
    EXPECT_EQ(kinds_of(amina).back(), "identity_number");
    EXPECT_EQ(wait(her().facts(amina, her_group, {}, "identity_number")).at("identity_number").as_string(),
              "614255790182");
    sql.run("UPDATE registration_group SET process_status = 'I' WHERE id = 1");
    for (const auto& card : wait(her().credentials(amina, her_group)))
        if (card.kind == "registration") EXPECT_EQ(card.state, "ended");
    EXPECT_TRUE(kinds_of(amina, baraka).empty()) << "a stranger's";
}

TEST_F(sharing_test, freezing_stops_everything_and_does_not_come_undone) {
    const std::string waiting = code_for(bank);
    const std::string used = code_for(shop);
    const auto taken = redeem(shopkeeper, used);
    ASSERT_TRUE(taken);
    const auto card = wait(issuing().print(amina, "registration", "name"));
    ASSERT_TRUE(card);
    const auto of_card =
        verify_sd_jwt(card->credential, keys_of_issuer.get()->trusted(),
                      {.issuer = options.issuer, .credentials = {}, .now = now.now(), .audience = {}, .binding = {}});
    ASSERT_TRUE(of_card && of_card->status);
    const status_reference of_share = status_of(taken->credential, shop_number);

    const auto done = wait(her().freeze(amina, hop(1)));
    EXPECT_EQ(done.shares, 2);
    EXPECT_EQ(wait(her().freeze(amina, hop(1))).shares, 2) << "the same hop";
    EXPECT_TRUE(wait(her().frozen(amina)));
    EXPECT_FALSE(redeem(teller, waiting));
    EXPECT_EQ(served_status(of_share), 1);
    EXPECT_EQ(served_status(*of_card->status), 2) << "suspended";
    EXPECT_EQ(refusal_of(wish("over_18", bank)), share_refusal::frozen);
    EXPECT_EQ(wait(her().credentials(amina, her_group))[0].state, "frozen");
    EXPECT_EQ(wait(issuing().offer(amina, her_group, "household", sure, hop(2))).error(), issue_refusal::frozen);

    session_standing doubtful = sure;
    doubtful.doubtful = true;
    EXPECT_FALSE(wait(her().unfreeze(amina, doubtful, hop(3))));
    EXPECT_TRUE(wait(her().unfreeze(amina, sure, hop(4))));
    EXPECT_TRUE(wait(her().unfreeze(amina, sure, hop(4)))) << "the same hop";
    EXPECT_EQ(served_status(*of_card->status), 0);
    EXPECT_EQ(served_status(of_share), 1) << "what was stopped stays stopped";
    EXPECT_FALSE(redeem(teller, waiting));
    EXPECT_TRUE(share(wish("over_18", bank)));
}

TEST_F(sharing_test, stopping_what_is_not_there_stops_nothing) {
    share(wish("over_18", bank));
    share(wish("over_18", shop));
    EXPECT_EQ(wait(her().stop_share(amina, {}, hop(1))).shares, 0);
    EXPECT_EQ(wait(her().stop_verifier(amina, {}, hop(2))).shares, 0);
    EXPECT_EQ(count("wallet_share WHERE ended_at IS NOT NULL"), 0);
    EXPECT_EQ(wait(her().stop_all(amina, hop(3))).shares, 2);
}

TEST_F(sharing_test, a_bank_reads_until_when_her_card_is_good) {
    wait(desk().verify_person(
        {.person = amina, .method = "document", .reference = "RES-77", .seen_by = "eva", .second_by = {}}));
    const auto taken = redeem(teller, code_for(bank, "bank"));
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->facts.at("valid_until").as_string(), "2027-10-20") << "and not until when the share is";
    EXPECT_EQ(taken->facts.at("valid_until"),
              wait(her().facts(amina, her_group, {}, "identity_document")).at("valid_until"))
        << "as she reads it herself";
    EXPECT_LT(taken->expires_at, now.now() + 26h);
}

TEST_F(sharing_test, one_verifier_is_stopped_and_asked_to_erase) {
    const auto old = redeem(teller, code_for(bank));
    ASSERT_TRUE(old);
    now.advance(48h);
    const auto fresh = redeem(teller, code_for(bank));
    const auto other = redeem(shopkeeper, code_for(shop));
    ASSERT_TRUE(fresh && other);
    EXPECT_EQ(wait(her().stop_verifier(amina, bank, hop(1))).shares, 1);
    const auto erasures = wait(counter().erasures(program, 10));
    std::set<std::string> receipts;
    for (const auto& each : erasures) receipts.insert(each.receipt);
    EXPECT_EQ(receipts, (std::set<std::string>{old->receipt, fresh->receipt})) << "what has expired as well";
    EXPECT_TRUE(wait(counter().erasures(shopkeeper, 10)).empty());
    EXPECT_TRUE(wait(counter().receipt(shopkeeper, other->receipt)));
    EXPECT_EQ(wait(her().stop_all(amina, hop(2))).shares, 1);
}

TEST_F(sharing_test, a_consent_says_what_she_read_and_its_chain_shows_changes) {
    const auto offer = share(wish("name", bank));
    ASSERT_TRUE(offer);
    wait(her().stop_share(amina, offer->share, hop(1)));
    share(wish("over_18", shop));
    const auto text = wait(her().consent(amina, offer->share));
    ASSERT_TRUE(text);
    EXPECT_FALSE(wait(her().consent(baraka, offer->share)));
    const auto record = boost::json::parse(*text).as_object();
    EXPECT_EQ(record.at("schema_version").as_string(), "ISO/IEC TS 27560:2023");
    EXPECT_EQ(record.at("presented").at("text").as_string(), "Onyesha Bank? 1 Ndiyo");
    EXPECT_EQ(record.at("presented").at("language").as_string(), "sw");
    EXPECT_EQ(record.at("presented").at("edition").as_int64(), 3);
    const auto& purpose = record.at("pii_processing").at("purposes").at(0).as_object();
    for (const char* field : {"purpose", "pii_information", "pii_controllers", "storage_locations", "retention_period",
                              "jurisdiction", "recipients", "withdrawal_method"})
        EXPECT_TRUE(purpose.contains(field)) << field;
    EXPECT_EQ(purpose.at("jurisdiction").as_string(), "KEN");
    EXPECT_FALSE(text->contains("Amina")) << "no values";

    auto verdict = wait(desk().check_consents());
    EXPECT_EQ(verdict.rows, 3);
    EXPECT_TRUE(verdict.broken.empty());
    EXPECT_EQ(sql.refusal("UPDATE wallet_consent SET kind = 'given'"), "42501");
    const auto without_guard = [&](const std::string& change) {
        sql.run("ALTER TABLE wallet_consent DISABLE TRIGGER ALL; BEGIN; " + change);
        const auto broken = sql.run("SELECT individual, seq FROM broken_consents()");
        sql.run("ROLLBACK; ALTER TABLE wallet_consent ENABLE TRIGGER ALL");
        return broken.empty() ? std::string() : *broken[0][1];
    };
    EXPECT_EQ(without_guard("UPDATE wallet_consent SET at = at + interval '1 second' WHERE seq = 2"), "2");
    EXPECT_EQ(without_guard("UPDATE wallet_consent SET digest = sha256('x') WHERE seq = 1"), "1");
    EXPECT_EQ(without_guard("DELETE FROM wallet_consent WHERE seq = 3"), "3") << "its end is cut off";
    EXPECT_EQ(without_guard("DELETE FROM wallet_consent WHERE seq = 2"), "3");
}

TEST_F(sharing_test, a_record_that_was_altered_or_is_anothers_is_not_shown_as_her_consent) {
    const auto hers = share(wish("name", bank));
    auto for_him = wish("over_18", bank);
    for_him.person = yusuf;
    const auto his = share(for_him);
    ASSERT_TRUE(hers && his);
    const std::string text = *wait(her().consent(amina, hers->share));
    const auto put = [&](person_id whose, const std::string& sealed) {
        sql.run(fmt::format(
            "ALTER TABLE wallet_consent DISABLE TRIGGER ALL; UPDATE wallet_consent SET record_sealed = '{}'::bytea "
            "WHERE individual = {} AND seq = 1; ALTER TABLE wallet_consent ENABLE TRIGGER ALL",
            registry::bytea_parameter(sealed), whose.value));
    };
    const auto altered = [&] {
        std::vector<std::int64_t> out;
        auto staff = desk();
        for (const auto& each : wait(altered_consents(staff, seal))) out.push_back(each.person.value);
        return out;
    };
    const auto kept = [&](person_id whose) {
        const auto raw = from_hex(sql.value(
            fmt::format("SELECT encode(record_sealed, 'hex') FROM wallet_consent WHERE individual = {}", whose.value)));
        return std::string(as_string_view(*raw));
    };
    const std::string of_her = kept(amina), of_him = kept(yusuf);
    EXPECT_TRUE(altered().empty());
    put(amina, of_him);
    EXPECT_FALSE(wait(her().consent(amina, hers->share)));
    EXPECT_EQ(altered(), (std::vector<std::int64_t>{1}));
    EXPECT_TRUE(wait(desk().check_consents()).broken.empty()) << "the chain alone does not see it";
    sql.run(
        "ALTER TABLE wallet_consent DISABLE TRIGGER ALL; UPDATE wallet_consent c SET digest = o.digest "
        "FROM wallet_consent o WHERE c.individual = 1 AND o.individual = 2; "
        "ALTER TABLE wallet_consent ENABLE TRIGGER ALL");
    EXPECT_FALSE(wait(her().consent(amina, hers->share))) << "with its digest as well: it is sealed for him";
    sql.run(
        fmt::format("ALTER TABLE wallet_consent DISABLE TRIGGER ALL; UPDATE wallet_consent SET digest = "
                    "sha256('{}'::bytea) WHERE individual = 1; ALTER TABLE wallet_consent ENABLE TRIGGER ALL",
                    registry::bytea_parameter(text)));
    put(amina, seal.seal(text, "consent"));
    EXPECT_EQ(wait(her().consent(amina, hers->share)), text) << "as they were sealed before";
    put(amina, seal.seal(text + " ", "consent"));
    EXPECT_FALSE(wait(her().consent(amina, hers->share)));
    put(amina, of_her);
    EXPECT_EQ(wait(her().consent(amina, hers->share)), text);

    const auto read = wait(desk().consent(amina, hers->reference));
    ASSERT_TRUE(read);
    EXPECT_EQ(opened_consent(*read, seal), text);
    EXPECT_FALSE(wait(desk().consent(yusuf, hers->reference)));
    EXPECT_TRUE(look_kinds(amina).contains("staff:")) << "she sees that it was read";
}

TEST_F(sharing_test, parents_act_for_children_until_they_are_18_and_staff_can_forbid_it) {
    auto for_child = wish("registered", bank);
    for_child.about = zahra;
    for_child.person = yusuf;
    const auto made = share(for_child);
    ASSERT_TRUE(made);
    const auto mine = wait(her().delegations(yusuf, her_group));
    ASSERT_EQ(mine.size(), 1U);
    EXPECT_EQ(mine[0].given_name, "Zahra");
    EXPECT_EQ(mine[0].kind, "child");
    EXPECT_EQ(mine[0].until, std::chrono::year(2033) / 6 / 1);
    EXPECT_EQ(wait(her().delegations(zahra, her_group)).size(), 2U) << "she sees who may act for her";
    const auto hers = wait(her().shares(zahra, "en"));
    ASSERT_EQ(hers.size(), 1U);
    EXPECT_TRUE(hers[0].by_other);
    EXPECT_EQ(wait(her().shares(yusuf, "en"))[0].about, "Zahra");
    const auto taken = redeem(teller, made->code);
    ASSERT_TRUE(taken);
    EXPECT_EQ(look_kinds(zahra), "seen:Bank ");

    for_child.person = zahra;
    for_child.about = amina;
    EXPECT_EQ(refusal_of(for_child), share_refusal::gone) << "not the other way round";
    for_child.person = baraka;
    for_child.about = zahra;
    EXPECT_EQ(refusal_of(for_child), share_refusal::gone);

    for_child.person = yusuf;
    const auto late = share(for_child);
    ASSERT_TRUE(late);
    sql.run("UPDATE individual SET birth_date = '2008-10-20' WHERE id = 3");
    EXPECT_FALSE(redeem(teller, late->code)) << "she came of age while the code lived";
    EXPECT_EQ(refusal_of(for_child), share_refusal::gone);
    const status_reference at = status_of(taken->credential, bank_number);
    registry::status_rows rows(*pool, now, random);
    EXPECT_EQ(wait(rows.revoke_lapsed(100)), 1);
    EXPECT_EQ(served_status(at), 1) << "what was taken for her lapsed with it";

    sql.run("UPDATE individual SET birth_date = '2015-06-01' WHERE id = 3");
    EXPECT_TRUE(wait(desk().delegate(yusuf, zahra, false, std::chrono::year(2033) / 1 / 1, "eva")));
    EXPECT_EQ(refusal_of(for_child), share_refusal::gone);
    for_child.person = amina;
    EXPECT_TRUE(share(for_child)) << "the other parent still may";

    for_child.person = yusuf;
    EXPECT_TRUE(wait(desk().delegate(yusuf, zahra, false, std::chrono::year(2026) / 10 / 23, "eva")));
    now.advance(24h * 2);
    EXPECT_EQ(refusal_of(for_child), share_refusal::gone);
    now.advance(24h);
    EXPECT_TRUE(share(for_child)) << "forbidden until that day";
}

TEST_F(sharing_test, a_guardian_is_named_by_staff_seen_by_both_and_ended_by_either_or_by_time) {
    EXPECT_TRUE(wait(desk().delegate(baraka, yusuf, true, std::chrono::year(2026) / 12 / 1, "eva")));
    auto for_him = wish("registered", bank);
    for_him.person = baraka;
    for_him.about = yusuf;
    EXPECT_TRUE(share(for_him));
    const auto seen = wait(her().delegations(yusuf, her_group));
    ASSERT_EQ(seen.size(), 2U);
    const auto of_baraka = std::ranges::find(seen, "guardian", &delegation_view::kind);
    ASSERT_NE(of_baraka, seen.end());
    EXPECT_FALSE(of_baraka->mine);
    EXPECT_FALSE(wait(her().end_delegation(zahra, of_baraka->id, hop(1)))) << "not hers";
    EXPECT_TRUE(wait(her().end_delegation(yusuf, of_baraka->id, hop(2))));
    EXPECT_EQ(refusal_of(for_him), share_refusal::gone);
    EXPECT_TRUE(wait(desk().delegate(baraka, yusuf, true, std::chrono::year(2026) / 12 / 1, "eva")));
    EXPECT_TRUE(share(for_him));
    now.advance(24h * 60);
    EXPECT_EQ(refusal_of(for_him), share_refusal::gone);
}

TEST_F(sharing_test, a_collector_shows_the_assistance_that_is_collected_and_nothing_else) {
    sql.run(
        "INSERT INTO alternate_collector (hop_key, entitlement, named_by, individual, named_at, begins_at) VALUES "
        "(decode(repeat('07', 16), 'hex'), 1, 1, 4, '2026-10-10', '2026-10-11')");
    EXPECT_EQ(kinds_of(baraka, amina), (std::vector<std::string>{"entitlement"}));
    auto for_her = wish("assistance", bank);
    for_her.person = baraka;
    for_her.about = amina;
    const auto made = share(for_her);
    ASSERT_TRUE(made);
    const auto taken = redeem(teller, made->code);
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->facts.at("entitlement").at("amount_minor").as_int64(), 450000);
    auto more = wish("registered", bank);
    more.person = baraka;
    more.about = amina;
    EXPECT_EQ(refusal_of(more), share_refusal::gone);
    sql.run("UPDATE entitlement SET state = 'redeemed' WHERE id = 1");
    EXPECT_EQ(refusal_of(for_her), share_refusal::gone) << "it ends with what is collected";
}

TEST_F(sharing_test, a_verifier_asks_first_and_cannot_tell_whether_anybody_is_there) {
    const auto to_her = wait(counter().ask(program, std::string(registry::test::amina), "over_18"));
    const auto to_nobody = wait(counter().ask(program, std::string(registry::test::nobody), "over_18"));
    ASSERT_TRUE(to_her && to_nobody);
    EXPECT_EQ(to_her->size(), to_nobody->size());
    EXPECT_FALSE(wait(counter().ask(shopkeeper, std::string(registry::test::amina), "household"))) << "not its preset";
    EXPECT_EQ(count("outbox WHERE text_key = 'sms.id_asked'"), 1);
    for (const auto& each : {*to_her, *to_nobody}) EXPECT_EQ(wait(counter().answer(program, each))->state, "waiting");
    EXPECT_FALSE(wait(counter().answer(shopkeeper, *to_her))) << "not its question";

    const auto questions = wait(her().asked(amina, "en"));
    ASSERT_EQ(questions.size(), 1U);
    EXPECT_EQ(questions[0].verifier.number, bank_number);
    auto yes = wish("over_18", bank);
    yes.ask = questions[0].id;
    const auto made = share(yes);
    ASSERT_TRUE(made);
    EXPECT_TRUE(made->code.empty());
    EXPECT_EQ(refusal_of(yes), share_refusal::gone) << "answered once";
    EXPECT_TRUE(wait(her().asked(amina, "en")).empty());
    const auto answer = wait(counter().answer(program, *to_her));
    EXPECT_EQ(answer->state, "shared");
    ASSERT_TRUE(answer->taken);
    EXPECT_TRUE(answer->taken->facts.contains("age_over_18"));
    EXPECT_EQ(wait(counter().answer(program, *to_her))->taken->credential, answer->taken->credential);

    const auto second = wait(counter().ask(program, std::string(registry::test::amina), "over_18"));
    wait(her().refuse_ask(amina, wait(her().asked(amina, "en")).at(0).id, hop(1)));
    EXPECT_TRUE(wait(her().asked(amina, "en")).empty());
    EXPECT_EQ(wait(counter().answer(program, *second))->state, "waiting") << "a no looks like no answer";
    now.advance(16min);
    for (const auto& each : {*second, *to_nobody}) EXPECT_EQ(wait(counter().answer(program, each))->state, "no_answer");
}

TEST_F(sharing_test, staff_stand_in_who_looked) {
    sql.run("INSERT INTO audit (kind, actor, individual) VALUES ('person.viewed', 'staff:7', 1)");
    redeem(teller, code_for(bank));
    EXPECT_TRUE(look_kinds(amina).contains("staff: "));
    EXPECT_TRUE(look_kinds(amina).contains("seen:Bank"));
}

}  // namespace
}  // namespace mlango::wallet::test
