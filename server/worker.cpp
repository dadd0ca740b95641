#include "server/worker.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.hpp"
#include "gsm/gsup/client.hpp"
#include "gsm/smpp/ussd_door.hpp"
#include "server/console_parts.hpp"
#include "server/editions.hpp"
#include "server/figure_rounds.hpp"
#include "server/operator_watch.hpp"
#include "server/sms_parts.hpp"

namespace mlango::server {

namespace {

using namespace std::chrono_literals;

std::runtime_error all_of(std::string_view what, const std::vector<std::string>& faults) {
    std::string message(what);
    for (const auto& fault : faults) message += "\n  " + fault;
    return std::runtime_error(message);
}

// What the configuration's files say.
std::unique_ptr<const templates::edition> edition_of(const config& settings) {
    auto from = edition_sources_of(settings);
    if (!from) throw all_of("menu and texts have faults:", from.error());
    auto made = servable(*from);
    if (!made) throw all_of("menu and texts have faults:", made.error());
    return std::move(*made);
}

http_response text_answer(unsigned status, std::string body) {
    http_response response;
    response.status = status;
    response.body = std::move(body);
    return response;
}

}  // namespace

struct worker::parts {
    parts(const shared_parts& shared, bool first, std::uint16_t port);

    std::vector<http_route> routes();
    std::vector<http_route> admin_routes();
    task<void> serve();
    task<void> shut_down();
    task<void> chain_audit();
    std::string apology();
    void open_ussd(const gsm::smpp::ussd_settings& spoken);

