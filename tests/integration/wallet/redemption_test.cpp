// Taking a code: once, by whom it was made for, with limits that make guessing hopeless, at equal cost for all that is
// not found; and what is not lost when an answer is.
#include <chrono>
#include <cmath>

#include "wallet/share_keys.hpp"
#include "wallet_fixture.hpp"

namespace mlango::wallet::test {
namespace {

using refusal = redeem_refusal::kind;

struct redemption_test : wallet_fixture {
    refusal why(const redeemer& by, const std::string& code) {
        const auto got = redeem(by, code);
        if (got) throw std::runtime_error("it was redeemed");
        return got.error().what;
    }
    std::vector<std::string> looks(person_id person) {
        std::vector<std::string> out;
        for (const auto& each : wait(her().looks(person, "en", 50))) out.push_back(each.what + " " + each.who);
        return out;
    }
};

TEST_F(redemption_test, the_same_taker_finds_its_receipt_again_others_find_nothing) {
    const std::string code = code_for(bank);
    const auto first = redeem(teller, code);
    ASSERT_TRUE(first);
    EXPECT_EQ(first->receipt.size(), 10U);
    EXPECT_EQ(damm_digit(std::string_view(first->receipt).substr(0, 9)), first->receipt.back());
    const auto again = redeem(teller, code);
    ASSERT_TRUE(again) << "its answer was lost";
    EXPECT_EQ(again->receipt, first->receipt);
    EXPECT_EQ(again->credential, first->credential);
    EXPECT_EQ(again->facts, first->facts);
    EXPECT_EQ(count("wallet_look"), 1) << "one look";
    EXPECT_EQ(count("wallet_status WHERE NOT decoy"), 1) << "one place";
    EXPECT_EQ(why(other_teller, code), refusal::not_found);
    EXPECT_EQ(why(program, code), refusal::not_found);
    EXPECT_EQ(looks(amina), (std::vector<std::string>{"tried Bank", "tried Bank", "seen Bank"}));
    now.advance(11min);
    EXPECT_EQ(why(teller, code), refusal::not_found) << "the code's life is over";
    const auto by_receipt = wait(counter().receipt(other_teller, first->receipt));
    ASSERT_TRUE(by_receipt) << "the receipt's is not";
    EXPECT_EQ(by_receipt->credential, first->credential);
    EXPECT_FALSE(wait(counter().receipt(shopkeeper, first->receipt)));
    EXPECT_EQ(looks(amina)[0], "again Bank");
}

TEST_F(redemption_test, what_was_taken_but_not_signed_is_signed_later) {
    const std::string code = code_for(bank);
    const auto first = redeem(teller, code);
    ASSERT_TRUE(first);
    sql.run("UPDATE wallet_share SET presented_sealed = NULL");  // the program ended between taking and signing
    const auto again = redeem(teller, code);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->receipt, first->receipt);
    EXPECT_EQ(again->facts, first->facts);
    sql.run("UPDATE wallet_share SET presented_sealed = NULL");
    const auto held = wait(counter().receipt(program, first->receipt));
    ASSERT_TRUE(held);
    EXPECT_EQ(status_of(held->credential, bank_number), status_of(first->credential, bank_number));
}

TEST_F(redemption_test, of_a_hundred_parallel_takers_one_succeeds) {
    settings_with_connections(8);
    std::vector<redeemer> everybody;
    for (int i = 0; i < 100; ++i) everybody.push_back(add_operator(bank_number, fmt::format("clerk{}", i)));
    const std::string code = code_for(bank);
    std::vector<task<std::expected<redemption, redeem_refusal>>> tries;
    for (const auto& each : everybody) tries.push_back(counter().redeem(each, code));
    int taken = 0;
    for (const auto& each : wait_all(std::move(tries))) taken += each ? 1 : 0;
    EXPECT_EQ(taken, 1);
    EXPECT_EQ(count("wallet_share WHERE used_at IS NOT NULL"), 1);
    EXPECT_EQ(count("wallet_look WHERE what = 'seen'"), 1);
    EXPECT_EQ(count("outbox WHERE text_key = 'sms.id_used'"), 2);
}

TEST_F(redemption_test, of_a_hundred_parallel_deliveries_of_one_taker_all_get_one_receipt) {
    settings_with_connections(8);
    const std::string code = code_for(bank);
    std::vector<task<std::expected<redemption, redeem_refusal>>> tries;
    for (int i = 0; i < 100; ++i) tries.push_back(counter().redeem(program, code));
    std::set<std::string> receipts, credentials;
    for (const auto& each : wait_all(std::move(tries))) {
        ASSERT_TRUE(each);
        receipts.insert(each->receipt);
        credentials.insert(each->credential);
    }
    EXPECT_EQ(receipts.size(), 1U);
    EXPECT_EQ(credentials.size(), 1U);
    EXPECT_EQ(count("wallet_status WHERE NOT decoy"), 1);
}

TEST_F(redemption_test, many_codes_taken_at_once_get_places_and_receipts_of_their_own) {
    settings_with_connections(8);
    for (int i = 0; i < 60; ++i)
        sql.run(fmt::format(
            "INSERT INTO individual (id, operation, individual_number, given_name, sex, birth_date, registered_on) "
            "VALUES ({0}, 'KEN', '803-{0:08}', 'N', 'F', '1990-01-01', '2022-01-01');"
            "INSERT INTO membership VALUES ({0}, 2, 'NFF', '2022-01-01', NULL)",
            5000 + i));
    std::vector<std::string> codes;
    for (int i = 0; i < 60; ++i) {
        auto what = wish("over_18", i % 2 == 0 ? bank : shop);
        what.person = person_id{5000 + i};
        codes.push_back(share(what)->code);
    }
    std::vector<task<std::expected<redemption, redeem_refusal>>> tries;
    for (std::size_t i = 0; i < codes.size(); ++i)
        tries.push_back(counter().redeem(i % 2 == 0 ? program : shopkeeper, codes[i]));
    std::set<std::string> receipts;
    for (const auto& each : wait_all(std::move(tries))) {
        ASSERT_TRUE(each);
        receipts.insert(each->receipt);
    }
    EXPECT_EQ(receipts.size(), 60U);
    EXPECT_EQ(count("wallet_status WHERE NOT decoy"), 60);
}

TEST_F(redemption_test, two_takings_can_not_be_linked) {
    const auto one = redeem(teller, code_for(bank));
    const auto two = redeem(teller, code_for(bank));
    ASSERT_TRUE(one && two);
    const auto parts_of = [](const std::string& credential) {
        std::set<std::string> out;
        std::string part;
        for (const char c : credential) {
            if (c == '~') {
                out.insert(part);
                part.clear();
            } else {
                part += c;
            }
        }
        return out;
    };
    for (const auto& each : parts_of(one->credential)) EXPECT_FALSE(parts_of(two->credential).contains(each));
    EXPECT_NE(status_of(one->credential, bank_number).index, status_of(two->credential, bank_number).index);
    EXPECT_EQ(one->expires_at, two->expires_at) << "told to the hour";
}

TEST_F(redemption_test, a_nonce_is_answered_by_a_key_of_this_taking) {
    const auto got = redeem(program, code_for(bank), "n-0S6_WzA2Mj");
    ASSERT_TRUE(got);
    const std::string audience = verifier_audience(options.issuer, bank_number);
    sd_jwt_rules strict = rules(audience);
    strict.binding = binding_rules{.audience = audience, .nonce = "n-0S6_WzA2Mj"};
    const auto read = verify_sd_jwt(got->credential, keys_of_issuer.get()->trusted(), strict);
    ASSERT_TRUE(read) << name_of(read.error());
    EXPECT_TRUE(read->bound);
    strict.binding->nonce = "another";
    EXPECT_FALSE(verify_sd_jwt(got->credential, keys_of_issuer.get()->trusted(), strict));
}

TEST_F(redemption_test, five_misses_make_an_operator_wait_and_ten_suspend_the_verifier) {
    const std::string good = code_for(bank);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(why(teller, wrong_code()), refusal::not_found);
    const auto waits = redeem(teller, good);
    ASSERT_FALSE(waits);
    EXPECT_EQ(waits.error().what, refusal::wait);
    EXPECT_EQ(waits.error().wait, 15min);
    EXPECT_TRUE(redeem(other_teller, good)) << "the others go on";
    EXPECT_EQ(why(other_teller, "123"), refusal::not_found);
    std::string mistyped = wrong_code();
    mistyped[3] = mistyped[3] == '0' ? '1' : '0';
    EXPECT_EQ(why(other_teller, mistyped), refusal::not_found);
    EXPECT_EQ(count("wallet_look WHERE what = 'missed'"), 5) << "what has a wrong check digit is not looked up";
    for (int i = 0; i < 4; ++i) EXPECT_EQ(why(other_teller, wrong_code()), refusal::not_found);
    EXPECT_EQ(wait(desk().verifier(bank_number))->state, "active");
    EXPECT_EQ(why(program, wrong_code()), refusal::not_found);
    EXPECT_EQ(why(program, wrong_code()), refusal::suspended);
    EXPECT_EQ(wait(desk().verifier(bank_number))->reason, "misses");
    EXPECT_EQ(count("audit WHERE kind = 'verifier.suspended' AND actor = 'system'"), 1);
    now.advance(48h);
    EXPECT_EQ(why(teller, code_for(shop)), refusal::suspended) << "until somebody looked";
    EXPECT_FALSE(share(wish("over_18", bank))) << "nor does she share with it";
    EXPECT_TRUE(wait(desk().resume(bank_number)));
    EXPECT_TRUE(redeem(teller, code_for(bank)));
}

TEST_F(redemption_test, a_receipt_that_is_nobodys_counts_as_a_wrong_code_and_waits_with_it) {
    const std::string good = code_for(bank);
    const auto taken = redeem(teller, code_for(bank));
    const auto foreign = redeem(shopkeeper, code_for(shop));
    ASSERT_TRUE(taken && foreign);
    const auto unknown = [&] {
        std::string digits;
        for (int i = 0; i < 9; ++i) digits += static_cast<char>('0' + random.below(10));
        return digits + damm_digit(digits);
    };
    const auto find = [&](const redeemer& by, const std::string& number) {
        const auto got = wait(counter().receipt(by, number));
        if (got) throw std::runtime_error("it was found");
        return got.error();
    };
    std::string mistyped = taken->receipt;
    mistyped.back() = mistyped.back() == '0' ? '1' : '0';
    for (int i = 0; i < 20; ++i) EXPECT_EQ(find(teller, mistyped).what, refusal::not_found);
    EXPECT_TRUE(redeem(other_teller, good)) << "nothing was counted";
    EXPECT_EQ(count("wallet_look WHERE what = 'missed'"), 0);
    EXPECT_EQ(find(teller, foreign->receipt).what, refusal::not_found) << "another verifier's is nobody's";
    for (int i = 0; i < 4; ++i) EXPECT_EQ(find(teller, unknown()).what, refusal::not_found);
    EXPECT_EQ(count("wallet_look WHERE what = 'missed'"), 5);
    EXPECT_EQ(find(teller, taken->receipt).what, refusal::wait);
    EXPECT_EQ(find(teller, taken->receipt).wait, 15min);
    EXPECT_EQ(why(teller, code_for(bank)), refusal::wait) << "one wait for both";
    EXPECT_TRUE(wait(counter().receipt(other_teller, taken->receipt)));
    now.advance(16min);
    EXPECT_TRUE(wait(counter().receipt(teller, taken->receipt)));
    wait(her().stop_all(amina, hop(1)));
    for (int i = 0; i < 20; ++i) EXPECT_EQ(find(program, taken->receipt).what, refusal::not_found);
    EXPECT_EQ(count("wallet_look WHERE what = 'missed'"), 5)
        << "a program that asks for what was stopped guesses nothing";
    for (int i = 0; i < 5; ++i) find(other_teller, unknown());
    EXPECT_EQ(find(program, taken->receipt).what, refusal::suspended);
    EXPECT_EQ(wait(desk().verifier(bank_number))->reason, "misses");
    EXPECT_EQ(count("audit WHERE kind = 'verifier.suspended' AND actor = 'system'"), 1);
}

TEST_F(redemption_test, parallel_guesses_are_counted_each) {
    settings_with_connections(8);
    std::vector<std::string> codes;
    for (int i = 0; i < 60; ++i) codes.push_back(wrong_code());
    std::vector<task<std::expected<redemption, redeem_refusal>>> tries;
    for (int i = 0; i < 60; ++i)
        tries.push_back(counter().redeem(i % 3 == 0   ? teller
                                         : i % 3 == 1 ? other_teller
                                                      : program,
                                         codes[static_cast<std::size_t>(i)]));
    int looked_up = 0;
    for (const auto& each : wait_all(std::move(tries))) {
        ASSERT_FALSE(each);
        looked_up += each.error().what == refusal::not_found ? 1 : 0;
    }
    EXPECT_GE(looked_up, 10) << "ten of this verifier, whoever typed them";
    EXPECT_LE(looked_up, 5 + 8) << "and those that were under way when half of them were counted, one a connection";
    EXPECT_EQ(count("wallet_look WHERE what = 'missed'"), looked_up);
    EXPECT_EQ(count("audit WHERE kind = 'verifier.suspended'"), 1);
}

// A patient thief with every operator of a verifier, and staff who resume it each morning without thinking.
TEST_F(redemption_test, a_month_of_guessing_gets_as_many_tries_as_the_bound_says) {
    std::vector<redeemer> thieves{teller, other_teller, program};
    for (int i = 0; i < 7; ++i) thieves.push_back(add_operator(bank_number, fmt::format("thief{}", i)));
    std::int64_t tries = 0, hits = 0;
    for (int day = 0; day < 30; ++day) {
        for (int round = 0; round < 6; ++round) {
            for (const auto& thief : thieves) {
                const auto got = redeem(thief, wrong_code());
                hits += got ? 1 : 0;
                tries += !got && got.error().what == refusal::not_found ? 1 : 0;
            }
            now.advance(16min);
        }
        wait(desk().resume(bank_number));
        now.advance(24h);
    }
    EXPECT_EQ(hits, 0);
    EXPECT_LE(tries, 30 * 10);
    // With 50 codes that live at any moment: research's bound, G·L/N a day.
    const double a_day = static_cast<double>(tries) / 30 * 50 / 1e9;
    EXPECT_LE(a_day, 5e-7);
    RecordProperty("tries_in_30_days", std::to_string(tries));
    RecordProperty("chance_a_day", fmt::format("{:.1e}", a_day));
    EXPECT_GE(count("audit WHERE kind = 'verifier.suspended'"), 29);
}

// The bound's formula, L/N a try, by the redemption itself, on codes so short that some are hit.
TEST_F(redemption_test, a_guess_hits_as_often_as_the_bound_says) {
    constexpr std::uint64_t space = 1'000, live = 50;
    constexpr int tries = 1'200;
    seeded_random dice(11);
    const auto code_of = [](std::uint64_t drawn) {
        const std::string digits = fmt::format("{:09}", drawn);
        return digits + damm_digit(digits);
    };
    std::set<std::uint64_t> codes;
    const auto plant = [&](verifier_id where, std::uint64_t drawn) {
        sql.run(fmt::format(
            "INSERT INTO wallet_share (individual, made_by, registration_group, verifier, kind, preset, facts, "
            "reference, hop_key, trust, code_blind, code_trace, made_at, expires_at, lasts) VALUES (4, 4, 2, {}, "
            "'registration', 'over_18', '{{registered,age_over_18}}', 'ACDE', '{}'::bytea, 3, '{}'::bytea, "
            "'{}'::bytea, "
            "'2026-10-20 11:59Z', '2026-10-20 12:09Z', '1 day')",
            where.value, registry::bytea_parameter(hop(++hops)),
            registry::bytea_parameter(code_key(mac, where, code_of(drawn))),
            registry::bytea_parameter(code_trace(mac, code_of(drawn)))));
    };
    const auto one_more = [&] {
        std::uint64_t drawn = dice.below(space);
        while (!codes.insert(drawn).second) drawn = dice.below(space);
        plant(bank, drawn);
    };
    while (codes.size() < live) one_more();
    for (std::uint64_t i = 0; i < live; ++i) plant(shop, i);  // theirs help nobody at the bank
    int hits = 0;
    for (int i = 0; i < tries; ++i) {
        forgive();
        const std::uint64_t drawn = dice.below(space);
        const auto got = redeem(teller, code_of(drawn));
        ASSERT_EQ(got.has_value(), codes.contains(drawn));
        if (!got) continue;
        ++hits;
        one_more();
        codes.erase(drawn);
        sql.run(fmt::format("UPDATE wallet_share SET code_blind = NULL WHERE receipt = '{}'", got->receipt));
    }
    const double expected = static_cast<double>(tries) * live / space;
    EXPECT_NEAR(hits, expected, 4 * std::sqrt(expected));
}

TEST_F(redemption_test, the_code_grows_where_a_verifier_is_crowded) {
    sql.run(fmt::format(
        "INSERT INTO wallet_share (individual, made_by, registration_group, verifier, kind, preset, facts, reference, "
        "hop_key, trust, made_at, expires_at, lasts) SELECT 4, 4, 2, {}, 'registration', 'over_18', '{{registered}}', "
        "'ACDE', decode(lpad(to_hex(i), 32, '0'), 'hex'), 3, '2026-10-20 11:59Z', '2026-10-20 12:09Z', '1 day' "
        "FROM generate_series(1, 99) i",
        bank.value));
    EXPECT_EQ(code_for(bank).size(), 10U);
    EXPECT_EQ(code_for(bank).size(), 11U);
    const auto offer = share(wish("over_18", bank));
    EXPECT_TRUE(redeem(teller, offer->code));
}

TEST_F(redemption_test, she_learns_of_tries_with_a_code_that_was_not_for_them) {
    const std::string code = code_for(bank);
    EXPECT_EQ(why(shopkeeper, code), refusal::not_found);
    EXPECT_EQ(looks(amina), (std::vector<std::string>{"tried Shop"}));
    EXPECT_TRUE(redeem(teller, code)) << "it is still good for whom it was made for";
}

// Unknown, expired, used and other verifiers' codes, in random order, many times. The quicker half of each is compared:
// what else runs on the machine makes the slower half.
TEST_F(redemption_test, what_is_not_found_takes_equal_time) {
    const std::string used = code_for(bank);
    ASSERT_TRUE(redeem(other_teller, used));
    const std::string foreign = code_for(shop);
    const std::string over = code_for(bank);
    now.advance(11min);
    const std::string foreign_live = code_for(shop);
    const std::array<std::string, 5> codes{"", over, used, foreign, foreign_live};
    std::array<std::vector<double>, 5> times;
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < 5 * 200; ++i) order.push_back(i % 5);
    for (std::size_t i = order.size() - 1; i > 0; --i) std::swap(order[i], order[random.below(i + 1)]);
    for (const std::size_t kind : order) {
        forgive();
        const std::string code = codes[kind].empty() ? wrong_code() : codes[kind];
        const auto begun = std::chrono::steady_clock::now();
        const auto got = redeem(teller, code);
        const auto took = std::chrono::steady_clock::now() - begun;
        ASSERT_FALSE(got);
        ASSERT_EQ(got.error().what, refusal::not_found);
        times[kind].push_back(std::chrono::duration<double, std::micro>(took).count());
    }
    std::array<double, 5> typical{};
    for (std::size_t kind = 0; kind < times.size(); ++kind) {
        std::ranges::sort(times[kind]);
        typical[kind] = times[kind][times[kind].size() / 4];
    }
    const double noise = times[0][times[0].size() / 2] - times[0][times[0].size() / 20];
    const std::string told = fmt::format(
        "unknown {:.0f} µs, over {:.0f}, used {:.0f}, foreign and over {:.0f}, foreign {:.0f}, noise {:.0f}",
        typical[0], typical[1], typical[2], typical[3], typical[4], noise);
    RecordProperty("micros", told);
    for (const double each : typical) EXPECT_NEAR(each, typical[0], std::max(noise, typical[0] * 0.2)) << told;
}

