// What the wallet's codecs cost on one core: the signature alone, then issuing and verifying around it, and a status
// list of a million entries. Prints JSON. Caller: script/bench wallet.
#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <vector>

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "wallet/mint.hpp"
#include "wallet/sd_jwt.hpp"
#include "wallet/status_list.hpp"

namespace {

namespace json = boost::json;
using namespace mlango;
using namespace mlango::wallet;

constexpr std::string_view issuer = "https://id.example.org";
constexpr std::string_view verifier = "https://id.example.org/verifiers/48213";
constexpr std::string_view nonce = "n-0S6_WzA2Mj";

// This thread's own time on a core: other work on the machine does not count.
double core_seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

volatile std::size_t sink = 0;  // so that nothing is left out

// Operations a second of core time: the median of `rounds` rounds of `seconds`.
template <class Operation>
double per_second(double seconds, int rounds, Operation what) {
    std::vector<double> rates;
    for (int round = 0; round < rounds; ++round) {
        const double began = core_seconds();
        std::size_t done = 0;
        double took = 0;
        while (took < seconds) {
            for (int some = 0; some < 4; ++some) sink = sink + what();
            done += 4;
            took = core_seconds() - began;
        }
        rates.push_back(static_cast<double>(done) / took);
    }
    std::ranges::sort(rates);
    return rates[rates.size() / 2];
}

struct costs {
    double seconds;
    int rounds;
    json::object out;
    std::string_view only;  // one measurement alone, for a profiler

    template <class Operation>
    double add(const char* name, Operation what) {
        if (!only.empty() && only != name) return 0;
        const double rate = per_second(seconds, rounds, what);
        out[name] = json::object{{"per_second", rate}, {"microseconds", 1e6 / rate}};
        return rate;
    }
};

credential_order share(std::chrono::sys_seconds now, std::size_t index) {
    return {.issuer = issuer,
            .kind = "identity_document",
            .facts = {{"given_name", "Amina"},
                      {"family_name", "Hassan"},
                      {"birthdate", "1990-02-28"},
                      {"sex", "female"},
                      {"registration_number", "821-00012345"},
                      {"valid_until", "2027-05-31"}},
            .audience = verifier,
            .issued_at = now,
            .expires_at = now + std::chrono::hours(24),
            .status = status_reference{status_list_uri(issuer, "shares-1"), index},
            .holder = {},
            .pin_at = now};
}

void credentials(costs& cost, const signing_key& key, std::chrono::sys_seconds now) {
    system_random random;
    const trusted_keys trusted({{key.kid, key.key.public_key(), std::nullopt}});
    const es256_key holder = es256_key::generate();
    auto bound = share(now, 1);
    bound.holder = holder.public_key();
    const std::string plain = mint_credential(share(now, 1), key, random);
    const std::string presented = bind_sd_jwt(mint_credential(bound, key, random), holder, verifier, nonce, now);
    sd_jwt_rules rules{.issuer = issuer, .credentials = {}, .now = now, .audience = verifier, .binding = {}};
    const std::string signature = key.key.sign(plain);

    cost.add("signature alone", [&] { return key.key.sign(plain).size(); });
    cost.add("verification alone", [&] { return std::size_t{key.key.public_key().verify(plain, signature)}; });
    std::size_t index = 0;
    cost.add("issue, six facts", [&] { return mint_credential(share(now, ++index), key, random).size(); });
    cost.add("verify, six facts", [&] { return verify_sd_jwt(plain, trusted, rules)->claims.size(); });
    cost.add("issue with a holder key of its own, and bind it", [&] {
        const es256_key fresh = es256_key::generate();
        auto order = share(now, ++index);
        order.holder = fresh.public_key();
        return bind_sd_jwt(mint_credential(order, key, random), fresh, verifier, nonce, now).size();
    });
    rules.binding = binding_rules{.audience = verifier, .nonce = nonce};
    cost.add("verify with its binding", [&] { return verify_sd_jwt(presented, trusted, rules)->claims.size(); });
    std::string foreign = plain;
    foreign.replace(foreign.find('~') - 4, 4, "AAAA");
    cost.add("refuse a forged one", [&] { return std::size_t{!verify_sd_jwt(foreign, trusted, rules)}; });
    cost.out["bytes"] = json::object{{"six facts", plain.size()}, {"bound", presented.size()}};
}

// A million entries, one in a hundred set.
void lists(costs& cost, const signing_key& key, std::chrono::sys_seconds now) {
    const trusted_keys trusted({{key.kid, key.key.public_key(), std::nullopt}});
    const std::string uri = status_list_uri(issuer, "shares-1");
    for (const int bits : {1, 2}) {
        status_list list(bits, std::size_t{1} << 20);
        seeded_random random(5);
        for (std::size_t one = 0; one < list.size() / 100; ++one)
            list.set(random.below(list.size()), credential_status::invalid);
        const status_token_times times{now, now + std::chrono::hours(24), std::chrono::minutes(5)};
        const std::string token = make_status_token(list, uri, times, key);
        const auto name = [&](const char* what) { return fmt::format("{}, {} bit", what, bits); };
        cost.add(name("look up and set").c_str(), [&] {
            const std::uint64_t index = random.below(list.size());
            list.set(index, *list.get(index));
            return std::size_t{1};
        });
        cost.add(name("compress and sign a million").c_str(),
                 [&] { return make_status_token(list, uri, times, key).size(); });
        cost.add(name("verify and open a million").c_str(),
                 [&] { return verify_status_token(token, uri, trusted, now)->list.size(); });
        cost.out["bytes"].as_object()[name("token of a million")] = token.size();
    }
}

}  // namespace

int main(int count, char** words) {
    const bool quick = count > 1 && std::string_view(words[1]) == "--quick";
    costs cost{.seconds = quick ? 0.1 : 1.0, .rounds = quick ? 1 : 5, .out = {}, .only = {}};
    if (count > 2 && std::string_view(words[1]) == "--only") cost.only = words[2];
    const auto now = std::chrono::floor<std::chrono::seconds>(system_clock().now());
    const signing_key key{
        .kid = "2026-11-28-bench", .key = es256_key::generate(), .made_at = now, .signs_from = now, .listed_until = {}};
    credentials(cost, key, now);
    lists(cost, key, now);
    fmt::print("{}\n", json::serialize(cost.out));
}