    const shared_parts& shared;
    const config& settings;
    bool first;
    asio::io_context context{1};
    sealer session_seal;
    sealer record_seal;
    blinder blind;
    gauge& redis_links;
    gauge& pg_links;
    templates::edition_shelf editions;
    sessions::redis_client redis;
    sessions::session_store store;
    sessions::rate_limits limits;
    registry::pg_pool pool;
    registry::repositories registry;
    registry::audit audit;
    registry::publications published;
    edition_keeper keeper;
    handlers::house house;
    handlers::ussd_desk ussd;
    figure_rounds figures;
    handlers::sms_desk sms;
    http_client client;
    std::unique_ptr<sms_parts> messages;  // the first worker's
    operator_watch operators;
    std::unique_ptr<wallet_parts> wallet;
    std::unique_ptr<console_parts> console;
    std::unique_ptr<simulator::web_phone> phone;
    std::unique_ptr<http_server> server;
    std::unique_ptr<http_server> admin;
    std::vector<std::unique_ptr<gsm::gsup::client>> hlrs;
    std::vector<std::unique_ptr<gsm::smpp::ussd_door>> smpp_ussd;
    task_group background;
    task_group afterwards;  // ends by itself: what her hops left to be done
    bool stopping = false;
};

worker::parts::parts(const shared_parts& all, bool is_first, std::uint16_t port)
    : shared(all),
      settings(all.settings),
      first(is_first),
      session_seal(settings.keys.session, all.random),
      record_seal(settings.keys.record, all.random),
      blind(settings.keys.blind),
      redis_links(all.numbers.level("redis_connected", "Connections to Redis that are up.")),
      pg_links(all.numbers.level("pg_connected", "Connections to PostgreSQL that are up")),
      editions(edition_of(settings), longest_pinned(settings)),
      redis(context, settings.redis, all.time, all.random, all.numbers),
      store(redis, session_seal, all.random, settings.session_prefix),
      limits(redis, all.time),
      pool(context, settings.postgres, all.time, all.random, all.numbers),
      registry(pool, record_seal, blind, all.time, all.random),
      audit(pool),
      published(pool),
      keeper(editions, published, all.loading, all.time, all.random, all.numbers,
             {.lasting = longest_pinned(settings), .tells_of_files = is_first}),
      house{.time = all.time,
            .random = all.random,
            .numbers = all.numbers,
            .record = record_seal,
            .blind = blind,
            .hashing = all.hashing,
            .verifier = all.verifier,
            .sessions = store,
            .limits = limits,
            .registry = registry,
            .editions = editions,
            .operation = settings.operation,
            .background = afterwards,
            .wallet = {}},
      ussd(house),
      figures(ussd, pool, all.time),
      sms(house, message_ids_of(settings), settings.sms_limits),
      client(context, {}),
      operators(settings.operators, client, all.numbers, all.time, all.random),
      background(context.get_executor()),
      afterwards(context.get_executor()) {
    if (all.wallet != nullptr) {
        wallet = std::make_unique<wallet_parts>(wallet_surroundings{.settings = settings,
                                                                    .pool = pool,
                                                                    .record = record_seal,
                                                                    .blind = blind,
                                                                    .hashing = all.hashing,
                                                                    .time = all.time,
                                                                    .random = all.random,
                                                                    .numbers = all.numbers},
                                                *all.wallet);
        wallet->rooms.numbers = settings.operators.empty() ? nullptr : &operators;
        house.wallet = &wallet->rooms;
    }
    if (settings.console.on)
        console = std::make_unique<console_parts>(console_surroundings{.settings = settings,
                                                                       .context = context,
                                                                       .pool = pool,
                                                                       .redis = redis,
                                                                       .record = record_seal,
                                                                       .session = session_seal,
                                                                       .blind = blind,
                                                                       .hashing = all.hashing,
                                                                       .web = client,
                                                                       .proving = all.proving,
                                                                       .time = all.time,
                                                                       .random = all.random,
                                                                       .numbers = all.numbers,
                                                                       .editions = editions});
    if (settings.phone) {
        simulator::web_phone_settings phone_settings;
        phone_settings.base_url = settings.public_url;
        phone_settings.gateways = settings.gateways;
        phone_settings.service_code = settings.operation.service_code;
        phone = std::make_unique<simulator::web_phone>(context.get_executor(), std::move(phone_settings), all.inbox,
                                                       client, all.time, all.random);
    }
    http_server_settings listen = settings.listen;
    if (port != 0) listen.port = port;
    server = std::make_unique<http_server>(context, listen, routes(), all.numbers);
    if (phone && settings.public_url.empty())
        phone->answer_at(
            fmt::format("{}://127.0.0.1:{}", listen.tls_key_file.empty() ? "http" : "https", server->port()));
    if (!first) return;
    admin = std::make_unique<http_server>(context, settings.admin, admin_routes(), all.numbers);
    messages = std::make_unique<sms_parts>(context, settings, house, sms, client);
    // An HLR knows its External USSD Entity by name, so there is one connection, and few subscribers behind it.
    for (const auto& hlr : settings.hlrs)
        hlrs.push_back(std::make_unique<gsm::gsup::client>(
            context, hlr, ussd, [this] { return apology(); }, all.numbers, all.time, all.random));
    for (const auto& spoken : settings.smpp_ussd) open_ussd(spoken);
}

// Between the account's client and the desk.
void worker::parts::open_ussd(const gsm::smpp::ussd_settings& spoken) {
    auto* const carrier = messages->account(spoken.gateway);
    const auto carry = [carrier](gsm::smpp::ussd_pdu pdu, deadline until) -> task<bool> {
        const auto sent = co_await carrier->submit_as_is(pdu.content(), pdu.id, until);
        // One without an answer may be on her screen.
        co_return sent || sent.error().what == gsm::submit_refusal::unknown;
    };
    smpp_ussd.push_back(std::make_unique<gsm::smpp::ussd_door>(
        context.get_executor(), spoken, ussd, carry, [this] { return apology(); }, shared.numbers, shared.time,
        shared.random));
    messages->show_questions_by(*smpp_ussd.back());
    carrier->watch_deliveries(
        [door = smpp_ussd.back().get()](const gsm::smpp::message& from) { return door->on_delivery(from); });
}

std::vector<http_route> worker::parts::routes() {
    std::vector<http_route> all = gsm::gateway_routes(settings.gateways, ussd, sms, shared.numbers, shared.time);
    if (phone) {
        auto phone_routes = phone->routes();
        std::ranges::move(phone_routes, std::back_inserter(all));
    }
    if (wallet) std::ranges::move(wallet->routes(), std::back_inserter(all));
    if (console) std::ranges::move(console->routes(), std::back_inserter(all));
    all.push_back({.method = "GET", .path = "/healthz", .handler = [](http_request&) -> task<http_response> {
                       co_return text_answer(200, "ok\n");
                   }});
    all.push_back(
        {.method = "GET", .path = "/readyz", .handler = [this](http_request&) -> task<http_response> {
             std::string missing;
             // Whichever worker answers speaks for all: the gauges count every worker's connections.
             if (redis_links.value() < settings.threads) missing += "redis\n";
             if (pg_links.value() < settings.threads * settings.postgres.connections + settings.message_connections +
                                        (settings.console.on ? console_parts::connections : 0))
                 missing += "postgres\n";
             if (stopping) missing += "stopping\n";
             co_return missing.empty() ? text_answer(200, "ready\n") : text_answer(503, "waiting for:\n" + missing);
         }});
    return all;
}

std::vector<http_route> worker::parts::admin_routes() {
    return {{.method = "GET", .path = "/metrics", .handler = [this](http_request&) -> task<http_response> {
                 http_response response = text_answer(200, shared.numbers.text());
                 response.content_type = "text/plain; version=0.0.4; charset=utf-8";
                 co_return response;
             }}};
}

// For who is not known by any number, and so by no language.
std::string worker::parts::apology() {
    const auto& edition = editions.current();
    const auto language = edition.words.find_language(settings.operation.default_language);
    return edition.words.format(edition.screens.common().sorry_end, language.value_or(0), {});
}

// Every second; a registry that is away is waited for. A step is some 15 ms of the connection that key presses use.
task<void> worker::parts::chain_audit() {
    constexpr int step = 100;
    coarse_timer pause(context.get_executor());
    for (;;) {
        try {
            while (co_await audit.seal_rows(step) == step) {
            }
        } catch (const registry::registry_unavailable&) {
            log_debug("audit_waits_for_registry");
        }
        pause.expires_after(1s);
        co_await pause.async_wait(use_task);
    }
}

// Sessions outlive a restart: what they are on is held before the first of their hops is read, unless the registry is
// away.
task<void> worker::parts::serve() {
    coarse_timer pause(context.get_executor());
    const deadline patience = shared.time.steady() + settings.postgres.connect_timeout;
    while (!pool.connected() && shared.time.steady() < patience) {
        pause.expires_after(10ms);
        co_await pause.async_wait(use_task);
    }
    try {
        co_await keeper.look();
    } catch (const std::exception& fault) {
        log_warning("menu_not_looked_for_at_start", {{"what", typeid(fault).name()}});
    }
    background.spawn("menu", keeper.run());
    background.spawn("figures", figures.run());
    for (const auto& hlr : hlrs) background.spawn("gsup", hlr->run());
    for (const auto& door : smpp_ussd) background.spawn("smpp_ussd", door->run());
    co_await server->run();
}

task<void> worker::parts::shut_down() {
    const deadline patience = shared.time.steady() + settings.drain_time;
    stopping = true;
    if (phone) co_await phone->close(patience);
    for (const auto& hlr : hlrs) co_await hlr->close(patience);
    for (const auto& door : smpp_ussd) co_await door->close(patience);
    co_await server->drain(patience);
    if (admin) co_await admin->drain(patience);
    if (messages) co_await messages->close(patience);
    co_await afterwards.close(patience);
    if (console) console->stop();
    if (pool.connected()) co_await figures.carry();
    redis.stop();
    pool.stop();
    co_await background.close(shared.time.steady());
    context.stop();
}

worker::worker(const shared_parts& shared, bool first, std::uint16_t port)
    : parts_(std::make_unique<parts>(shared, first, port)) {}

worker::~worker() = default;

std::uint16_t worker::port() const {
    return parts_->server->port();
}

void worker::run() {
    auto& p = *parts_;
    p.background.spawn("redis", p.redis.run());
    p.background.spawn("registry", p.pool.run());
    p.background.spawn("http", p.serve());
    if (p.wallet) p.wallet->start(p.background, p.first);
    if (p.console && p.first) p.console->start(p.background);
    if (p.first) {
        p.background.spawn("admin", p.admin->run());
        p.messages->spawn(p.background);
        p.background.spawn("audit", p.chain_audit());
    }
    p.context.run();
}

void worker::stop() {
    auto& p = *parts_;
    asio::post(p.context, [&p] {
        if (!p.stopping) asio::co_spawn(p.context, p.shut_down(), [](std::exception_ptr) {});
    });
}

}  // namespace mlango::server
