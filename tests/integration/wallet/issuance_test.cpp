// Cards and telephones' wallets; status lists as they are served, of any size; the rounds.
#include <chrono>

#include "wallet_fixture.hpp"

namespace mlango::wallet::test {
namespace {

struct issuance_test : wallet_fixture {
    std::expected<verified_sd_jwt, sd_jwt_fault> read(const std::string& credential) {
        return verify_sd_jwt(
            credential, keys_of_issuer.get()->trusted(),
            {.issuer = options.issuer, .credentials = {}, .now = now.now(), .audience = {}, .binding = {}});
    }
    std::expected<std::string, grant_refusal> granted(const phone_offer& offer) {
        return wait(issuing().exchange(wait(issuing().offered_as(offer.number))->pre_authorized_code, offer.tx_code));
    }
    std::expected<issued_credential, issue_refusal> issue(const std::string& grant) {
        return wait(issuing().issue(grant, es256_key::generate().public_key().jwk()));
    }
    // A credential of hers in a telephone's wallet: where its status is.
    status_reference on_a_phone(const std::string& kind = "household") {
        const auto offer = wait(issuing().offer(amina, her_group, kind, sure, hop(++hops)));
        if (!offer) throw std::runtime_error("not offered");
        return *read(issue(*granted(*offer))->credential)->status;
    }
    status_reference on_a_card(const std::string& kind = "registration", const std::string& preset = "name") {
        const auto printed = wait(issuing().print(amina, kind, preset));
        if (!printed) throw std::runtime_error("not printed");
        return *read(printed->credential)->status;
    }
    void come_back() {
        sql.run(
            "INSERT INTO pin (individual, verifier, set_at, recovered_at) VALUES (1, decode(repeat('00', 60), 'hex'), "
            "'2026-10-20 12:00Z', NULL) ON CONFLICT DO NOTHING");
        now.advance(1min);
        sql.run("UPDATE pin SET recovered_at = '2026-10-20 12:00:30Z' WHERE individual = 1");
    }
};

TEST_F(issuance_test, a_card_takes_the_place_of_the_one_before) {
    const auto first = wait(issuing().print(amina, "registration", "name"));
    ASSERT_TRUE(first);
    const auto read_first = read(first->credential);
    ASSERT_TRUE(read_first) << name_of(read_first.error());
    EXPECT_EQ(read_first->claims.at("given_name").as_string(), "Amina");
    EXPECT_FALSE(read_first->claims.contains("aud")) << "for whoever she shows it to";
    EXPECT_FALSE(read_first->claims.contains("birthdate"));
    EXPECT_EQ(served_status(*read_first->status), 0);
    const auto second = wait(issuing().print(amina, "registration", "registered"));
    ASSERT_TRUE(second);
    EXPECT_EQ(served_status(*read_first->status), 1);
    EXPECT_EQ(served_status(*read(second->credential)->status), 0);
    EXPECT_EQ(wait(issuing().print(amina, "identity_document", "bank")).error(), issue_refusal::not_allowed);
    EXPECT_EQ(wait(issuing().print(amina, "registration", "nothing")).error(), issue_refusal::gone);
    EXPECT_EQ(wait(her().looks(amina, "en", 9))[0].what, "staff");
}

TEST_F(issuance_test, a_telephone_fetches_what_her_screen_offered_once) {
    const auto offer = wait(issuing().offer(amina, her_group, "identity_document", sure, hop(1)));
    ASSERT_FALSE(offer) << "it needs a document that was seen";
    const auto made = wait(issuing().offer(amina, her_group, "household", sure, hop(1)));
    ASSERT_TRUE(made);
    EXPECT_EQ(made->tx_code.size(), 6U);
    const auto repeated = wait(issuing().offer(amina, her_group, "household", sure, hop(1)));
    EXPECT_EQ(repeated->number, made->number);
    EXPECT_EQ(repeated->tx_code, made->tx_code);
    EXPECT_EQ(count("wallet_offer"), 1);

    const auto offered = wait(issuing().offered_as(made->number));
    ASSERT_TRUE(offered);
    EXPECT_EQ(offered->kind, "household");
    EXPECT_FALSE(wait(issuing().offered_as("0000000000")));
    EXPECT_EQ(wait(issuing().exchange(offered->pre_authorized_code, "")).error(), grant_refusal::invalid_request);
    EXPECT_EQ(wait(issuing().exchange(offered->pre_authorized_code, "wrong")).error(), grant_refusal::invalid_grant);
    EXPECT_EQ(wait(issuing().exchange("another", made->tx_code)).error(), grant_refusal::invalid_grant);
    const auto grant = wait(issuing().exchange(offered->pre_authorized_code, made->tx_code));
    ASSERT_TRUE(grant);
    EXPECT_FALSE(wait(issuing().exchange(offered->pre_authorized_code, made->tx_code))) << "once";
    EXPECT_FALSE(wait(issuing().offered_as(made->number)));

    const auto key = es256_key::generate();
    EXPECT_FALSE(wait(issuing().issue(*grant, {{"kty", "EC"}}))) << "no key";
    const auto issued = wait(issuing().issue(*grant, key.public_key().jwk()));
    ASSERT_TRUE(issued);
    EXPECT_FALSE(wait(issuing().issue(*grant, key.public_key().jwk()))) << "once";
    const auto verified = read(issued->credential);
    ASSERT_TRUE(verified) << name_of(verified.error());
    EXPECT_EQ(verified->claims.at("household_size").as_int64(), 3);
    EXPECT_FALSE(verified->claims.contains("address_site")) << "no preset shows it";
    EXPECT_TRUE(verified->claims.contains("cnf"));
    EXPECT_EQ(served_status(*verified->status), 0);
    wait(her().freeze(amina, hop(9)));
    EXPECT_EQ(served_status(*verified->status), 1);
}

TEST_F(issuance_test, what_is_on_a_telephone_is_taken_back_for_good_by_stopping_all_and_by_freezing) {
    const auto stopped = on_a_phone();
    const auto card = on_a_card();
    const auto open = wait(issuing().offer(amina, her_group, "household", sure, hop(1)));
    ASSERT_TRUE(open);
    EXPECT_EQ(wait(her().stop_all(amina, hop(2))).shares, 1);
    EXPECT_EQ(wait(her().stop_all(amina, hop(2))).shares, 1) << "the hop was delivered twice";
    EXPECT_EQ(served_status(stopped), 1);
    EXPECT_EQ(served_status(card), 0) << "paper that she holds in her hand is not shared with anybody";
    EXPECT_FALSE(wait(issuing().offered_as(open->number)));
    EXPECT_EQ(count("audit WHERE kind = 'credential.ended' AND detail = 'all'"), 1);

    const auto frozen = on_a_phone();
    EXPECT_EQ(wait(her().freeze(amina, hop(3))).shares, 1);
    EXPECT_EQ(served_status(frozen), 1);
    EXPECT_EQ(served_status(card), 2);
    ASSERT_TRUE(wait(her().unfreeze(amina, sure, hop(4))));
    EXPECT_EQ(served_status(frozen), 1) << "for good";
    EXPECT_EQ(served_status(stopped), 1);
    EXPECT_EQ(served_status(card), 0);
}

TEST_F(issuance_test, an_issue_and_a_stop_at_once_leave_nothing_on_the_telephone) {
    settings_with_connections(4);
    for (int round = 0; round < 20; ++round) {
        sql.run("DELETE FROM wallet_offer");
        const auto grant = granted(*wait(issuing().offer(amina, her_group, "household", sure, hop(++hops))));
        ASSERT_TRUE(grant);
        const auto both = [&](bool issues) -> task<int> {
            if (!issues) co_return (co_await her().stop_all(amina, hop(++hops))).shares;
            co_return (co_await issuing().issue(*grant, es256_key::generate().public_key().jwk())) ? 1 : 0;
        };
        std::vector<task<int>> at_once;
        at_once.push_back(both(true));
        at_once.push_back(both(false));
        wait_all(std::move(at_once));
        ASSERT_EQ(count("wallet_credential WHERE ended_at IS NULL"), 0);
    }
}

TEST_F(issuance_test, she_is_told_of_what_comes_onto_a_telephone_and_it_is_not_said_to_be_staffs) {
    on_a_card();
    EXPECT_EQ(count("outbox"), 0) << "she stands beside the printer";
    on_a_phone();
    EXPECT_EQ(count("outbox WHERE text_key = 'sms.id_used'"), 2) << "each of her numbers";
    const auto looks = wait(her().looks(amina, "en", 9));
    EXPECT_EQ(std::ranges::count_if(
                  looks, [](const look_view& each) { return each.what == "issued" && each.channel == "phone"; }),
              1);
}

TEST_F(issuance_test, an_offer_from_before_her_pin_came_back_opens_nothing) {
    const auto offer = wait(issuing().offer(amina, her_group, "household", sure, hop(1)));
    const auto other = wait(issuing().offer(amina, her_group, "household", sure, hop(2)));
    ASSERT_TRUE(offer && other);
    const auto code = wait(issuing().offered_as(offer->number))->pre_authorized_code;
    const auto grant = granted(*other);
    ASSERT_TRUE(grant);
    come_back();
    EXPECT_FALSE(wait(issuing().offered_as(offer->number)));
    EXPECT_FALSE(wait(issuing().exchange(code, offer->tx_code)));
    EXPECT_FALSE(issue(*grant));
    EXPECT_EQ(count("wallet_credential"), 0);
    on_a_phone();  // one that she makes now
}

TEST_F(issuance_test, offers_and_grants_end_by_themselves_and_by_freezing) {
    const auto late = wait(issuing().offer(amina, her_group, "household", sure, hop(1)));
    ASSERT_TRUE(late);
    now.advance(16min);
    EXPECT_FALSE(wait(issuing().offered_as(late->number)));
    const auto made = wait(issuing().offer(amina, her_group, "household", sure, hop(2)));
    const auto grant = granted(*made);
    ASSERT_TRUE(grant);
    now.advance(11min);
    EXPECT_FALSE(wait(issuing().issue(*grant, es256_key::generate().public_key().jwk())));
    const auto frozen = wait(issuing().offer(amina, her_group, "household", sure, hop(3)));
    const auto frozen_grant = granted(*frozen);
    const auto open = wait(issuing().offer(amina, her_group, "household", sure, hop(4)));
    ASSERT_TRUE(frozen_grant && open);
    wait(her().freeze(amina, hop(5)));
    EXPECT_FALSE(wait(issuing().issue(*frozen_grant, es256_key::generate().public_key().jwk())));
    EXPECT_FALSE(wait(issuing().offered_as(open->number)));
    wait(her().unfreeze(amina, sure, hop(6)));
    EXPECT_FALSE(wait(issuing().offered_as(open->number))) << "it does not come back";
}

TEST_F(issuance_test, paper_and_telephones_follow_the_registry) {
    rounds keeper(*house, numbers);
    const auto after_a_round = [&](const status_reference& at) {
        now.advance(1min);
        wait(keeper.look());
        return served_status(at);
    };
    using outcome = registry::number_outcome;
    const auto verify = [&] {
        wait(desk().verify_person(
            {.person = amina, .method = "document", .reference = "RES-77", .seen_by = "eva", .second_by = {}}));
    };
    verify();
    ASSERT_EQ(wait(desk().put_identity_number(amina, "fayda", "614255790182", std::nullopt)), outcome::done);
    const auto plain = on_a_card(), document = on_a_card("identity_document", "bank"),
               number = on_a_card("identity_number", "identity"), phone = on_a_phone(),
               assistance = on_a_card("entitlement", "assistance");
    for (const auto& each : {plain, document, number, phone, assistance}) EXPECT_EQ(after_a_round(each), 0);

    sql.run("UPDATE entitlement SET state = 'redeemed' WHERE registration_group = 1 AND state <> 'cancelled'");
    EXPECT_EQ(after_a_round(assistance), 1) << "it was collected";
    ASSERT_EQ(wait(desk().put_identity_number(amina, "fayda", "614255790190", std::nullopt)), outcome::done);
    EXPECT_EQ(after_a_round(number), 1) << "that number is not hers any more";
    EXPECT_EQ(served_status(document), 0);
    const auto second = on_a_card("identity_number", "identity");
    sql.run("UPDATE identity_number SET valid_until = '2026-10-20' WHERE ended_at IS NULL");
    EXPECT_EQ(after_a_round(second), 1) << "its day has come";
    wait(desk().end_verifications(amina));
    EXPECT_EQ(after_a_round(document), 1) << "nobody vouches for it";
    EXPECT_EQ(served_status(plain), 0) << "which needs no document";
    verify();
    EXPECT_EQ(after_a_round(document), 1) << "it does not come back";

    sql.run("UPDATE individual SET process_status = 'H' WHERE id = 1");
    EXPECT_EQ(after_a_round(plain), 2);
    EXPECT_EQ(served_status(phone), 2);
    sql.run("UPDATE individual SET process_status = 'A' WHERE id = 1");
    EXPECT_EQ(after_a_round(plain), 0) << "a hold is not an end";
    sql.run("UPDATE registration_group SET process_status = 'I' WHERE id = 1");
    EXPECT_EQ(after_a_round(phone), 1);
    sql.run("UPDATE registration_group SET process_status = 'A' WHERE id = 1");
    const auto last = on_a_card();
    sql.run("UPDATE individual SET process_status = 'C' WHERE id = 1");
    EXPECT_EQ(after_a_round(last), 1) << "her record was closed";
    EXPECT_EQ(count("audit WHERE kind = 'credential.ended' AND actor = 'system' AND detail = 'lapsed'"),
              count("wallet_credential"));
    EXPECT_EQ(count("wallet_credential WHERE ended_at IS NULL"), 0);
}

TEST_F(issuance_test, unlocking_does_not_bring_back_what_lapsed) {
    const auto card = on_a_card();
    wait(her().freeze(amina, hop(1)));
    sql.run("UPDATE registration_group SET process_status = 'I' WHERE id = 1");
    rounds keeper(*house, numbers);
    wait(keeper.look());
    EXPECT_EQ(served_status(card), 1);
    ASSERT_TRUE(wait(her().unfreeze(amina, sure, hop(2))));
    EXPECT_EQ(served_status(card), 1);
}

TEST_F(issuance_test, a_credential_ends_with_what_it_is_about) {
    using namespace std::chrono;
    const auto end_of = [&](const char* kind, const char* preset) {
        const auto printed = wait(issuing().print(amina, kind, preset));
        if (!printed) throw std::runtime_error("not printed");
        EXPECT_EQ(floor<seconds>(printed->expires_at), read(printed->credential)->expires_at);
        return year_month_day(floor<days>(printed->expires_at));
    };
    EXPECT_EQ(end_of("registration", "name"), year(2027) / 10 / 20);
    EXPECT_EQ(end_of("entitlement", "assistance"), year(2026) / 10 / 31) << "the last day on which it can be collected";
    wait(desk().verify_person({.person = amina,
                               .method = "document",
                               .reference = "RES-77",
                               .seen_by = "eva",
                               .second_by = {},
                               .lasts = days(100)}));
    EXPECT_EQ(end_of("identity_document", "bank"), year(2027) / 1 / 28) << "as the verification";
    wait(desk().put_identity_number(amina, "fayda", "614255790182", year(2026) / 12 / 24));
    EXPECT_EQ(end_of("identity_number", "identity"), year(2026) / 12 / 23) << "the first day without it is the 24th";
    now.advance(24h * 11);
    sql.run("UPDATE entitlement SET valid_to = '2026-10-31'");
    EXPECT_EQ(end_of("entitlement", "assistance"), year(2026) / 10 / 31) << "also on that day itself";
}

TEST_F(issuance_test, parallel_exchanges_give_one_grant_and_parallel_tries_are_counted) {
    settings_with_connections(6);
    const auto made = wait(issuing().offer(amina, her_group, "household", sure, hop(1)));
    const auto code = wait(issuing().offered_as(made->number))->pre_authorized_code;
    std::vector<task<std::expected<std::string, grant_refusal>>> right, wrong;
    for (int i = 0; i < 5; ++i) right.push_back(issuing().exchange(code, made->tx_code));
    int grants = 0;
    for (const auto& each : wait_all(std::move(right))) grants += each ? 1 : 0;
    EXPECT_EQ(grants, 1);
    const auto other = wait(issuing().offer(amina, her_group, "household", sure, hop(2)));
    const auto other_code = wait(issuing().offered_as(other->number))->pre_authorized_code;
    for (int i = 0; i < 30; ++i) wrong.push_back(issuing().exchange(other_code, fmt::format("{:06}x", i)));
    wait_all(std::move(wrong));
    EXPECT_EQ(sql.value("SELECT max(tries) FROM wallet_offer"), "5");
    EXPECT_FALSE(wait(issuing().exchange(other_code, other->tx_code)));
}

TEST_F(issuance_test, indices_are_random_and_never_given_twice_and_a_full_list_gets_a_successor) {
    registry::status_rows rows(*pool, now, random);
    EXPECT_EQ(wait(rows.provide_lists(options.list_size)), 0);
    EXPECT_GE(count("wallet_status WHERE decoy"), 30);
    EXPECT_GE(count("wallet_status WHERE decoy AND value = 1"), 3);
    const std::string open = sql.value("SELECT id FROM wallet_status_list WHERE purpose = 'share'");
    sql.run("INSERT INTO wallet_status (list, index) SELECT " + open +
            ", i FROM generate_series(0, 4095) i WHERE i % 2 = 0 ON CONFLICT DO NOTHING");
    std::vector<std::uint64_t> given;
    for (int i = 0; i < 12; ++i) {
        const auto taken = redeem(teller, code_for(bank));
        ASSERT_TRUE(taken);
        const auto at = status_of(taken->credential, bank_number);
        EXPECT_EQ(at.index % 2, 1U) << "only what was free";
        EXPECT_EQ(std::ranges::find(given, at.index), given.end());
        given.push_back(at.index);
    }
    EXPECT_FALSE(std::ranges::is_sorted(given)) << "as they were given; one run in 12! is in order by chance";
    EXPECT_FALSE(std::ranges::is_sorted(given, std::ranges::greater{}));
    EXPECT_GT(std::ranges::max(given) - std::ranges::min(given), 512U) << "from the whole list";
    EXPECT_EQ(wait(rows.provide_lists(options.list_size)), 1) << "more than half is given";
    EXPECT_EQ(count("wallet_status_list WHERE purpose = 'share' AND full_at IS NULL"), 1);
    const auto taken = redeem(teller, code_for(bank));
    ASSERT_TRUE(taken);
    EXPECT_FALSE(status_of(taken->credential, bank_number)
                     .uri.ends_with(sql.value("SELECT name FROM wallet_status_list WHERE id = " + open)));
    EXPECT_EQ(served_status(status_of(taken->credential, bank_number)), 0);
    const auto before = count("wallet_status WHERE decoy AND value = 1");
    wait(rows.turn_decoys(3, 0));
    EXPECT_EQ(count("wallet_status WHERE decoy AND value = 1"), before + 3);
}

// A list of 4096 has twenty decoys: without new ones they would be gone after a quarter of an hour.
TEST_F(issuance_test, decoys_do_not_run_out_and_change_as_what_they_stand_beside) {
    rounds keeper(*house, numbers);
    using states = std::map<std::string, std::string>;
    const auto decoys = [&](const std::string& purpose) {
        states out;
        for (const auto& row : sql.run("SELECT t.list || '.' || t.index, t.value FROM wallet_status t JOIN "
                                       "wallet_status_list l ON l.id = t.list WHERE t.decoy AND l.purpose = '" +
                                       purpose + "'"))
            out.emplace(*row[0], *row[1]);
        return out;
    };
    std::map<std::string, std::map<std::string, int>> turns;  // of which purpose: from-to, how often
    std::map<std::string, int> still;                         // rounds one after the other without a change
    std::map<std::string, int> longest;
    auto before = std::map<std::string, states>{{"share", decoys("share")}, {"base", decoys("base")}};
    for (int round = 0; round < 240; ++round) {
        now.advance(1min);
        wait(keeper.look());
        for (const std::string purpose : {"share", "base"}) {
            auto after = decoys(purpose);
            int changed = 0;
            for (const auto& [place, value] : after)
                if (const auto was = before[purpose].find(place);
                    was != before[purpose].end() && was->second != value) {
                    ++turns[purpose][was->second + value];
                    ++changed;
                }
            still[purpose] = changed == 0 ? still[purpose] + 1 : 0;
            longest[purpose] = std::max(longest[purpose], still[purpose]);
            before[purpose] = std::move(after);
        }
    }
    for (const std::string purpose : {"share", "base"}) EXPECT_LT(longest[purpose], 15) << purpose;
    EXPECT_EQ(turns["share"].size(), 1U) << "what was taken back stays so";
    EXPECT_GT(turns["share"]["01"], 200);
    EXPECT_GT(turns["base"]["02"], 50);
    EXPECT_GT(turns["base"]["20"], 50) << "unlocked again";
    EXPECT_GT(turns["base"]["01"] + turns["base"]["21"], 20);
    EXPECT_EQ(turns["base"]["10"] + turns["base"]["12"], 0);
    EXPECT_EQ(count("wallet_status_list"), 2) << "decoys alone fill no list";
}

TEST_F(issuance_test, a_change_reaches_every_server_and_its_token_changes) {
    status_lists other_server(*house);
    const auto taken = redeem(teller, code_for(bank));
    ASSERT_TRUE(taken);
    const auto at = status_of(taken->credential, bank_number);
    const std::string name = at.uri.substr(at.uri.rfind('/') + 1);
    wait(other_server.look());
    EXPECT_EQ(served_status(at), 0);
    const std::string version = other_server.version(name);
    wait(her().stop_all(amina, hop(1)));
    wait(other_server.look());
    EXPECT_NE(other_server.version(name), version);
    const auto list =
        verify_status_token(*other_server.token(name), at.uri, keys_of_issuer.get()->trusted(), now.now());
    ASSERT_TRUE(list);
    EXPECT_EQ(list->list.get(at.index), 1);
    EXPECT_EQ(list->ttl, options.list_ttl);
    EXPECT_EQ(served_status(at), 1);
    EXPECT_EQ(other_server.token("nothing"), nullptr);
    EXPECT_EQ(other_server.names().size(), 2U);
    const std::string still = other_server.version(name);
    wait(other_server.look());
    EXPECT_EQ(other_server.version(name), still) << "nothing changed, nothing is signed";
    now.advance(2h);
    wait(other_server.look());
    EXPECT_NE(other_server.version(name), still) << "a token grows old";
}

TEST_F(issuance_test, a_list_of_a_million_entries_is_loaded_in_time) {
    sql.run(
        "INSERT INTO wallet_status_list (name, purpose, bits, size, made_at, full_at) VALUES "
        "('million', 'share', 1, 1048576, now(), now());"
        "INSERT INTO wallet_status (list, index, value, changed_at) SELECT currval(pg_get_serial_sequence("
        "'wallet_status_list', 'id')), i, (i % 100 = 0)::integer, CASE WHEN i % 100 = 0 THEN now() END "
        "FROM generate_series(0, 1048575) i; ANALYZE wallet_status");
    status_lists fresh(*house);
    const auto begun = std::chrono::steady_clock::now();
    wait(fresh.look());
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    RecordProperty("seconds", fmt::format("{:.2f}", took.count()));
    const auto list = verify_status_token(*fresh.token("million"), status_list_uri(options.issuer, "million"),
                                          keys_of_issuer.get()->trusted(), now.now());
    ASSERT_TRUE(list);
    EXPECT_EQ(list->list.size(), 1048576U);
    EXPECT_EQ(list->list.get(1048500), 1);
    EXPECT_EQ(list->list.get(1048501), 0);
    EXPECT_LT(took.count(), 10.0) << "a second without sanitizers";
}

TEST_F(issuance_test, what_is_not_needed_any_more_is_deleted) {
    rounds keeper(*house, numbers);
    const auto left = [&] {
        return fmt::format("{} {} {}", count("wallet_ask"), count("wallet_look WHERE what = 'missed'"),
                           count("wallet_offer"));
    };
    const auto make_each = [&] {
        wait(counter().ask(program, std::string(registry::test::amina), "over_18"));
        redeem(teller, wrong_code());
        wait(issuing().offer(amina, her_group, "household", sure, hop(++hops)));
        on_a_phone();
    };
    make_each();
    auto yes = wish("over_18", bank);
    yes.ask = wait(her().asked(amina, "en")).at(0).id;
    ASSERT_TRUE(share(yes));
    now.advance(1min);
    make_each();
    now.advance(24h * 6);
    wait(keeper.look());
    EXPECT_EQ(left(), "2 2 4");
    now.advance(26h);
    wait(keeper.look());
    EXPECT_EQ(left(), "2 2 0");
    now.advance(24h * 22);
    wait(keeper.look());
    EXPECT_EQ(left(), "2 2 0");
    now.advance(24h * 2);
    wait(keeper.look());
    EXPECT_EQ(left(), "1 0 0") << "what she answered stays beside her consent";
    EXPECT_EQ(count("wallet_credential WHERE ended_at IS NULL"), 2) << "nor does what is on her telephone end";
}

TEST_F(issuance_test, guessing_at_the_whole_house_raises_one_alarm) {
    rounds keeper(*house, numbers);
    sql.run(
        "INSERT INTO wallet_look (at, what, channel, verifier, agent) SELECT '2026-10-20 11:55Z', 'missed', 'web', 1, "
        "1 FROM generate_series(1, 99)");
    wait(keeper.look());
    EXPECT_EQ(count("audit WHERE kind = 'wallet.guessing'"), 0);
    sql.run(
        "INSERT INTO wallet_look (at, what, channel, verifier, agent) VALUES ('2026-10-20 11:56Z', 'missed', 'web', "
        "1, 1)");
    wait(keeper.look());
    wait(keeper.look());
    EXPECT_EQ(count("audit WHERE kind = 'wallet.guessing'"), 1);
    EXPECT_EQ(numbers.level("wallet_code_misses", "").value(), 100);
    now.advance(20min);
    wait(keeper.look());
    EXPECT_EQ(numbers.level("wallet_code_misses", "").value(), 0);
}

}  // namespace
}  // namespace mlango::wallet::test