TEST_F(redemption_test, operators_sign_in_and_their_waits_end) {
    const auto sign_in = [&](const std::string& number, const std::string& name, const std::string& password) {
        return wait(counter().sign_in(number, name, password));
    };
    const auto in = sign_in(bank_number, "teller1", "correct horse");
    ASSERT_TRUE(in);
    EXPECT_EQ(in->who, teller.who);
    EXPECT_EQ(wait(counter().face(*in, "en", now.now()))->name, "Bank");
    EXPECT_EQ(sign_in(bank_number, "teller2", "correct hors").error().what, sign_in_refusal::kind::wrong);
    EXPECT_EQ(sign_in(shop_number, "teller1", "correct horse").error().what, sign_in_refusal::kind::wrong);
    EXPECT_EQ(sign_in(bank_number, "nobody", "correct horse").error().what, sign_in_refusal::kind::wrong);
    for (int i = 0; i < 4; ++i) sign_in(bank_number, "teller1", "wrong");
    EXPECT_FALSE(sign_in(bank_number, "teller1", "correct horse")) << "it waits, and says the same as ever";
    now.advance(2min);
    EXPECT_TRUE(sign_in(bank_number, "teller1", "correct horse"));
    settings_with_connections(8);
    std::vector<task<std::expected<redeemer, sign_in_refusal>>> tries;
    for (int i = 0; i < 30; ++i) tries.push_back(counter().sign_in(bank_number, "teller1", "wrong"));
    wait_all(std::move(tries));
    EXPECT_EQ(sql.value("SELECT max(failures) FROM verifier_agent WHERE name = 'teller1'"), "4") << "not thirty tries";
    EXPECT_TRUE(wait(counter().face(teller, "en", now.now() - 1h)));
    now.advance(1h);
    wait(counter().sign_out(teller));
    EXPECT_FALSE(wait(counter().face(teller, "en", now.now() - 1min)));
    now.advance(1min);
    EXPECT_TRUE(wait(counter().face(teller, "en", now.now())));
    EXPECT_TRUE(wait(desk().end_agent(bank_number, "teller2")));
    EXPECT_FALSE(sign_in(bank_number, "teller2", "correct horse"));
    EXPECT_EQ(why(other_teller, wrong_code()), refusal::suspended);
}

