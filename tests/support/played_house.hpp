// The house as server/worker.cpp builds it, for tests that play phones: real PostgreSQL (a clone of a registry seeded
// with the demo people around a fixed day), real Redis, the real menu and texts, a clock that stands still. No HTTP.
// Only executables that link handlers include it.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/task_group.hpp"
#include "handlers/sms_desk.hpp"
#include "handlers/sms_rounds.hpp"
#include "handlers/sms_sender.hpp"
#include "handlers/ussd_desk.hpp"
#include "registry/population.hpp"
#include "registry/wallet/status_rows.hpp"
#include "tests/support/integration_redis.hpp"
#include "tests/support/postgres_database.hpp"
#include "tests/support/test_loop.hpp"
#include "wallet/counter.hpp"
#include "wallet/holder.hpp"
#include "wallet/issuance.hpp"
#include "wallet/parts.hpp"

namespace mlango::test {

// A Friday morning; every date in a transcript is laid around it. It lies in the past of every machine, because
// PostgreSQL dates what is asked by its own clock: what a test does is newer than what was there.
inline const wall_time played_today = std::chrono::sys_days(std::chrono::year(2024) / 11 / 22) + std::chrono::hours(8);
inline constexpr int played_families = 20;

inline const key_ring& played_keys() {
    static const key_ring keys = [] {
        seeded_random random(7);
        return *parse_key_ring(new_key_ring_text(random));
    }();
    return keys;
}

inline std::string database_in(const std::string& conninfo) {
    return conninfo.substr(conninfo.rfind('=') + 1);
}

// A registry with the demo people of its own: a clone of one that is seeded once a process.
class seeded_registry {
public:
    seeded_registry() : server_(test_server()) {
        static const postgres_database seeded;
        static const bool filled = [] {
            registry::seed_population(
                seeded.conninfo(), played_keys(),
                {.families = played_families, .seed = 1, .demo_people = true, .today = played_today}, {});
            return true;
        }();
        static std::atomic<int> last{0};
        name_ = fmt::format("mlango_played_{}_{}", getpid(), filled ? ++last : 0);
        sql_session(with_database(server_, "postgres")).run(creation_of(name_, database_in(seeded.conninfo())));
    }
    ~seeded_registry() {
        try {
            sql_session(with_database(server_, "postgres"))
                .run(fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE)", name_));
        } catch (const std::runtime_error&) {
            // The server is gone, and the database with it.
        }
    }
    seeded_registry(const seeded_registry&) = delete;
    seeded_registry& operator=(const seeded_registry&) = delete;

    [[nodiscard]] std::string conninfo() const { return with_database(server_, name_); }

