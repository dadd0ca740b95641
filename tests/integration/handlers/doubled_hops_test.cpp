// The same 10,000 hops twice: as they should go, and each delivered twice at the same time, to two houses, with late
// repeats and hops of long ago between. Both registries must end alike. The seed is printed; MLANGO_TEST_SEED plays it
// again.
#include <future>

#include "tests/integration/handlers/planned_conversations.hpp"

namespace mlango::test {
namespace {

constexpr std::size_t hops_played = 10'000;
constexpr std::size_t at_a_time = played_families;  // phones, each of another household

// A session as it was played: what was delivered, and what she saw.
struct played_session {
    std::string from, name;
    std::vector<std::string> inputs, planned;
    std::vector<std::string> shown;
    std::size_t at = 0;
    std::optional<played_phone> phone;
};

using batch = std::vector<played_session>;

std::vector<batch> plan(std::uint64_t seed) {
    seeded_lots drawn(seed);
    std::vector<batch> all;
    for (std::size_t hops = 0; hops < hops_played;) {
        batch& next = all.emplace_back();
        for (std::size_t family = 0; family < at_a_time; ++family) {
            auto& one = next.emplace_back();
            one.from = family_number(family);
            one.name = fmt::format("{} {}", all.size(), family);
            if (drawn.chance(40)) {  // a wrong PIN, sometimes until nothing opens for a while
                one.planned = {"[home.assistance]"};
                for (auto wrong = 1 + drawn.below(4); wrong > 0; --wrong)
                    one.planned.push_back(fmt::format("11{}", 10 + drawn.below(80)));
            } else if (drawn.chance(8)) {  // another PIN, and back to the old one
                const auto change = [&](const char* from, const char* to) {
                    for (const char* input :
                         {"[home.settings]", "[topic.pin_title]", "[settings.pin]", from, "[pin.own]", to, to, "0"})
                        one.planned.emplace_back(input);
                };
                change("4826", "730518");
                change("730518", "4826");
            } else {
                one.planned = planned_way(drawn);
            }
            if (drawn.chance(4)) one.planned.insert(one.planned.begin() + 1, "77");
            for (const char* end : {"0", "[home.help]"}) one.planned.emplace_back(end);
            hops += one.planned.size() + 1;
        }
    }
    return all;
}

// Household by household in step, so that what belongs together happens in its order.
std::size_t play_once(played_house& house, batch& all, const templates::catalogue& words) {
    std::size_t hops = 0;
    while (true) {
        std::vector<gsm::ussd_hop> now;
        std::vector<played_session*> whose;
        for (auto& one : all) {
            if (!one.phone) {
                one.phone.emplace(house, one.from, one.name);
            } else if (one.shown.size() == 1 && asks_whether_to_continue(one.shown[0], words)) {
                one.inputs.emplace_back("2");  // she leaves what she had not finished
                one.phone->add("2");
            } else if (one.at < one.planned.size()) {
                one.inputs.push_back(typed_on(one.shown.back(), one.planned[one.at++], words));
                one.phone->add(one.inputs.back());
            } else {
                continue;
            }
            now.push_back(one.phone->last_hop());
            whose.push_back(&one);
        }
        if (now.empty()) return hops;
        hops += now.size();
        const auto replies = house.at_once(std::move(now), gsm::gateway_profile());
        for (std::size_t i = 0; i < whose.size(); ++i) whose[i]->shown.push_back(replies[i].text);
    }
}

struct difference {
    std::size_t hops = 0, repeats = 0;
    std::string first;  // of what was shown
};

difference play_doubled(played_house& here, played_house& there, const batch& all, lots& drawn) {
    difference found;
    std::size_t rounds = 0;
    for (const auto& one : all) rounds = std::max(rounds, one.shown.size());
    std::vector<played_phone> phones;
    for (const auto& one : all) phones.emplace_back(here, one.from, one.name);
    std::vector<std::vector<gsm::ussd_hop>> earlier(all.size());
    const gsm::gateway_profile profile;
    for (std::size_t round = 0; round < rounds; ++round) {
        std::vector<gsm::ussd_hop> to_here, to_there;
        std::vector<std::size_t> whose;
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (round >= all[i].shown.size()) continue;
            if (round > 0) phones[i].add(all[i].inputs[round - 1]);
            const auto hop = phones[i].last_hop();
            // At the same time at two houses, or both at one.
            to_here.push_back(hop);
            whose.push_back(i);
            (drawn.below(3) == 0 ? to_here : to_there).push_back(hop);
            if (to_here.size() > whose.size()) whose.push_back(i);
            earlier[i].push_back(hop);
            ++found.hops;
        }
        auto other = std::async(std::launch::async, [&] { return there.at_once(to_there, profile); });
        const auto replies = here.at_once(std::move(to_here), profile);
        (void)other.get();
        for (std::size_t i = 0; i < whose.size(); ++i) {
            const auto& wanted = all[whose[i]].shown[round];
            if (found.first.empty() && without_references(replies[i].text) != without_references(wanted))
                found.first = fmt::format("session {}, hop {}:\n{}\ninstead of:\n{}", all[whose[i]].name, round,
                                          replies[i].text, wanted);
        }
        // What the gateway sends once more, late: the last hop, or one of long ago.
        std::vector<gsm::ussd_hop> late;
        for (std::size_t i = 0; i < all.size(); ++i)
            if (round < all[i].shown.size() && drawn.below(6) == 0)
                late.push_back(drawn.below(2) == 0 ? earlier[i].back() : drawn.one_of(earlier[i]));
        found.repeats += late.size();
        (drawn.below(2) == 0 ? here : there).at_once(std::move(late), profile);
    }
    return found;
}

TEST(doubled_hops, have_one_effect_each) {
    const std::uint64_t seed = printed_seed("doubled hops");
    RecordProperty("seed", std::to_string(seed));
    auto sessions = plan(seed);
    seeded_lots network(seed + 1);
    played_world once, twice;
    std::size_t hops = 0, doubled = 0, repeats = 0;
    {
        played_house calm(once), here(twice), there(twice);
        calm.connected();
        here.connected();
        there.connected();
        for (auto& each : sessions) {
            hops += play_once(calm, each, calm.editions.current().words);
            const auto found = play_doubled(here, there, each, network);
            doubled += found.hops;
            repeats += found.repeats;
            ASSERT_EQ(found.first, "") << "seed " << seed;
            // Whoever may not try her PIN for a while may again.
            once.time.advance(std::chrono::minutes(30));
            twice.time.advance(std::chrono::minutes(30));
            each.clear();
        }
    }
    EXPECT_GE(hops, hops_played);
    EXPECT_EQ(doubled, hops);
    EXPECT_GT(repeats, hops / 12) << "hardly anything came late";
    EXPECT_EQ(what_is_recorded(twice), what_is_recorded(once)) << "seed " << seed;
    sql_session sql(once.registry.conninfo());
    for (const char* changed : {"change_request WHERE asked_at > now() - interval '1 hour'",
                                "ticket WHERE category = 'call_back'", "outbox", "audit WHERE kind LIKE 'pin.%'"})
        EXPECT_GT(std::stoll(sql.value(std::string("SELECT count(*) FROM ") + changed)), 50) << changed;
}

}  // namespace
}  // namespace mlango::test