TEST_F(redemption_test, an_operator_is_never_locked_out_for_good) {
    const std::string phone = "+254700090077";
    ASSERT_TRUE(
        wait(desk().put_operator(shop_number, {.name = "keeper",
                                               .password = {},
                                               .e164 = phone,
                                               .pin = secrets.make("pin " + shop_number + " keeper", "739201")})));
    for (unsigned i = 0; i < 120; ++i) {
        EXPECT_FALSE(wait(counter().sign_in(shop_number, "keeper", "wrong")));
        EXPECT_FALSE(wait(counter().operator_by_phone(phone, "111111", hop(5'000 + i))));
        now.advance(25h);
    }
    EXPECT_EQ(sql.value("SELECT failures FROM verifier_agent WHERE name = 'keeper'"), "100");
    EXPECT_TRUE(wait(counter().sign_in(shop_number, "keeper", "correct horse")));
    for (int i = 0; i < 10; ++i) wait(counter().sign_in(shop_number, "keeper", "wrong"));
    EXPECT_FALSE(wait(counter().sign_in(shop_number, "keeper", "correct horse")));
    now.advance(25h);
    EXPECT_TRUE(wait(counter().operator_by_phone(phone, "739201", hop(6'000))));
}

TEST_F(redemption_test, programs_show_their_secret_and_their_certificate) {
    EXPECT_EQ(wait(counter().client("core.bank", "s3cret"))->program, program.program);
    EXPECT_FALSE(wait(counter().client("core.bank", "other")));
    EXPECT_FALSE(wait(counter().client("teller1", "correct horse"))) << "an operator is no program";
    const std::string certificate(64, 'a');
    EXPECT_TRUE(wait(counter().client("core.bank", "s3cret", certificate))) << "none is registered";
    sql.run("UPDATE verifier_agent SET certificate = decode(repeat('aa', 32), 'hex') WHERE name = 'core.bank'");
    EXPECT_TRUE(wait(counter().client("core.bank", "s3cret", certificate)));
    EXPECT_FALSE(wait(counter().client("core.bank", "s3cret")));
    EXPECT_FALSE(wait(counter().client("core.bank", "s3cret", std::string(64, 'b'))));
    EXPECT_FALSE(wait(counter().client("core.bank", "s3cret", "xyz")));
}

TEST_F(redemption_test, an_operator_redeems_from_her_own_phone) {
    const std::string phone = "+254700090077";
    EXPECT_TRUE(
        wait(desk().put_operator(shop_number, {.name = "keeper",
                                               .password = {},
                                               .e164 = phone,
                                               .pin = secrets.make("pin " + shop_number + " keeper", "739201")})));
    EXPECT_FALSE(wait(desk().put_operator(
        bank_number, {.name = "teller1", .password = {}, .e164 = phone, .pin = secrets.make("x", "739201")})))
        << "the number is another's";
    EXPECT_FALSE(wait(counter().operator_behind(std::string(registry::test::nobody), "en")));
    const auto face = wait(counter().operator_behind(phone, "en"));
    ASSERT_TRUE(face);
    EXPECT_EQ(face->operator_name, "keeper");
    EXPECT_FALSE(wait(counter().operator_by_phone(phone, "739202", hop(1))));
    EXPECT_FALSE(wait(counter().operator_by_phone(phone, "739202", hop(1))));
    EXPECT_EQ(sql.value("SELECT failures FROM verifier_agent WHERE name = 'keeper'"), "1") << "one hop, one guess";
    const auto in = wait(counter().operator_by_phone(phone, "739201", hop(2)));
    ASSERT_TRUE(in);
    EXPECT_EQ(in->channel, "ussd");
    const auto got = redeem(*in, code_for(shop));
    ASSERT_TRUE(got);
    redeemer at_the_page = shopkeeper;
    EXPECT_EQ(wait(counter().receipt(at_the_page, got->receipt))->credential, got->credential);
    EXPECT_EQ(sql.value("SELECT channel FROM wallet_share"), "ussd");
}

}  // namespace
}  // namespace mlango::wallet::test
