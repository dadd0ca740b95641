// A bank with programs that redeem, and codes of many people for it, made by the wallet's own services; then as many
// redemptions in this process, so that the service's cost is known without HTTP. Prints JSON. Caller: script/bench
// wallet.
#include <fmt/format.h>
#include <time.h>

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <deque>
#include <fstream>
#include <iostream>
#include <iterator>

#include "base/bytes.hpp"
#include "base/log.hpp"
#include "base/within.hpp"
#include "registry/wallet/agents.hpp"
#include "registry/wallet/desk.hpp"
#include "registry/wallet/status_rows.hpp"
#include "wallet/counter.hpp"
#include "wallet/holder.hpp"
#include "wallet/parts.hpp"

namespace {

namespace json = boost::json;
using namespace mlango;
using namespace mlango::wallet;
using namespace std::chrono_literals;

constexpr int at_once = 16;

struct wishes {
    std::string conninfo, keys, issuer, issuer_keys, kinds;
    std::size_t codes = 1'000, redeemed = 0;
};

std::string file_text(const std::string& name) {
    std::ifstream in(name, std::ios::binary);
    if (!in) throw std::runtime_error(name + " can not be read");
    return {std::istreambuf_iterator<char>(in), {}};
}

template <class Value, class Fault>
Value must(std::expected<Value, Fault> read, const std::string& what) {
    if (!read) throw std::runtime_error(what + " has faults");
    return std::move(*read);
}

// This process's own time on the cores.
double cpu_seconds() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// Everything that a thread of the server has.
class house {
public:
    house(asio::io_context& context, const wishes& wanted)
        : ring(must(parse_key_ring(file_text(wanted.keys)), wanted.keys)),
          all_kinds(must(credential_kinds::parse(file_text(wanted.kinds)), wanted.kinds)),
          issuer(must(signing_keys::load(wanted.issuer_keys), wanted.issuer_keys)),
          pool(context, pool_settings_of(wanted), time, random, numbers),
          context_(context) {
        options.issuer = wanted.issuer;
        options.privacy_notice = wanted.issuer + "/privacy";
    }

    // `at_once` coroutines do `one` `count` times between them; seconds of wall and of CPU.
    template <class One>
    task<json::object> measure(std::size_t count, One one) {
        std::size_t next = 0, running = at_once;
        std::exception_ptr failure;
        const auto began = std::chrono::steady_clock::now();
        const double cpu = cpu_seconds();
        for (int each = 0; each < at_once; ++each)
            asio::co_spawn(
                context_,
                [&]() -> task<void> {
                    while (next < count && !failure) co_await one(next++);
                },
                [&](std::exception_ptr thrown) {
                    if (thrown) failure = thrown;
                    --running;
                });
        coarse_timer pause(context_.get_executor());
        while (running != 0) {
            pause.expires_after(2ms);
            co_await pause.async_wait(use_task);
        }
        if (failure) std::rethrow_exception(failure);
        const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
        co_return json::object{{"count", count},
                               {"per_second", static_cast<double>(count) / wall},
                               {"cpu_us", (cpu_seconds() - cpu) * 1e6 / static_cast<double>(count)}};
    }

