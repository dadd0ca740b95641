#include "registry/population.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sodium.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/bytes.hpp"
#include "registry/population/copy_text.hpp"
#include "registry/population/dossiers.hpp"
#include "registry/population/names.hpp"
#include "registry/population/places.hpp"

namespace mlango::registry::population {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

constexpr day today = std::chrono::sys_days(2026y / std::chrono::March / 17);
constexpr std::uint64_t seed = 1;

long long number(day when) {
    return when.time_since_epoch().count();
}

std::string text_of(const dossier& what) {
    const family& of = what.who;
    std::string out = fmt::format("{} {} {} {} {} {} {} {}\n", of.number, of.origin, of.operation, of.zone,
                                  of.address_line, of.group_number, number(of.registered), of.revision);
    for (const member& who : of.members)
        out += fmt::format("{} {} {} {} {} {} {} {} {} {}\n", who.given_name, who.family_name, who.relationship,
                           who.sex, number(who.born), who.precision, number(who.registered),
                           who.left ? number(*who.left) : 0, who.language, static_cast<int>(who.pin));
    for (const phone& own : of.phones)
        out += fmt::format("{} {} {} {} {}\n", own.member, own.e164, own.answers, own.trust, number(own.collected));
    for (const entitlement& one : what.entitlements) {
        out +=
            fmt::format("{} {} {} {} {} {} {} {}\n", one.list, one.state, one.collector, one.amount_minor.value_or(-1),
                        number(one.first), number(one.last), one.order_number, one.answer ? one.answer->answer : "-");
        for (const entitlement_line& line : one.lines) out += fmt::format("{} {}\n", line.item, line.thousandths);
    }
    for (const asked_change& one : what.changes)
        out += fmt::format("{} {} {} {} {}\n", one.reference, one.kind, one.after, one.state, number(one.asked));
    for (const asked_ticket& one : what.tickets)
        out += fmt::format("{} {} {} {}\n", one.reference, one.category, one.state, number(one.asked));
    return out;
}

std::string digest_of(std::string_view text) {
    std::array<unsigned char, crypto_hash_sha256_BYTES> out;
    crypto_hash_sha256(out.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
    return to_hex(std::as_bytes(std::span(out).first(8)));
}

class families : public testing::Test {
protected:
    static constexpr int count = 5000;
    static const std::vector<family>& all() {
        static const std::vector<family> made = [] {
            std::vector<family> out;
            for (int i = 0; i < count; ++i) out.push_back(make_family(seed, i, today));
            return out;
        }();
        return made;
    }
    static const calendar& when() {
        static const calendar made(today);
        return made;
    }
};

TEST_F(families, stay_the_same_for_a_seed) {
    std::string text;
    for (int i = 0; i < 100; ++i) text += text_of(make_dossier(seed, i, when()));
    EXPECT_EQ(digest_of(text), "45aafca45bfe3b01") << "the population of seed 1 changed";
}

TEST_F(families, depend_on_seed_and_number_alone) {
    const std::string late = text_of(make_dossier(seed, 777'777, when()));
    EXPECT_EQ(text_of(make_dossier(seed, 777'777, when())), late);
    EXPECT_NE(text_of(make_dossier(2, 0, when())), text_of(make_dossier(1, 0, when())));
    // The streams of (seed, family) do not lie along a diagonal.
    EXPECT_NE(make_family(2, 1, today).members.front().born, make_family(1, 2, today).members.front().born);
}

TEST_F(families, have_one_principal_who_comes_first_and_is_still_there) {
    for (const family& one : all()) {
        ASSERT_FALSE(one.members.empty());
        ASSERT_LE(one.members.size(), static_cast<std::size_t>(most_members));
        EXPECT_EQ(std::ranges::count(one.members, "PA", &member::relationship), 1) << one.number;
        EXPECT_EQ(one.members.front().relationship, "PA");
        EXPECT_FALSE(one.members.front().left);
        EXPECT_EQ(one.members.front().pin, pin_state::issued);
    }
}

TEST_F(families, have_names_and_codes_that_the_registry_takes) {
    const std::set<std::string_view> relationships = {"PA",  "WIF", "HUS", "SON", "DAU", "MTH", "FTH", "GCF",
                                                      "GCM", "SIS", "BRO", "SCM", "FCF", "FCM", "EXF", "EXM"};
    for (const family& one : all()) {
        std::set<std::string_view> given;
        for (const member& who : one.members) {
            EXPECT_FALSE(who.given_name.empty());
            EXPECT_FALSE(who.family_name.empty());
            EXPECT_TRUE(given.insert(who.given_name).second) << "two of one name in family " << one.number;
            EXPECT_TRUE(relationships.contains(who.relationship)) << who.relationship;
            EXPECT_TRUE(who.sex == 'F' || who.sex == 'M');
            EXPECT_TRUE(is_utf8(who.given_name) && is_utf8(who.family_name));
        }
    }
}

TEST_F(families, have_plausible_ages) {
    for (const family& one : all()) {
        const member& principal = one.members.front();
        EXPECT_GE((today - principal.born).count(), 15 * 365) << one.number;
        for (const member& who : one.members) {
            EXPECT_LT((today - who.born).count(), 90 * 366);
            if (who.relationship == "SON" || who.relationship == "DAU")
                for (const member& parent : one.members)
                    if (parent.relationship == "PA" || parent.relationship == "WIF" || parent.relationship == "HUS") {
                        EXPECT_GE((who.born - parent.born).count(), 16 * 365) << one.number;
                        if (parent.sex == 'F') EXPECT_LE((who.born - parent.born).count(), 45 * 366) << one.number;
                    }
            if (who.relationship == "WIF" || who.relationship == "HUS") {
                EXPECT_NE(who.sex, principal.sex);
                EXPECT_GE((today - who.born).count(), 18 * 365) << one.number;
            }
        }
    }
}

TEST_F(families, have_dates_in_order) {
    for (const family& one : all()) {
        EXPECT_LE(one.registered, today) << one.number;
        for (const member& who : one.members) {
            EXPECT_LE(who.born, who.registered) << one.number;
            EXPECT_LE(who.registered, today);
            EXPECT_GE(who.registered, one.registered);
            if (who.left) EXPECT_LT(who.registered, *who.left);
            if (who.left) EXPECT_LE(*who.left, today);
        }
        for (const phone& own : one.phones) {
            EXPECT_GE(own.collected, one.registered);
            EXPECT_LE(own.collected, today);
            if (own.sim_changed) EXPECT_GE(*own.sim_changed, own.collected);
        }
    }
}

TEST_F(families, answer_at_their_number) {
    std::map<std::string, std::set<std::int64_t>> behind;
    for (const family& one : all()) {
        ASSERT_FALSE(one.phones.empty());
        const phone& first = one.phones.front();
        EXPECT_EQ(first.e164, fmt::format("+254{}", 700'000'000 + one.number));
        EXPECT_EQ(first.trust, 3);
        EXPECT_EQ(first.member, 0U);
        EXPECT_EQ(std::ranges::count(one.phones, 0U, &phone::member), 1) << "the principal has one phone";
        for (const phone& own : one.phones) {
            EXPECT_LT(own.member, one.members.size());
            EXPECT_EQ(own.e164.size(), 13U) << own.e164;
            EXPECT_FALSE(one.members[own.member].left);
            EXPECT_TRUE(behind[own.e164].insert(one.number).second) << "twice in one family";
        }
    }
    std::size_t shared = 0;
    for (const auto& [e164, who] : behind) {
        EXPECT_LE(who.size(), 8U);
        if (who.size() > 1) ++shared;
        if (e164.starts_with("+2547000")) EXPECT_EQ(who.size(), 1U);
    }
    EXPECT_GT(shared, 5U);
}

TEST_F(families, are_of_many_kinds) {
    std::map<std::string_view, int> languages, origins, sexes;
    std::map<std::size_t, int> sizes;
    std::int64_t people = 0;
    for (const family& one : all()) {
        ++languages[one.members.front().language];
        ++origins[one.origin];
        ++sizes[one.members.size()];
        people += static_cast<std::int64_t>(one.members.size());
    }
    EXPECT_EQ(languages.size(), 4U);
    for (const std::string_view language : {"en", "sw", "fr", "ar"})
        EXPECT_GT(languages[language], count / 10) << language;
    EXPECT_EQ(origins.size(), name_books().size());
    EXPECT_GT(sizes[1], count / 10);
    EXPECT_GT(sizes[7], count / 50);
    const double mean = static_cast<double>(people) / count;
    EXPECT_GT(mean, 3.5);
    EXPECT_LT(mean, 4.8);
}

TEST_F(families, have_numbers_of_their_own) {
    std::set<std::string> numbers;
    const std::array<std::int64_t, 8> far = {99'998,  99'999,    100'000,   100'001,
                                             999'999, 1'000'000, 5'000'000, 8'999'999};
    for (const family& one : all())
        EXPECT_TRUE(numbers.insert(one.group_number.substr(0, 3) + one.group_number.substr(7)).second);
    for (const std::int64_t i : far) {
        const family one = make_family(seed, i, today);
        EXPECT_TRUE(numbers.insert(one.group_number.substr(0, 3) + one.group_number.substr(7)).second)
            << one.group_number;
    }
    EXPECT_EQ(individual_number(0, person_key(0, 0)), "KEN-100000016");
    EXPECT_EQ(principal_phone(8'999'999), "+254708999999");
}

TEST_F(families, have_entitlements_that_fit_together) {
    std::map<std::string_view, int> states, answers;
    std::set<std::string> orders;
    std::size_t total = 0;
    for (const family& one : all()) {
        const auto list = make_entitlements(seed, one, when());
        total += list.size();
        ASSERT_LE(list.size(), static_cast<std::size_t>(most_entitlements));
        EXPECT_GE(std::ranges::count_if(list, [](const entitlement& e) { return e.state != "cancelled"; }), 3);
        std::set<std::size_t> lists;
        for (const entitlement& what : list) {
            ++states[what.state];
            EXPECT_TRUE(lists.insert(what.list).second) << "two on one list";
            EXPECT_EQ(when().lists()[what.list].operation, one.operation);
            EXPECT_LE(what.first, what.last);
            EXPECT_LT(what.collector, one.members.size());
            EXPECT_FALSE(one.members[what.collector].left);
            EXPECT_EQ(what.alternate, what.collector != 0);
            EXPECT_NE(what.amount_minor.has_value(), !what.lines.empty()) << "money or items";
            EXPECT_EQ(what.amount_minor.has_value(), !what.currency.empty());
            EXPECT_NE(what.distribution.has_value(), !what.provider.empty());
            if (!what.order_number.empty()) {
                EXPECT_EQ(what.order_number.size(), 9U);
                EXPECT_TRUE(orders.insert(what.order_number).second);
            }
            EXPECT_EQ(what.redeemed.has_value(), what.state == "redeemed" || what.state == "partial");
            if (what.redeemed) {
                EXPECT_GE(what.redeemed->on, what.first);
                EXPECT_LE(what.redeemed->on, today);
                if (what.state == "redeemed") EXPECT_EQ(what.redeemed->amount_minor, what.amount_minor.value_or(0));
            }
            if (what.answer) {
                ++answers[what.answer->answer];
                ASSERT_TRUE(what.redeemed);
                EXPECT_GE(what.answer->on, what.redeemed->on);
                EXPECT_LE(what.answer->on, today);
            }
            if (what.state == "available") EXPECT_TRUE(what.first <= today && today <= what.last);
        }
    }
    EXPECT_EQ(states.size(), 9U) << "every state";
    EXPECT_EQ(answers.size(), 4U) << "every answer";
    const double mean = static_cast<double>(total) / count;
    EXPECT_GT(mean, 4.5);
    EXPECT_LT(mean, 5.5);
}

TEST_F(families, ask_with_references_of_their_own) {
    std::set<std::string> open;
    std::map<std::string_view, int> states;
    for (int i = 0; i < count; ++i) {
        const dossier one = make_dossier(seed, i, when());
        EXPECT_LE(one.changes.size() + one.tickets.size(), 3U);
        for (const asked_change& asked : one.changes) {
            ++states[asked.state];
            EXPECT_GE(asked.asked, one.who.registered);
            EXPECT_EQ(asked.decided.has_value(), asked.state == "applied" || asked.state == "rejected");
            if (asked.decided) EXPECT_GE(*asked.decided, asked.asked);
            if (!asked.decided) EXPECT_TRUE(open.insert(asked.reference).second);
        }
        for (const asked_ticket& asked : one.tickets) {
            EXPECT_EQ(asked.closed.has_value(), asked.state == "closed");
            if (asked.closed) EXPECT_GE(*asked.closed, asked.asked);
            if (!asked.closed) EXPECT_TRUE(open.insert(asked.reference).second);
            if (asked.entitlement) EXPECT_TRUE(one.entitlements.at(*asked.entitlement).answer);
        }
        for (std::size_t e = 0, told = 0; e < one.entitlements.size(); ++e)
            if (one.entitlements[e].answer && one.entitlements[e].answer->answer != "received" && told++ == 0)
                EXPECT_FALSE(one.tickets.empty()) << "a problem opens a ticket";
    }
    for (const std::string_view state : {"pending", "validated", "applied", "rejected"})
        EXPECT_GT(states[state], 0) << state;
    // Far families have closed requests only: there are not so many references.
    for (std::int64_t i = 500'000; i < 502'000; ++i) {
        const dossier one = make_dossier(seed, i, when());
        for (const asked_change& asked : one.changes) EXPECT_TRUE(asked.decided);
        for (const asked_ticket& asked : one.tickets) EXPECT_TRUE(asked.closed);
    }
}

TEST(references, are_all_different_and_without_look_alikes) {
    std::vector<bool> seen(static_cast<std::size_t>(all_references));
    constexpr std::string_view alphabet = "ACDEFGHJKMNPQRTUVWXY234679";
    for (std::int64_t slot = 0; slot < all_references; ++slot) {
        std::size_t value = 0;
        for (const char letter : reference_at(slot)) {
            ASSERT_NE(alphabet.find(letter), std::string_view::npos);
            value = value * 26 + alphabet.find(letter);
        }
        ASSERT_FALSE(seen[value]) << slot;
        seen[value] = true;
    }
}

TEST(demo, has_who_its_table_promises) {
    for (day at = today; at < today + days(62); at += days(1)) {
        const calendar when(at);
        std::map<std::string, std::vector<const member*>> behind;
        std::set<std::string_view> states;
        std::set<std::string> references;
        std::size_t longest = 0;
        const std::vector<dossier> all = demo_dossiers(when);
        for (const dossier& one : all) {
            EXPECT_GE(one.who.number, most_families);
            for (const phone& own : one.who.phones) behind[own.e164].push_back(&one.who.members.at(own.member));
            longest = std::max(longest, one.entitlements.size());
            std::set<std::size_t> lists;
            for (const entitlement& what : one.entitlements) {
                states.insert(what.state);
                EXPECT_TRUE(lists.insert(what.list).second);
                if (what.state == "available") EXPECT_TRUE(what.first <= at && at <= what.last) << date_text(at);
                if (what.state == "pending") EXPECT_GT(what.first, at);
                if (what.redeemed) EXPECT_LE(what.redeemed->on, at) << date_text(at);
                if (what.answer) EXPECT_LE(what.answer->on, at) << date_text(at);
                if (what.state == "not_collected" || what.state == "expired") EXPECT_LT(what.last, at) << date_text(at);
            }
            for (const asked_change& asked : one.changes) EXPECT_TRUE(references.insert(asked.reference).second);
            for (const asked_ticket& asked : one.tickets) EXPECT_TRUE(references.insert(asked.reference).second);
        }
        EXPECT_EQ(states.size(), 9U);
        EXPECT_EQ(longest, 12U);
        for (const demo_person& person : demo_people()) {
            if (person.msisdn == "+254711000099" || person.msisdn == "+254711000081") {
                EXPECT_FALSE(behind.contains(person.msisdn));
                continue;
            }
            ASSERT_TRUE(behind.contains(person.msisdn)) << person.msisdn;
            const member& who = *behind[person.msisdn].front();
            EXPECT_EQ(who.language, person.language) << person.msisdn;
            EXPECT_EQ(who.pin == pin_state::none, person.pin.empty()) << person.msisdn;
        }
        EXPECT_EQ(behind["+254711000005"].size(), 3U);
    }
}

TEST(copy_texts, quote_what_postgresql_reads) {
    copy_text rows;
    rows.number(-12)
        .null()
        .text("Béatrice")
        .flag(true)
        .text_or_null("")
        .date(today)
        .moment(today, 3661)
        .decimal(8'100)
        .decimal(50)
        .bytes(std::string_view("\x00\xff\x5c", 3))
        .bytes_in_array("\x01");
    rows.end_row();
    rows.letter('F');
    rows.end_row();
    EXPECT_EQ(rows.data(),
              "-12\t\\N\tBéatrice\tt\t\\N\t2026-03-17\t2026-03-17 "
              "01:01:01+00\t8.100\t0.050\t\\\\x00ff5c\t{\"\\\\\\\\x01\"}\nF\n");
    EXPECT_EQ(rows.rows(), 2);
    rows.clear();
    EXPECT_EQ(rows.data(), "");
}

TEST(name_books, are_wide_enough) {
    for (const name_book& book : name_books()) {
        EXPECT_GE(book.women.size() + book.men.size(), 60U) << book.origin;
        if (book.rule == second_name::of_father) {
            EXPECT_TRUE(book.second.empty()) << book.origin;
        } else {
            EXPECT_GE(book.second.size(), 30U) << book.origin;
        }
    }
}

TEST(places, have_short_names_and_parents_before_children) {
    std::set<std::string> known;
    for (const place& at : places()) {
        EXPECT_TRUE(at.parent.empty() || known.contains(at.parent)) << at.code;
        EXPECT_TRUE(known.insert(at.code).second);
        for (const std::string& name : {at.name.en, at.name.sw, at.name.fr}) EXPECT_LE(name.size(), 22U) << name;
    }
    for (const collection_point& point : collection_points()) {
        EXPECT_TRUE(known.contains(point.place));
        EXPECT_LE(point.name.en.size(), 22U) << point.name.en;
        EXPECT_EQ(collection_points()[point.settlement * points_a_settlement].settlement, point.settlement);
    }
}

TEST(calendars, hold_in_every_month) {
    for (day at = today; at < today + days(400); at += days(13)) {
        const calendar when(at);
        for (std::size_t p = 0; p < programmes().size(); ++p)
            for (std::size_t o = 0; o < operations().size(); ++o) EXPECT_GE(when.lists_of(p, o).size(), 2U);
        for (const cycle& one : when.cycles()) EXPECT_LT(one.first, one.last);
        for (const distribution& one : when.distributions()) {
            const cycle& in = when.cycles()[when.lists()[one.list].cycle];
            if (when.lists()[one.list].type == "follow_up") continue;
            EXPECT_GE(one.on, in.first);
            EXPECT_LE(one.on + collecting, in.last) << in.title;
        }
    }
}

}  // namespace
}  // namespace mlango::registry::population
