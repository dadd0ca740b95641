// What went wrong elsewhere, one test each, in the order of the research's list of incidents.
#include <openssl/sha.h>

#include <boost/json/parse.hpp>

#include "registry/recovery.hpp"
#include "wallet_fixture.hpp"

namespace mlango::wallet::test {
namespace {

using refusal = redeem_refusal::kind;

struct incidents_test : wallet_fixture {
    // Every table, as COPY writes it, and binary values as the bytes they are. `wallet_only`: tables of the wallet.
    std::string dump(bool wallet_only = false) {
        std::string out;
        for (const auto& line :
             sql.run("SELECT quote_ident(table_name) FROM information_schema.tables WHERE table_schema = 'public' AND "
                     "table_type = 'BASE TABLE'" +
                     std::string(wallet_only ? " AND (table_name LIKE 'wallet%' OR table_name LIKE 'verifi%' OR "
                                               "table_name IN ('outbox', 'audit', 'identity_number', 'delegation'))"
                                             : "")))
            for (const auto& row : sql.run("SELECT t::text FROM " + *line[0] + " t")) out += row[0].value_or("") + "\n";
        std::string bytes;
        for (std::size_t at = out.find("\\x"); at != std::string::npos; at = out.find("\\x", at + 2)) {
            const std::size_t end = out.find_first_not_of("0123456789abcdef", at + 2);
            if (const auto raw = from_hex(std::string_view(out).substr(at + 2, end - at - 2)))
                bytes += as_string_view(*raw);
        }
        return out + bytes;
    }
    std::optional<share_refusal> refused(const share_wish& what) {
        const auto made = share(what);
        return made ? std::nullopt : std::optional(made.error());
    }
    void verify(person_id person) {
        wait(desk().verify_person(
            {.person = person, .method = "document", .reference = "RES-1", .seen_by = "eva", .second_by = {}}));
    }
};

// 1. DigiLocker: a number went to somebody else, who saw a stranger's documents.
TEST_F(incidents_test, i01_a_recycled_number_opens_no_more_than_predicates) {
    verify(amina);
    for (const sim_answer sim : {sim_answer::recycled, sim_answer::swapped}) {
        for (const char* preset : {"name", "household", "bank", "assistance"}) {
            auto what = wish(preset, bank);
            what.standing.sim = sim;
            EXPECT_EQ(refused(what), share_refusal::not_allowed) << preset;
        }
        session_standing held = sure;
        held.sim = sim;
        wait(her().freeze(amina, hop(++hops)));
        EXPECT_FALSE(wait(her().unfreeze(amina, held, hop(++hops))));
        EXPECT_TRUE(wait(her().unfreeze(amina, sure, hop(++hops))));
        EXPECT_FALSE(wait(issuing().offer(amina, her_group, "household", held, hop(++hops))));
    }
    auto silent = wish("name", bank);
    silent.standing.doubtful = true;
    EXPECT_EQ(refused(silent), share_refusal::not_allowed) << "after long silence as well";
}

// 2. DigiLocker: whoever asked could set a new PIN, and everything was open.
TEST_F(incidents_test, i02_a_pin_that_came_back_kills_live_codes_and_leaves_predicates) {
    const std::string code = code_for(bank);
    now.advance(1s);
    sql.run(
        fmt::format("INSERT INTO pin (individual, verifier, set_at, recovered_at) VALUES (1, decode(repeat('00', "
                    "62), 'hex'), '{0}', '{0}')",
                    "2026-10-20 12:00:01Z"));
    EXPECT_FALSE(redeem(teller, code)) << "made before the PIN came back";
    session_standing back = sure;
    back.recovered = true;
    auto what = wish("name", bank);
    what.standing = back;
    EXPECT_EQ(refused(what), share_refusal::not_allowed);
    EXPECT_FALSE(wait(her().unfreeze(amina, back, hop(1))));
    EXPECT_FALSE(wait(issuing().offer(amina, her_group, "household", back, hop(2))));
    auto of_age = wish("over_18", bank);
    of_age.standing = back;
    now.advance(1s);
    const auto made = share(of_age);
    ASSERT_TRUE(made);
    EXPECT_TRUE(redeem(teller, made->code));
    for (const auto how : {recovery_level::r1, recovery_level::r2, recovery_level::r3})
        EXPECT_EQ(cooling_after(how), 72h);
}

// 3. M-Pesa: a swapped SIM was enough to get the money.
TEST_F(incidents_test, i03_a_swapped_sim_resets_no_pin_by_guardians_and_shares_no_more_than_predicates) {
    for (const sim_answer sim : {sim_answer::swapped, sim_answer::recycled, sim_answer::unknown})
        EXPECT_FALSE(may_recover(recovery_level::r2, sim));
    EXPECT_TRUE(may_recover(recovery_level::r2, sim_answer::same));
    EXPECT_TRUE(may_recover(recovery_level::r1, sim_answer::swapped)) << "the paper is hers whatever the SIM";
    verify(amina);
    auto what = wish("bank", bank);
    what.standing = {.phone_trust = 2, .sim = sim_answer::unknown};
    EXPECT_EQ(refused(what), share_refusal::not_allowed) << "identifying: nobody can tell, and trust is 2";
    what.standing.phone_trust = 3;
    EXPECT_EQ(refused(what), std::nullopt);
    what.standing.sim = sim_answer::swapped;
    EXPECT_EQ(refused(what), share_refusal::not_allowed);
}

// 4. Princeton: accounts behind numbers that are for sale were recovered by SMS alone.
TEST_F(incidents_test, i04_nothing_that_opens_anything_goes_by_sms) {
    const auto offer = share(wish("name", bank));
    const auto to_phone = wait(issuing().offer(amina, her_group, "household", sure, hop(1)));
    ASSERT_TRUE(offer && to_phone);
    wait(counter().ask(program, std::string(registry::test::amina), "over_18"));
    redeem(teller, offer->code);
    wait(her().freeze(amina, hop(2)));
    std::set<std::string> texts;
    for (const auto& row : sql.run("SELECT text_key, encode(arguments_sealed, 'hex') FROM outbox")) {
        texts.insert(row[0].value_or(""));
        const auto raw = from_hex(*row[1]);
        const auto opened = record.open(as_string_view(*raw), registry::notice_context);
        ASSERT_TRUE(opened);
        EXPECT_EQ(*opened, "{}") << "no code, no name, no fact";
    }
    EXPECT_EQ(texts, (std::set<std::string>{"sms.id_asked", "sms.id_used"}));
}

// 5. Red Rose: an old shared password opened every family's PIN.
TEST_F(incidents_test, i05_secrets_are_not_in_the_database_and_every_taking_names_who_took) {
    const std::string everything = dump();
    for (const char* secret : {"correct horse", "s3cret"}) EXPECT_EQ(everything.find(secret), std::string::npos);
    // A stored form works for its own operator only.
    sql.run(
        "UPDATE verifier_agent SET password = (SELECT password FROM verifier_agent WHERE name = 'teller1') "
        "WHERE name = 'teller2'");
    EXPECT_FALSE(wait(counter().sign_in(bank_number, "teller2", "correct horse")));
    redeem(teller, code_for(bank));
    redeem(other_teller, code_for(bank));
    EXPECT_EQ(count("wallet_look WHERE what = 'seen' AND agent = " + std::to_string(teller.who.value)), 1);
    EXPECT_EQ(count("wallet_look WHERE what = 'seen' AND agent = " + std::to_string(other_teller.who.value)), 1);
    wait(desk().end_agent(bank_number, "teller1"));
    EXPECT_FALSE(wait(counter().sign_in(bank_number, "teller1", "correct horse")));
    EXPECT_EQ(redeem(teller, code_for(bank)).error().what, refusal::suspended) << "and its open session is over";
}

// 6. ICRC: half a million people's data lay in one place.
TEST_F(incidents_test, i06_the_wallet_holds_names_of_facts_and_forgets_what_was_taken) {
    wait(desk().put_identity_number(amina, "fayda", "614255790182", std::nullopt));
    verify(amina);
    const auto taken = redeem(teller, code_for(bank, "identity"));
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->facts.at("identity_number").as_string(), "614255790182");
    const std::string held = dump(true);
    ASSERT_NE(held.find("identity_number"), std::string::npos) << "it is a dump of these tables";
    for (const char* value : {"614255790182", "Amina", "1988-03-04", "803-22-00011", "Onyesha"})
        EXPECT_EQ(held.find(value), std::string::npos) << value;
    EXPECT_EQ(held.find(taken->credential.substr(0, 40)), std::string::npos);
    now.advance(26h);
    registry::status_rows rows(*pool, now, random);
    wait(rows.forget(100));
    EXPECT_EQ(count("wallet_share WHERE presented_sealed IS NOT NULL OR code_trace IS NOT NULL"), 0);
    EXPECT_FALSE(wait(counter().receipt(teller, taken->receipt)));
}

// 7. People's data reached those they fled from.
TEST_F(incidents_test, i07_a_country_that_must_not_learn_of_her_gets_nothing_by_any_way) {
    const std::string number = add_verifier("Ministry", "SOM", {"registered", "over_18", "name"});
    const auto clerk = add_operator(number, "clerk");
    const verifier_id ministry = verifier_of(number);
    const auto before = share(wish("registered", ministry));
    ASSERT_TRUE(before);
    const std::string asked = *wait(counter().ask(clerk, std::string(registry::test::amina), "registered"));
    const auto question = wait(her().asked(amina, "en"));
    ASSERT_EQ(question.size(), 1U);
    EXPECT_FALSE(wait(desk().refuse_country("XXX", "SOM", true)));
    EXPECT_TRUE(wait(desk().refuse_country("KEN", "SOM", true)));
    EXPECT_FALSE(redeem(clerk, before->code)) << "a code that lived already";
    EXPECT_EQ(refused(wish("registered", ministry)), share_refusal::country);
    auto answer = wish("registered", ministry);
    answer.ask = question[0].id;
    EXPECT_EQ(refused(answer), share_refusal::country);
    EXPECT_TRUE(wait(her().asked(amina, "en")).empty()) << "nor does its question reach her";
    const auto told = count("outbox");
    EXPECT_TRUE(wait(counter().ask(clerk, std::string(registry::test::amina), "registered"))) << "it is not told why";
    EXPECT_EQ(count("outbox"), told);
    EXPECT_TRUE(wait(her().choices(amina, her_group, {}, "registration", ministry, sure)).empty());
    const auto consent = wait(her().consent(amina, before->share));
    EXPECT_TRUE(consent->contains("SOM")) << "country and purpose stood before her";
    EXPECT_TRUE(consent->contains("To know who you are"));
    EXPECT_EQ(count("refused_country"), 1) << "of the operation: no person has a country";
}

// 8. MOSIP 1712: what was revoked still worked in other ways. Whatever happens to a share, code, receipt, question and
// status list agree with one rule.
TEST_F(incidents_test, i08_whatever_ends_a_share_ends_it_in_every_way) {
    struct ending {
        const char* name;
        std::function<void()> happens;
        std::function<void()> undo;
        bool for_good;  // the status list says so, too
    };
    const std::string of_bank = std::to_string(bank.value);
    std::int64_t share_now = 0;
    const std::vector<ending> endings{
        {"she stops it", [&] { wait(her().stop_share(amina, share_id{share_now}, hop(++hops))); }, [] {}, true},
        {"she stops the verifier", [&] { wait(her().stop_verifier(amina, bank, hop(++hops))); }, [] {}, true},
        {"she stops all", [&] { wait(her().stop_all(amina, hop(++hops))); }, [] {}, true},
        {"she freezes", [&] { wait(her().freeze(amina, hop(++hops))); },
         [&] { wait(her().unfreeze(amina, sure, hop(++hops))); }, true},
        {"the verifier is suspended", [&] { wait(desk().suspend(bank_number, "complaint")); },
         [&] { wait(desk().resume(bank_number)); }, false},
        {"the verifier may not see that any more",
         [&] { sql.run("UPDATE verifier SET presets = '{registered}' WHERE id = " + of_bank); },
         [&] { sql.run("UPDATE verifier SET presets = '{registered,over_18}' WHERE id = " + of_bank); }, false},
        {"the verifier's time is over",
         [&] { sql.run("UPDATE verifier SET expires_at = '2026-10-20 12:00Z' WHERE id = " + of_bank); },
         [&] { sql.run("UPDATE verifier SET expires_at = '2040-01-01' WHERE id = " + of_bank); }, false},
        {"its country is refused", [&] { wait(desk().refuse_country("KEN", "KEN", true)); },
         [&] { wait(desk().refuse_country("KEN", "KEN", false)); }, false},
        {"her record is closed", [&] { sql.run("UPDATE individual SET process_status = 'C' WHERE id = 1"); },
         [&] { sql.run("UPDATE individual SET process_status = 'A' WHERE id = 1"); }, true},
    };
    registry::status_rows rows(*pool, now, random);
    for (const auto& each : endings) {
        forgive();
        const auto waiting = share(wish("over_18", bank));
        const auto used = share(wish("over_18", bank));
        ASSERT_TRUE(waiting && used) << each.name;
        const auto taken = redeem(teller, used->code);
        ASSERT_TRUE(taken) << each.name;
        const status_reference at = status_of(taken->credential, bank_number);
        ASSERT_EQ(served_status(at), 0);
        ASSERT_TRUE(wait(counter().receipt(program, taken->receipt)));
        share_now = used->share.value;
        each.happens();
        EXPECT_FALSE(wait(counter().receipt(program, taken->receipt))) << each.name;
        EXPECT_FALSE(redeem(teller, used->code)) << each.name << ": taken again";
        if (share_now != used->share.value || std::string_view(each.name) != "she stops it")
            EXPECT_FALSE(redeem(other_teller, waiting->code)) << each.name;
        wait(rows.revoke_lapsed(100));
        EXPECT_EQ(served_status(at), each.for_good ? 1 : 0) << each.name;
        for (const auto& one : wait(her().shares(amina, "en")))
            if (one.id == used->share) EXPECT_NE(one.state, "seen") << each.name;
        each.undo();
        forgive();
        sql.run("UPDATE wallet_share SET expires_at = made_at + interval '1 second' WHERE used_at IS NULL");
        now.advance(2s);
    }
}

// 9. MOSIP 1713: messages went on to channels that were locked.
TEST_F(incidents_test, i09_freezing_silences_questions) {
    wait(her().freeze(amina, hop(1)));
    const auto reference = wait(counter().ask(program, std::string(registry::test::amina), "over_18"));
    ASSERT_TRUE(reference);
    EXPECT_EQ(count("outbox WHERE text_key = 'sms.id_asked'"), 0);
    EXPECT_TRUE(wait(her().asked(amina, "en")).empty());
    EXPECT_EQ(wait(counter().answer(program, *reference))->state, "waiting") << "and nobody can tell";
    wait(her().unfreeze(amina, sure, hop(2)));
    for (int i = 0; i < 6; ++i) wait(counter().ask(program, std::string(registry::test::amina), "over_18"));
    EXPECT_LE(count("outbox WHERE text_key = 'sms.id_asked'"), 3) << "nor is she flooded";
}

// 10. MOSIP: sending a code once more set the failures back to none.
TEST_F(incidents_test, i10_new_codes_questions_and_right_codes_set_no_counter_back) {
    for (int i = 0; i < 4; ++i) EXPECT_FALSE(redeem(teller, wrong_code()));
    EXPECT_TRUE(redeem(teller, code_for(bank)));
    wait(counter().ask(teller, std::string(registry::test::amina), "over_18"));
    EXPECT_TRUE(wait(counter().sign_in(bank_number, "teller1", "correct horse")));
    EXPECT_FALSE(redeem(teller, wrong_code()));
    EXPECT_EQ(redeem(teller, code_for(bank)).error().what, refusal::wait) << "the fifth counts as the fifth";
    const auto offer = wait(issuing().offer(amina, her_group, "household", sure, hop(1)));
    const auto grant = wait(issuing().offered_as(offer->number));
    for (int i = 0; i < 5; ++i) {
        EXPECT_FALSE(wait(issuing().exchange(grant->pre_authorized_code, "000000x")));
        wait(issuing().offer(amina, her_group, "household", sure, hop(1)));
    }
    EXPECT_FALSE(wait(issuing().exchange(grant->pre_authorized_code, offer->tx_code)));
}

// 11. CIC: the second entry of a PIN was not compared.
TEST_F(incidents_test, i11_nothing_is_shared_without_the_screen_that_she_agreed_to) {
    auto what = wish("over_18", bank);
    what.screen_text.clear();
    EXPECT_EQ(refused(what), share_refusal::not_allowed);
    EXPECT_EQ(count("wallet_share") + count("wallet_consent"), 0);
    what.screen_text = "shown";
    what.kind = "household";
    EXPECT_EQ(refused(what), share_refusal::not_allowed) << "a preset of another credential";
}

// 12. cic-ussd: PINs stood in session records for menus that a list had forgotten.
TEST_F(incidents_test, i12_codes_are_stored_in_no_readable_form) {
    const auto offer = share(wish("over_18", bank));
    const auto to_phone = wait(issuing().offer(amina, her_group, "household", sure, hop(1)));
    ASSERT_TRUE(offer && to_phone);
    const auto grant = wait(issuing().offered_as(to_phone->number));
    const auto token = wait(issuing().exchange(grant->pre_authorized_code, to_phone->tx_code));
    ASSERT_TRUE(token);
    const std::string everything = dump();
    for (const std::string& secret : {offer->code, spoken_share_code(offer->code), to_phone->number, to_phone->tx_code,
                                      grant->pre_authorized_code, *token})
        EXPECT_EQ(everything.find(secret), std::string::npos);
}

// 13. Verifiers' libraries took disclosures that no credential refers to.
TEST_F(incidents_test, i13_a_disclosure_of_another_credential_is_refused) {
    const auto one = redeem(teller, code_for(bank, "name"));
    const auto two = redeem(teller, code_for(bank, "over_18"));
    ASSERT_TRUE(one && two);
    const std::string audience = verifier_audience(options.issuer, bank_number);
    const std::string& foreign = one->credential;
    const std::size_t first = foreign.find('~') + 1;
    const std::string disclosure = foreign.substr(first, foreign.find('~', first) - first + 1);
    const auto& trusted = keys_of_issuer.get()->trusted();
    EXPECT_TRUE(verify_sd_jwt(two->credential, trusted, rules(audience)));
    const auto spoilt = verify_sd_jwt(two->credential + disclosure, trusted, rules(audience));
    ASSERT_FALSE(spoilt);
    EXPECT_EQ(spoilt.error(), sd_jwt_fault::bad_disclosure);
    const auto elsewhere =
        verify_sd_jwt(one->credential, trusted, rules(verifier_audience(options.issuer, shop_number)));
    ASSERT_FALSE(elsewhere);
    EXPECT_EQ(elsewhere.error(), sd_jwt_fault::wrong_audience);
}

// 14. Aadhaar: mobile numbers and e-mail addresses were hashed without a key.
TEST_F(incidents_test, i14_no_short_identifier_is_found_by_a_hash_that_anybody_can_compute) {
    const std::string number = "614255790182";
    const std::string phone = "+254700090077";
    wait(desk().put_identity_number(amina, "fayda", number, std::nullopt));
    wait(desk().put_operator(shop_number, {.name = "keeper",
                                           .password = {},
                                           .e164 = phone,
                                           .pin = secrets.make("pin " + shop_number + " keeper", "739201")}));
    const auto offer = share(wish("over_18", bank));
    ASSERT_TRUE(offer);
    const std::string everything = dump();
    for (const std::string& plain : {number, "fayda:" + number, phone, phone.substr(1), offer->code,
                                     std::to_string(bank.value) + ":" + offer->code, std::string("739201")}) {
        std::string digest(SHA256_DIGEST_LENGTH, '\0');
        SHA256(reinterpret_cast<const unsigned char*>(plain.data()), plain.size(),
               reinterpret_cast<unsigned char*>(digest.data()));
        EXPECT_EQ(everything.find(digest.substr(0, 12)), std::string::npos);
        std::string shorter(SHA_DIGEST_LENGTH, '\0');
        SHA1(reinterpret_cast<const unsigned char*>(plain.data()), plain.size(),
             reinterpret_cast<unsigned char*>(shorter.data()));
        EXPECT_EQ(everything.find(shorter.substr(0, 12)), std::string::npos);
    }
    // The same number under another key is another row: the digest follows from the key.
    seeded_random other(99);
    const key_ring stranger = *parse_key_ring(new_key_ring_text(other));
    blinder theirs(stranger.blind);
    EXPECT_EQ(everything.find(as_string_view(theirs.blind("identity number", "fayda:" + number))), std::string::npos);
    EXPECT_NE(everything.find(as_string_view(blind.blind("identity number", "fayda:" + number))), std::string::npos);
}

}  // namespace
}  // namespace mlango::wallet::test