    system_clock time;
    system_random random;
    metrics numbers;
    key_ring ring;
    sealer record{ring.record, random}, seal{ring.wallet, random};
    blinder blind{ring.blind}, mac{ring.wallet};
    worker_pool hashing{"pin-hash", 1, 16};
    registry::secret_verifier secrets{ring.wallet, {}, random};
    credential_kinds all_kinds;
    live_signing_keys issuer;
    settings options;
    registry::pg_pool pool;
    parts rooms{.pool = pool,
                .record = record,
                .blind = blind,
                .seal = seal,
                .mac = mac,
                .time = time,
                .random = random,
                .hashing = hashing,
                .secrets = secrets,
                .kinds = all_kinds,
                .keys = issuer,
                .options = options};
    holder her{rooms};
    wallet::counter counter{rooms};

private:
    static registry::pool_settings pool_settings_of(const wishes& wanted) {
        registry::pool_settings out;
        out.conninfo = wanted.conninfo;
        out.statement_timeout = 10s;
        return out;
    }
    asio::io_context& context_;
};

const registry::registered_statement some_people{"bench_some_people", R"(
    SELECT m.individual, m.registration_group FROM membership m JOIN individual i ON i.id = m.individual
     WHERE m.until IS NULL AND i.process_status = 'A' AND i.birth_date < '2000-01-01'
     ORDER BY m.individual LIMIT $1::bigint)"};

blind_key hop_of(random_source& random) {
    blind_key hop;
    random.fill(hop);
    return hop;
}

task<void> play(house& house, const wishes& wanted, json::object& out) {
    registry::wallet_desk desk(house.pool, house.record, house.blind, house.time, house.random);
    co_await registry::status_rows(house.pool, house.time, house.random).provide_lists(house.options.list_size);
    const std::string number = co_await desk.add_verifier({.name = {{"en", "Bank"}},
                                                           .purpose = {{"en", "To open an account"}},
                                                           .country = "KEN",
                                                           .presets = {"registered", "over_18"},
                                                           .contact = "privacy@example.org"});
    json::array programs;
    for (int one = 0; one < 4; ++one) {
        const std::string name = fmt::format("core{}", one);
        if (!co_await desk.add_program(number,
                                       {.name = name, .secret = registry::secret_digest(house.blind, name, "s3cret")}))
            throw std::runtime_error("no program");
        programs.push_back(json::object{{"name", name}, {"secret", "s3cret"}});
    }
    const auto card = co_await house.her.verifier(number, "en");
    if (!card) throw std::runtime_error("no verifier");

    const auto people = co_await house.pool.read(some_people, {std::to_string(wanted.codes + wanted.redeemed)});
    if (static_cast<std::size_t>(people.size()) < wanted.codes + wanted.redeemed)
        throw std::runtime_error("too few people");
    std::vector<std::string> codes;
    out["share"] = co_await house.measure(wanted.codes + wanted.redeemed, [&](std::size_t at) -> task<void> {
        const int row = static_cast<int>(at);
        share_wish wish{.person = {people.number(row, 0)},
                        .group = {people.number(row, 1)},
                        .about = {},
                        .kind = "registration",
                        .preset = "over_18",
                        .verifier = card->id,
                        .ask = {},
                        .screen_text = "Bank, Kenya\nFor: To open an account\nSees: registered, over 18",
                        .language = "en",
                        .standing = {.phone_trust = 3, .sim = sim_answer::same},
                        .gateway = "bench"};
        const auto offer = co_await house.her.share(std::move(wish), hop_of(house.random));
        if (!offer) throw std::runtime_error(fmt::format("not shared: {}", static_cast<int>(offer.error())));
        codes.push_back(offer->code);
    });
    const auto client = co_await house.counter.client("core0", "s3cret");
    if (!client) throw std::runtime_error("no client");
    if (wanted.redeemed != 0)
        out["redeem"] = co_await house.measure(wanted.redeemed, [&](std::size_t) -> task<void> {
            const std::string code = codes.back();
            codes.pop_back();
            const auto taken = co_await house.counter.redeem(*client, code, std::nullopt);
            if (!taken) throw std::runtime_error("not redeemed");
        });
    out["verifier"] = number;
    out["programs"] = std::move(programs);
    out["codes"] = json::array(codes.begin(), codes.end());
}

}  // namespace

int main(int count, char** words) {
    wishes wanted;
    CLI::App app{"Codes to redeem"};
    app.add_option("--pg", wanted.conninfo)->required();
    app.add_option("--keys", wanted.keys)->required();
    app.add_option("--issuer", wanted.issuer)->required();
    app.add_option("--issuer-keys", wanted.issuer_keys)->required();
    app.add_option("--kinds", wanted.kinds)->required();
    app.add_option("--codes", wanted.codes, "Left for others to redeem");
    app.add_option("--redeemed", wanted.redeemed, "Redeemed here");
    CLI11_PARSE(app, count, words);
    try {
        set_log_level(log_level::error);
        asio::io_context context(1);
        house all(context, wanted);
        json::object out;
        std::exception_ptr failure;
        asio::co_spawn(context, all.pool.run(), [](std::exception_ptr) {});
        asio::co_spawn(
            context,
            [&]() -> task<void> {
                coarse_timer pause(context.get_executor());
                while (!all.pool.connected()) {
                    pause.expires_after(10ms);
                    co_await pause.async_wait(use_task);
                }
                co_await play(all, wanted, out);
            },
            [&](std::exception_ptr thrown) {
                failure = thrown;
                all.pool.stop();
            });
        context.run();
        if (failure) std::rethrow_exception(failure);
        fmt::print("{}\n", json::serialize(out));
        return 0;
    } catch (const std::exception& fault) {
        fmt::print(stderr, "mlango_wallet_codes: {}\n", fault.what());
        return 1;
    }
}
