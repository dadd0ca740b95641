#include "commands/verifier_commands.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/bytes.hpp"
#include "base/new_password.hpp"
#include "commands/command_parts.hpp"
#include "commands/wallet_desk_room.hpp"
#include "gsm/msisdn.hpp"
#include "registry/wallet/agents.hpp"
#include "server/wallet_parts.hpp"
#include "wallet/credential_kinds.hpp"

namespace mlango::commands {

namespace {

struct verifier_options {
    std::string number, name, country, contact, phone, certificate, reason;
    std::vector<std::string> names, purposes, presets;
    int retention_days = 90, days = 365;
};

struct given {
    const command_options& common;
    const verifier_options& own;
};

// The kinds of credentials, to check presets against. nullopt: told.
std::optional<wallet::credential_kinds> kinds_of(const server::config& settings) {
    if (!settings.wallet.on) {
        faulty("the configuration has no wallet: nothing is issued here");
        return std::nullopt;
    }
    auto read = server::read_kinds(settings.wallet.kinds);
    if (read) return std::move(*read);
    for (const auto& fault : read.error()) faulty(fault);
    return std::nullopt;
}

// "usual" stands for the presets that are open to everybody. nullopt: told.
std::optional<std::vector<std::string>> presets_in(const std::vector<std::string>& wanted,
                                                   const wallet::credential_kinds& kinds) {
    std::vector<std::string> out;
    const auto add = [&](const std::string& name) {
        if (std::ranges::find(out, name) == out.end()) out.push_back(name);
    };
    for (const auto& one : wanted) {
        bool known = one == "usual";
        for (const auto& kind : kinds.all())
            for (const auto& preset : kind.presets) {
                if (preset.name == one || (one == "usual" && preset.usual)) add(preset.name);
                known = known || preset.name == one;
            }
        if (known) continue;
        faulty(fmt::format("--presets {}: there is no such preset in credentials.yaml", one));
        return std::nullopt;
    }
    return out;
}

// "sw=Benki" or, in English, "Bank". nullopt: told.
std::optional<registry::named_texts> texts_in(std::string_view option, const std::vector<std::string>& given_texts) {
    registry::named_texts out;
    for (const auto& one : given_texts) {
        const std::size_t equals = one.find('=');
        const bool named = equals == 2 || equals == 3;
        std::string language = named ? one.substr(0, equals) : "en";
        std::string words = named ? one.substr(equals + 1) : one;
        if (words.empty() || !is_plain(words, 100)) {
            faulty(fmt::format("--{}: one line of at most 100 bytes, such as sw=Benki", option));
            return std::nullopt;
        }
        out.emplace_back(std::move(language), std::move(words));
    }
    if (std::ranges::find(out, "en", &std::pair<std::string, std::string>::first) == out.end()) {
        faulty(fmt::format("--{}: one of them in English", option));
        return std::nullopt;
    }
    return out;
}

std::string new_pin(random_source& random) {
    std::string out;
    for (int i = 0; i < 6; ++i) out += static_cast<char>('0' + random.below(10));
    return out;
}

int run_verifier_add(const given& options) {
    const auto settings = configuration(options.common);
    if (!settings) return 1;
    const auto kinds = kinds_of(*settings);
    if (!kinds) return 1;
    const auto names = texts_in("name", options.own.names);
    const auto purposes = texts_in("purpose", options.own.purposes);
    const auto presets = presets_in(options.own.presets, *kinds);
    if (!names || !purposes || !presets) return 1;
    if (!is_country_code(options.own.country)) return faulty("--country: three letters of ISO 3166-1, such as KEN");
    if (!is_plain(options.own.contact, 200)) return faulty("--contact: one line of at most 200 bytes");
    return with_wallet_desk(options.common, [&](wallet_desk_room room) -> task<int> {
        const registry::new_verifier wanted{.name = *names,
                                            .purpose = *purposes,
                                            .country = options.own.country,
                                            .presets = *presets,
                                            .contact = options.own.contact,
                                            .retention_days = options.own.retention_days,
                                            .lasts = std::chrono::days(options.own.days)};
        const std::string number = co_await room.desk.add_verifier(wanted);
        fmt::print("{}\n", number);
        fmt::print(stderr, "verifier {}; next: mlango verifier operator {} NAME, or: mlango verifier client {} NAME\n",
                   number, number, number);
        co_return 0;
    });
}

int run_verifier_operator(const given& options) {
    if (!is_account_name(options.own.name)) return faulty("NAME: 2 to 60 of a-z, 0-9, '.', '_' and '-'");
    std::string e164;
    if (!options.own.phone.empty()) {
        const auto number = gsm::msisdn::from_e164(options.own.phone);
        if (!number) return faulty("--phone: a number such as +254711000001");
        e164 = number->e164();
    }
    return with_wallet_desk(options.common, [&](wallet_desk_room room) -> task<int> {
        registry::new_agent agent;
        agent.name = options.own.name;
        agent.e164 = e164;
        const std::string secret = e164.empty() ? new_password(room.random) : new_pin(room.random);
        if (e164.empty())
            agent.password = room.secrets.make(registry::password_subject(options.own.number, agent.name), secret);
        else
            agent.pin = room.secrets.make(registry::pin_subject(options.own.number, agent.name), secret);
        if (!co_await room.desk.put_operator(options.own.number, agent))
            co_return faulty("there is no such verifier, or the phone is another operator's");
        fmt::print("{}\n", secret);
        fmt::print(stderr, "the {} of {} at {}: it is nowhere else\n", e164.empty() ? "password" : "PIN", agent.name,
                   options.own.number);
        co_return 0;
    });
}

int run_verifier_client(const given& options) {
    if (!is_account_name(options.own.name)) return faulty("NAME: 2 to 60 of a-z, 0-9, '.', '_' and '-'");
    std::string certificate;
    if (!options.own.certificate.empty()) {
        std::string hex = options.own.certificate;
        std::erase(hex, ':');
        const auto raw = from_hex(hex);
        if (!raw || raw->size() != 32) return faulty("--certificate: its SHA-256, 64 hexadecimal digits");
        certificate = as_string_view(*raw);
    }
    return with_wallet_desk(options.common, [&](wallet_desk_room room) -> task<int> {
        std::array<std::byte, 32> drawn;
        room.random.fill(drawn);
        const std::string secret = to_base64url(drawn);
        registry::new_agent agent;
        agent.name = options.own.number + "." + options.own.name;
        agent.secret = registry::secret_digest(room.blind, agent.name, secret);
        agent.certificate = certificate;
        if (!co_await room.desk.add_program(options.own.number, agent))
            co_return faulty("there is no such verifier, or it has a client of that name");
        fmt::print("client_id {}\nclient_secret {}\n", agent.name, secret);
        fmt::print(stderr, "the secret is nowhere else\n");
        co_return 0;
    });
}

int run_verifier_end_agent(const given& options) {
    return with_wallet_desk(options.common, [&](wallet_desk_room room) -> task<int> {
        if (!co_await room.desk.end_agent(options.own.number, options.own.name))
            co_return faulty("no such operator or client is active there");
        fmt::print("{} acts for {} no more\n", options.own.name, options.own.number);
        co_return 0;
    });
}

int run_verifier_suspend(const given& options) {
    const std::string& reason = options.own.reason;
    if (reason.empty() || reason.size() > 40 ||
        std::ranges::any_of(reason, [](char c) { return (c < 'a' || c > 'z') && c != '_'; }))
        return faulty("--reason: one word of small letters, such as complaint");
    return with_wallet_desk(options.common, [&](wallet_desk_room room) -> task<int> {
        if (!co_await room.desk.suspend(options.own.number, reason)) co_return faulty("no such verifier is active");
        fmt::print("{} is suspended\n", options.own.number);
        co_return 0;
    });
}

int run_verifier_resume(const given& options) {
    return with_wallet_desk(options.common, [&](wallet_desk_room room) -> task<int> {
        if (!co_await room.desk.resume(options.own.number)) co_return faulty("no such verifier is suspended");
        fmt::print("{} is active again, and its misses are forgotten\n", options.own.number);
        co_return 0;
    });
}

int run_verifier_end(const given& options) {
    return with_wallet_desk(options.common, [&](wallet_desk_room room) -> task<int> {
        if (!co_await room.desk.end(options.own.number)) co_return faulty("there is no such verifier");
        fmt::print("{} has ended; what it holds reads as revoked within a minute\n", options.own.number);
        co_return 0;
    });
}

int run_verifier_list(const given& options) {
    return with_wallet_desk(options.common, [&](wallet_desk_room room) -> task<int> {
        fmt::print("number\tstate\treason\tcountry\tuntil\toperators\tclients\tmisses\tname\tpresets\n");
        for (const auto& one : co_await room.desk.verifiers())
            fmt::print("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", one.number, one.state, one.reason, one.country,
                       one.expires_on, one.operators, one.programs, one.misses, one.name, fmt::join(one.presets, ","));
        co_return 0;
    });
}

}  // namespace

void add_verifier_commands(CLI::App& app, command_options& common, int& status) {
    const auto own = std::make_shared<verifier_options>();
    auto* all = app.add_subcommand("verifier", "Who may be shown something of a wallet")->require_subcommand(1);
    const auto add = [&](const char* name, const char* help, int (*run)(const given&)) {
        CLI::App* made = with_database(all->add_subcommand(name, help), common);
        made->callback([own, &common, &status, run] { status = run({common, *own}); });
        return made;
    };
    const auto with_verifier = [&](CLI::App* made) {
        made->add_option("NUMBER", own->number, "The verifier's five digits")->required();
        return made;
    };
    const auto with_agent = [&](CLI::App* made) {
        with_verifier(made)->add_option("NAME", own->name, "Of a-z, 0-9, '.', '_' and '-'")->required();
        return made;
    };
    auto* added = add("add", "Register a verifier; prints its number", run_verifier_add);
    added->add_option("--name", own->names, "What she reads, by language: Bank, sw=Benki; one of them English")
        ->required();
    added->add_option("--purpose", own->purposes, "Why it asks, likewise")->required();
    added->add_option("--country", own->country, "Where it is: ISO 3166-1, three letters")->required();
    added
        ->add_option("--presets", own->presets,
                     "What it may be shown: names of credentials.yaml; usual: those open to everybody")
        ->delimiter(',')
        ->required();
    added->add_option("--contact", own->contact, "Where she complains or asks for erasure; stands in her consent")
        ->required();
    added->add_option("--retention", own->retention_days, "For how many days it keeps what it was shown")
        ->check(CLI::Range(1, 36'500));
    added->add_option("--days", own->days, "For how many days it is registered")->check(CLI::Range(1, 3'650));
    auto* person = with_agent(add("operator",
                                  "A person who acts for it; prints a password for the page /verify, or, with\n"
                                  "--phone, a PIN for her own phone. What she had before of that ends",
                                  run_verifier_operator));
    person->add_option("--phone", own->phone, "Her number, such as +254711000001");
    auto* client =
        with_agent(add("client", "A program that acts for it by API; prints its id and secret", run_verifier_client));
    client->add_option("--certificate", own->certificate,
                       "SHA-256 of its TLS certificate: then it must show that as well");
    with_agent(add("end-agent", "An operator or client acts for it no more", run_verifier_end_agent));
    with_verifier(add("suspend", "It takes nothing until it is resumed", run_verifier_suspend))
        ->add_option("--reason", own->reason, "One word, such as complaint")
        ->required();
    with_verifier(add("resume",
                      "Somebody looked: it is active again. Ten codes that were nobody's within a day suspend it",
                      run_verifier_resume));
    with_verifier(add("end", "For good; what it holds is revoked", run_verifier_end));
    add("list", "All of them, tab-separated", run_verifier_list);
}

}  // namespace mlango::commands