    // PostgreSQL refuses this database until it is back.
    void away() {
        sql_session admin(with_database(server_, "postgres"));
        admin.run(fmt::format("ALTER DATABASE {} ALLOW_CONNECTIONS false", name_));
        admin.run(fmt::format("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'", name_));
    }
    void back() {
        sql_session(with_database(server_, "postgres"))
            .run(fmt::format("ALTER DATABASE {} ALLOW_CONNECTIONS true", name_));
    }

private:
    std::string server_;
    std::string name_;
};

inline std::string shared_redis_url() {
    const auto path = tests::shared_redis();
    if (path.empty()) throw std::runtime_error("MLANGO_TEST_REDIS is not set: run through script/test");
    return "unix:" + path;
}

inline const wallet::credential_kinds& played_kinds() {
    static const wallet::credential_kinds kinds = [] {
        std::ifstream file(MLANGO_SOURCE_DIR "/wallet/credentials.yaml");
        auto read = wallet::credential_kinds::parse(std::string(std::istreambuf_iterator<char>(file), {}));
        if (!read) throw std::runtime_error(read.error().front());
        return std::move(*read);
    }();
    return kinds;
}

// What several houses of one installation share.
struct played_world {
    std::size_t pin_queue = 128;
    std::chrono::milliseconds statement_timeout{4'000};
    seeded_registry registry{};
    manual_clock time{played_today};
    system_random random{};
    metrics numbers{};
    worker_pool hashing{"pin-hash", 2, pin_queue};
    // As cheap as libsodium allows: what is tested here is not the cost.
    registry::pin_verifier verifier{played_keys().pin, {.memory_kib = 8, .passes = 1}, random};
    // Verifiers' operators have secrets of the full cost: the demo's are seeded so.
    registry::secret_verifier secrets{played_keys().wallet, {}, random};
    wallet::settings wallet_options{
        .issuer = "https://mlango.example", .privacy_notice = "https://mlango.example/privacy", .list_size = 4'096};
    wallet::live_signing_keys issuer_keys{
        wallet::signing_keys({wallet::signing_key{.kid = "k1",
                                                  .key = wallet::es256_key::generate(),
                                                  .made_at = std::chrono::sys_seconds{},
                                                  .signs_from = std::chrono::sys_seconds{},
                                                  .listed_until = {}}})};
    handlers::operation_settings operation{
        .service_code = "*384#",
        .default_language = "en",
        .view_needs_pin = true,
        .pin_seconds = 180,
        .dials_per_minute = 0,
        .dials_burst = 20,
    };
    std::string redis_url = shared_redis_url();
    std::string menu = MLANGO_SOURCE_DIR "/templates/menus/main";

    [[nodiscard]] std::unique_ptr<const templates::edition> edition() const {
        auto made = templates::edition::load({.menu = *templates::read_sources(menu),
                                              .texts = *templates::read_sources(MLANGO_SOURCE_DIR "/templates/texts"),
                                              .languages = {"en", "sw", "fr", "ar", "am", "so"}});
        if (!made) throw std::runtime_error(made.error().front());
        return std::move(*made);
    }
    // Keys of this world, so that the shared Redis need not be flushed.
    std::string session_prefix = "s" + fresh();
    std::string limit_prefix = "l" + fresh();

    [[nodiscard]] std::string fresh() {
        constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz";
        std::string out(7, ' ');
        for (char& each : out) each = letters[random.below(letters.size())];
        return out;
    }
};

class played_house : public test_loop {
public:
    explicit played_house(played_world& with)
        : test_loop(std::chrono::seconds(30)),
          world(with),
          editions(with.edition()),
          redis(context, redis_of(with), steady, with.random, with.numbers),
          store(redis, session_seal, with.random, with.session_prefix),
          limits(redis, with.time, with.limit_prefix),
          pool(context, pool_of(with), steady, with.random, with.numbers),
          registry(pool, record_seal, blind, with.time, with.random),
          rooms{.time = with.time,
                .random = with.random,
                .numbers = with.numbers,
                .record = record_seal,
                .blind = blind,
                .hashing = with.hashing,
                .verifier = with.verifier,
                .sessions = store,
                .limits = limits,
                .registry = registry,
                .editions = editions,
                .operation = with.operation,
                .background = background,
                .wallet = &wallet_rooms},
          ussd(rooms),
          sms(rooms),
          background(context.get_executor()) {
        background.spawn("redis", redis.run());
        background.spawn("registry", pool.run());
    }
    ~played_house() {
        redis.stop();
        pool.stop();
        run_until([this] { return background.size() == 0; });
    }
    played_house(const played_house&) = delete;
    played_house& operator=(const played_house&) = delete;

    played_house& connected() {
        run_until([this] { return redis.connected() && pool.connected(); });
        registry::status_rows lists(pool, world.time, world.random);
        wait(lists.provide_lists(world.wallet_options.list_size));
        return *this;
    }

    // The world's time passes; where it is hours, Redis', too, which ends sessions: theirs is a time of its own. How
    // long a USSD session lasts is its network's matter (hang up), so that minutes may pass within one.
    void pass(std::chrono::seconds time) {
        constexpr std::string_view sooner = R"(
            local at = '0'
            repeat
                local some = redis.call('SCAN', at, 'MATCH', ARGV[1] .. '*', 'COUNT', 1000)
                at = some[1]
                for _, key in ipairs(some[2]) do
                    local left = redis.call('PTTL', key) - ARGV[2] * 1000
                    if left > 0 then redis.call('PEXPIRE', key, left) else redis.call('DEL', key) end
                end
            until at == '0'
            return 1)";
        world.time.advance(time);
        if (time < std::chrono::hours(1)) return;
        const auto done =
            wait(redis.command({"EVAL", sooner, "0", world.session_prefix, std::to_string(time.count())}));
        if (!done || !std::holds_alternative<std::int64_t>(*done)) throw std::runtime_error("no time passes in Redis");
    }

    // As a gateway delivers it: with its deadline from now.
    task<gsm::ussd_reply> deliver(gsm::ussd_hop hop, const gsm::gateway_profile& profile) {
        co_return co_await ussd.on_hop(std::move(hop), profile, world.time.steady() + profile.deadline);
    }
    gsm::ussd_reply hop(gsm::ussd_hop hop, const gsm::gateway_profile& profile) {
        return wait(deliver(std::move(hop), profile));
    }
    // The hops at the same time; their replies in the same order.
    std::vector<gsm::ussd_reply> at_once(std::vector<gsm::ussd_hop> hops, const gsm::gateway_profile& profile) {
        std::vector<gsm::ussd_reply> replies(hops.size());
        std::exception_ptr failure;
        std::size_t left = hops.size();
        for (std::size_t i = 0; i < hops.size(); ++i)
            asio::co_spawn(context, deliver(std::move(hops[i]), profile),
                           [&, i](std::exception_ptr thrown, gsm::ussd_reply reply) {
                               if (thrown) failure = thrown;
                               replies[i] = std::move(reply);
                               --left;
                           });
        run_until([&] { return left == 0; });
        if (failure) std::rethrow_exception(failure);
        return replies;
    }

    played_world& world;
    system_clock steady;  // of connections; what people see is world.time
    sealer session_seal{played_keys().session, world.random};
    sealer record_seal{played_keys().record, world.random};
    blinder blind{played_keys().blind};
    templates::edition_shelf editions;
    sessions::redis_client redis;
    sessions::session_store store;
    sessions::rate_limits limits;
    registry::pg_pool pool;
    registry::repositories registry;
    sealer wallet_seal{played_keys().wallet, world.random};
    blinder wallet_mac{played_keys().wallet};
    wallet::parts wallet_parts{.pool = pool,
                               .record = record_seal,
                               .blind = blind,
                               .seal = wallet_seal,
                               .mac = wallet_mac,
                               .time = world.time,
                               .random = world.random,
                               .hashing = world.hashing,
                               .secrets = world.secrets,
                               .kinds = played_kinds(),
                               .keys = world.issuer_keys,
                               .options = world.wallet_options};
    wallet::holder holder{wallet_parts};
    wallet::counter counter{wallet_parts};
    wallet::issuance issuance{wallet_parts};
    handlers::wallet_rooms wallet_rooms{
        .holder = holder, .counter = counter, .issuance = issuance, .kinds = played_kinds()};
    handlers::house rooms;
    handlers::ussd_desk ussd;
    handlers::sms_desk sms;
    task_group background;

private:
    static sessions::redis_settings redis_of(const played_world& with) {
        sessions::redis_settings settings;
        settings.url = with.redis_url;
        settings.command_timeout = std::chrono::milliseconds(1'000);
        return settings;
    }
    static registry::pool_settings pool_of(const played_world& with) {
        registry::pool_settings settings;
        settings.conninfo = with.registry.conninfo();
        settings.connections = 2;
        settings.statement_timeout = with.statement_timeout;
        settings.longest_backoff = std::chrono::milliseconds(100);
        return settings;
    }
};

// A phone behind a gateway that sends the whole transcript, a sequence number, or nothing but the input.
class played_phone {
public:
    played_phone(played_house& house, std::string_view e164, std::string session)
        : house_(&house), session_(std::move(session)), from_(*gsm::msisdn::from_e164(e164)) {}

    gsm::ussd_reply dial() {
        transcript_.clear();
        input_.clear();
        sequence_ = 1;
        return house_->hop(last_hop(), profile);
    }
    gsm::ussd_reply type(std::string_view input) {
        add(input);
        return house_->hop(last_hop(), profile);
    }
    // The inputs one after the other, '*' between them; the last screen.
    gsm::ussd_reply types(std::initializer_list<std::string_view> inputs) {
        gsm::ussd_reply reply;
        for (const auto input : inputs) reply = type(input);
        return reply;
    }
    // She typed, and nothing was delivered yet.
    void add(std::string_view input) {
        if (!transcript_.empty()) transcript_ += '*';
        transcript_ += input;
        input_ = input;
        ++sequence_;
    }
    gsm::ussd_reply deliver_again() { return house_->hop(last_hop(), profile); }
    void hang_up() {
        auto hop = last_hop();
        hop.event = gsm::ussd_event::abort;
        hop.identity = gsm::hop_identity::none;
        hop.transcript.clear();
        house_->hop(std::move(hop), profile);
    }
    [[nodiscard]] gsm::ussd_hop last_hop() const {
        const bool whole = identity == gsm::hop_identity::transcript;
        return {.gateway = "played",
                .session = session_,
                .from = from_,
                .service_code = "*384#",
                .network = "63902",
                .event = sequence_ <= 1 ? gsm::ussd_event::begin : gsm::ussd_event::answer,
                .identity = identity,
                .transcript = whole ? transcript_ : std::string(),
                .sequence = identity == gsm::hop_identity::sequence ? sequence_ : 0,
                .input = whole ? std::string() : input_};
    }
    void use(played_house& house) { house_ = &house; }

    gsm::gateway_profile profile;
    gsm::hop_identity identity = gsm::hop_identity::transcript;

private:
    played_house* house_;
    std::string session_;
    gsm::msisdn from_;
    std::string transcript_;
    std::string input_;
    std::uint64_t sequence_ = 1;  // of the last request
};

}  // namespace mlango::test
