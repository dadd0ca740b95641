// The same sessions twice: as they should go, and over a network that loses replies, so that hops are delivered again,
// late, or several at once. Both registries must end alike. The seed is printed; MLANGO_TEST_SEED plays it again.
#include <fmt/format.h>
#include <array>
#include <cstdlib>

#include "tests/support/played_house.hpp"

namespace mlango::test {
namespace {

constexpr int sessions_played = 200;

std::uint64_t seed_of_run() {
    if (const char* given = std::getenv("MLANGO_TEST_SEED")) return std::strtoull(given, nullptr, 10);
    system_random random;
    return random.below(1'000'000'000);
}

struct planned_session {
    std::string from;
    std::vector<std::string> inputs;
};

std::vector<planned_session> plan(random_source& random) {
    const auto one_of = [&](std::initializer_list<const char*> words) {
        return std::string(words.begin()[random.below(words.size())]);
    };
    std::vector<planned_session> all;
    for (int i = 0; i < sessions_played; ++i) {
        auto& next = all.emplace_back();
        // Half of them the demo people, whose records hold every case.
        next.from = random.below(2) == 0 ? fmt::format("+2547000000{:02}", random.below(played_families))
                                         : fmt::format("+2547110000{:02}", 1 + random.below(14));
        std::vector<std::string> way;
        switch (random.below(8)) {
            case 0:  // she received it
                way = {"1", "4826", one_of({"1", "2", "3"}), "1", "0", "5"};
                break;
            case 1:  // a problem, perhaps the same again
                way = {"1", "4826", one_of({"1", "2", "3"}), "2", one_of({"1", "2", "3"}), "0", "1"};
                break;
            case 2:  // an address, perhaps not
                way = {"2", "4826", "3", "1", "Block " + std::to_string(random.below(50)), one_of({"1", "1", "2"}),
                       "0"};
                break;
            case 3:  // a number
                way = {"2", "4826", "2", "8", "4826", fmt::format("07110001{:02}", random.below(100)), "1", "0", "2"};
                break;
            case 4:  // a number replaced or removed
                way = {"2", "4826", "2", "1", one_of({"1", "2"}), "4826", "0711000199", "1", "00"};
                break;
            case 5:  // a call
                way = {"5", "2", one_of({"1", "2", "3", "4"}), "0", "6"};
                break;
            case 6:  // a language
                way = {"6", "1", one_of({"1", "2", "3", "4"}), "1"};
                break;
            default:  // a wrong PIN, then the right one
                way = {"1", "1111", "4826", "00", "2", "5"};
        }
        for (auto& input : way) {
            if (random.below(10) == 0) next.inputs.emplace_back("77");
            next.inputs.push_back(std::move(input));
        }
    }
    return all;
}

// Everything that the phone may change, without what is drawn by lot or by the wall clock.
std::string what_is_recorded(const played_world& world) {
    sql_session sql(world.registry.conninfo());
    std::string all;
    for (const char* query : {"SELECT kind, individual, registration_group, phone, before #- '{msisdn,sealed}', "
                              "after #- '{msisdn,sealed}', base_revision, trust, state FROM change_request ORDER BY id",
                              "SELECT category, topic, individual, registration_group, entitlement, language, state "
                              "FROM ticket ORDER BY id",
                              "SELECT entitlement, individual, answer FROM receipt ORDER BY entitlement",
                              "SELECT individual, failures, locked_until FROM pin ORDER BY individual",
                              "SELECT id, language FROM individual ORDER BY id",
                              "SELECT number_blind, language, sms_allowed FROM number_preference ORDER BY number_blind",
                              "SELECT language, text_key, state FROM outbox ORDER BY id",
                              "SELECT kind, actor, individual, registration_group, detail, count(*) FROM audit "
                              "WHERE kind <> 'pin.right' GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5"}) {
        all += std::string("-- ") + query + "\n";
        for (const auto& row : sql.run(query)) {
            for (const auto& value : row) all += value.value_or("-") + " | ";
            all += '\n';
        }
    }
    return all;
}

TEST(dropped_sessions, end_in_the_same_registry_as_undropped_ones) {
    const std::uint64_t seed = seed_of_run();
    RecordProperty("seed", std::to_string(seed));
    fmt::print("seed {}\n", seed);
    seeded_random planning(seed), network(seed + 1);
    const auto sessions = plan(planning);

    played_world calm, rough;
    std::vector<std::string> last_calm, last_rough;
    const auto normal = [](std::string text) {
        // A reference is drawn by lot.
        for (std::size_t at = 0; at + 4 <= text.size(); ++at) {
            constexpr std::string_view drawn = "ACDEFGHJKMNPQRTUVWXY234679";
            const auto is_drawn = [&](std::size_t i) { return drawn.find(text[i]) != std::string_view::npos; };
            if (is_drawn(at) && is_drawn(at + 1) && is_drawn(at + 2) && is_drawn(at + 3)) text.replace(at, 4, "....");
        }
        return text;
    };
    {
        played_house house(calm);
        house.connected();
        for (std::size_t i = 0; i < sessions.size(); ++i) {
            played_phone phone(house, sessions[i].from, std::to_string(i));
            gsm::ussd_reply reply = phone.dial();
            for (const auto& input : sessions[i].inputs) reply = phone.type(input);
            last_calm.push_back(normal(reply.text));
        }
    }
    int again = 0;
    {
        played_house house(rough), other(rough);
        house.connected();
        other.connected();
        for (std::size_t i = 0; i < sessions.size(); ++i) {
            played_phone phone(house, sessions[i].from, std::to_string(i));
            const auto somewhere = [&]() -> played_house& { return network.below(2) == 0 ? house : other; };
            gsm::ussd_reply reply = phone.dial();
            std::vector<gsm::ussd_hop> earlier{phone.last_hop()};
            for (const auto& input : sessions[i].inputs) {
                phone.add(input);
                const auto hop = phone.last_hop();
                // The reply is lost: the gateway asks again, here or there, also while the first is under way.
                for (auto times = network.below(3); times > 0; --times, ++again) {
                    const bool at_once = network.below(2) == 0;
                    somewhere().at_once(std::vector(at_once ? 3 : 1, hop), phone.profile);
                    if (network.below(4) == 0) somewhere().hop(earlier[network.below(earlier.size())], phone.profile);
                }
                reply = somewhere().hop(hop, phone.profile);
                earlier.push_back(hop);
            }
            last_rough.push_back(normal(reply.text));
        }
    }
    EXPECT_GT(again, sessions_played) << "hardly anything was delivered again";
    for (std::size_t i = 0; i < sessions.size(); ++i)
        EXPECT_EQ(last_rough[i], last_calm[i]) << "session " << i << " of " << sessions[i].from << ", seed " << seed;
    const auto wanted = what_is_recorded(calm);
    EXPECT_EQ(what_is_recorded(rough), wanted) << "seed " << seed;
    EXPECT_GT(sql_session(calm.registry.conninfo())
                  .value("SELECT count(*) FROM audit WHERE at > now() - interval '1 hour'")
                  .size(),
              2u)
        << "hundreds of effects were compared";
}

}  // namespace
}  // namespace mlango::test
