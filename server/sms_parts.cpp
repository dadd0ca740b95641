#include "server/sms_parts.hpp"

#include <algorithm>

#include "gsm/smpp/message_id.hpp"

namespace mlango::server {

namespace {

// Of all accounts together, also where a slow submission used up what there was: an SMSC that is left without a word
// keeps the session for a while, and refuses the next bind.
constexpr std::chrono::seconds time_to_unbind{2};

registry::pool_settings pool_of(const config& settings) {
    registry::pool_settings own = settings.postgres;
    own.connections = settings.message_connections;
    return own;
}

using gateway_list = std::vector<std::unique_ptr<gsm::sms_gateway>>;
using account_list = std::vector<std::unique_ptr<gsm::smpp::client>>;

// Every gateway that sends SMS, in order.
gateway_list gateways_of(const config& settings, http_client& client) {
    gateway_list all;
    for (const auto& gateway : settings.gateways)
        if (!gateway.sms_url.empty()) all.push_back(gsm::make_sms_gateway(gateway, client));
    return all;
}

account_list accounts_of(asio::io_context& context, const config& settings, const handlers::house& rooms,
                         gsm::sms_sink& sink) {
    account_list all;
    for (const auto& account : settings.smpp)
        all.push_back(
            std::make_unique<gsm::smpp::client>(context, account, sink, rooms.time, rooms.random, rooms.numbers));
    return all;
}

std::vector<handlers::sending_gateway> sending(const config& settings, const gateway_list& gateways,
                                               const account_list& accounts) {
    std::vector<handlers::sending_gateway> all;
    for (const auto& each : gateways) {
        const auto of = std::ranges::find(settings.gateways, each->name(), &gsm::gateway_settings::name);
        all.push_back(
            {.gateway = each.get(), .sender = of == settings.gateways.end() ? std::string() : of->sms_sender});
    }
    for (const auto& each : accounts) all.push_back({.gateway = each.get(), .sender = {}});
    return all;
}

std::vector<gsm::sms_gateway*> plain(const gateway_list& gateways, const account_list& accounts) {
    std::vector<gsm::sms_gateway*> all;
    for (const auto& each : gateways) all.push_back(each.get());
    for (const auto& each : accounts) all.push_back(each.get());
    return all;
}

}  // namespace

handlers::message_ids message_ids_of(const config& settings) {
    handlers::message_ids ids;
    for (const auto& account : settings.smpp) ids.set(account.name, gsm::smpp::id_forms);
    return ids;
}

sms_parts::sms_parts(asio::io_context& context, const config& settings, const handlers::house& rooms,
                     handlers::sms_desk& desk, http_client& client)
    : pool_(context, pool_of(settings), rooms.time, rooms.random, rooms.numbers),
      repositories_(pool_, rooms.record, rooms.blind, rooms.time, rooms.random),
      broadcasts_(pool_, rooms.record, rooms.time),
      rooms_{.time = rooms.time,
             .random = rooms.random,
             .numbers = rooms.numbers,
             .record = rooms.record,
             .blind = rooms.blind,
             .hashing = rooms.hashing,
             .verifier = rooms.verifier,
             .sessions = rooms.sessions,
             .limits = rooms.limits,
             .registry = repositories_,
             .editions = rooms.editions,
             .operation = rooms.operation,
             .background = rooms.background,
             .wallet = rooms.wallet},
      desk_(desk),
      gateways_(gateways_of(settings, client)),
      accounts_(accounts_of(context, settings, rooms, desk)),
      words_(broadcasts_),
      sender_(rooms_, sending(settings, gateways_, accounts_), message_ids_of(settings), settings.sender, &words_),
      broadcaster_(broadcasts_, rooms.numbers),
      rounds_(rooms_, desk, plain(gateways_, accounts_), settings.rounds, message_ids_of(settings)) {
    desk.report_to(repositories_.receipts, [this] { return sender_.recorded(); });
}

void sms_parts::spawn(task_group& background) {
    background.spawn("registry of messages", pool_.run());
    for (const auto& account : accounts_) background.spawn("smpp", account->run());
    background.spawn("sender", sender_.run());
    background.spawn("rounds", rounds_.run());
    background.spawn("sms", desk_.answering().run());
    background.spawn("broadcasts", broadcaster_.run());
}

task<void> sms_parts::close(deadline patience) {
    co_await sender_.close(patience);
    const deadline until = std::max(patience, rooms_.time.steady() + time_to_unbind);
    for (const auto& account : accounts_) account->stop(until);
    for (const auto& account : accounts_) co_await account->close(until);
    pool_.stop();
}

gsm::smpp::client* sms_parts::account(std::string_view name) const {
    const auto found = std::ranges::find_if(accounts_, [&](const auto& one) { return one->name() == name; });
    return found == accounts_.end() ? nullptr : found->get();
}

}  // namespace mlango::server
