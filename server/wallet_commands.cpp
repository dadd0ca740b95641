#include "server/wallet_commands.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>

#include "base/bytes.hpp"
#include "gsm/msisdn.hpp"
#include "registry/wallet/agents.hpp"
#include "registry/wallet/desk.hpp"
#include "registry/wallet/secret_verifier.hpp"
#include "registry/wallet/shares.hpp"
#include "server/command_parts.hpp"
#include "server/registry_conversation.hpp"
#include "server/wallet_parts.hpp"
#include "wallet/credential_kinds.hpp"

namespace mlango::server {

namespace {

using registry::wallet_desk;

struct wallet_options {
    std::string number, name, country, contact, phone, certificate, reason, method, reference, second, scheme, value;
    std::string until, operation, subject;
    std::vector<std::string> names, purposes, presets;
    int retention_days = 90, days = 365;
    bool json = false, lift = false;
};

struct given {
    const command_options& common;
    const wallet_options& own;
};

int faulty(const std::string& fault) {
    fmt::print(stderr, "mlango: {}\n", fault);
    return 1;
}

// What a command works with while it converses.
struct desk_room {
    wallet_desk& desk;
    registry::pg_pool& pool;
    blinder& blind;
    const registry::secret_verifier& secrets;
    random_source& random;
    const clock& time;
};
using conversation = std::function<task<int>(desk_room)>;

int with_desk(const given& options, const conversation& what) {
    const auto settings = configuration(options.common);
    if (!settings) return 1;
    try {
        return with_registry<int>(settings->postgres.conninfo, [&](registry::pg_pool& pool) -> task<int> {
            system_random random;
            const system_clock time;
            sealer record(settings->keys.record, random);
            blinder blind(settings->keys.blind);
            const registry::secret_verifier secrets(settings->keys.wallet, settings->pin, random);
            wallet_desk desk(pool, record, blind, time, random);
            co_return co_await what({desk, pool, blind, secrets, random, time});
        });
    } catch (const std::exception& fault) {
        return failed(fault);
    }
}

// The kinds of credentials, to check presets against. nullopt: told.
std::optional<wallet::credential_kinds> kinds_of(const config& settings) {
    if (!settings.wallet.on) {
        faulty("the configuration has no wallet: nothing is issued here");
        return std::nullopt;
    }
    auto read = read_kinds(settings.wallet.kinds);
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

bool is_code(std::string_view text, std::size_t size) {
    return text.size() == size && std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool is_agent_name(std::string_view name) {
    return name.size() >= 2 && name.size() <= 60 && std::ranges::all_of(name, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
           });
}

// YYYY-MM-DD. nullopt: told.
std::optional<std::chrono::year_month_day> day_in(const std::string& text) {
    int year = 0;
    unsigned month = 0, day = 0;
    char rest = 0;
    if (text.size() == 10 && std::sscanf(text.c_str(), "%4d-%2u-%2u%c", &year, &month, &day, &rest) == 3) {
        const std::chrono::year_month_day read{std::chrono::year(year), std::chrono::month(month),
                                               std::chrono::day(day)};
        if (read.ok()) return read;
    }
    faulty(fmt::format("{}: should be a day, such as 2027-03-31", text));
    return std::nullopt;
}

std::string who(const given& options) {
    return options.common.by.empty() ? login_name() : options.common.by;
}

// Five words' worth: 20 of 32 letters, no look-alikes, in groups of five.
std::string new_password(random_source& random) {
    constexpr std::string_view letters = "abcdefghjkmnpqrstuvwxyz23456789";
    std::string out;
    for (int i = 0; i < 20; ++i) {
        if (i > 0 && i % 5 == 0) out += '-';
        out += letters[random.below(letters.size())];
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
    if (!is_code(options.own.country, 3)) return faulty("--country: three letters of ISO 3166-1, such as KEN");
    if (!is_plain(options.own.contact, 200)) return faulty("--contact: one line of at most 200 bytes");
    return with_desk(options, [&](desk_room room) -> task<int> {
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
    if (!is_agent_name(options.own.name)) return faulty("NAME: 2 to 60 of a-z, 0-9, '.', '_' and '-'");
    std::string e164;
    if (!options.own.phone.empty()) {
        const auto number = gsm::msisdn::from_e164(options.own.phone);
        if (!number) return faulty("--phone: a number such as +254711000001");
        e164 = number->e164();
    }
    return with_desk(options, [&](desk_room room) -> task<int> {
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
    if (!is_agent_name(options.own.name)) return faulty("NAME: 2 to 60 of a-z, 0-9, '.', '_' and '-'");
    std::string certificate;
    if (!options.own.certificate.empty()) {
        std::string hex = options.own.certificate;
        std::erase(hex, ':');
        const auto raw = from_hex(hex);
        if (!raw || raw->size() != 32) return faulty("--certificate: its SHA-256, 64 hexadecimal digits");
        certificate = as_string_view(*raw);
    }
    return with_desk(options, [&](desk_room room) -> task<int> {
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
    return with_desk(options, [&](desk_room room) -> task<int> {
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
    return with_desk(options, [&](desk_room room) -> task<int> {
        if (!co_await room.desk.suspend(options.own.number, reason)) co_return faulty("no such verifier is active");
        fmt::print("{} is suspended\n", options.own.number);
        co_return 0;
    });
}

int run_verifier_resume(const given& options) {
    return with_desk(options, [&](desk_room room) -> task<int> {
        if (!co_await room.desk.resume(options.own.number)) co_return faulty("no such verifier is suspended");
        fmt::print("{} is active again, and its misses are forgotten\n", options.own.number);
        co_return 0;
    });
}

int run_verifier_end(const given& options) {
    return with_desk(options, [&](desk_room room) -> task<int> {
        if (!co_await room.desk.end(options.own.number)) co_return faulty("there is no such verifier");
        fmt::print("{} has ended; what it holds reads as revoked within a minute\n", options.own.number);
        co_return 0;
    });
}

int run_verifier_list(const given& options) {
    return with_desk(options, [&](desk_room room) -> task<int> {
        fmt::print("number\tstate\treason\tcountry\tuntil\toperators\tclients\tmisses\tname\tpresets\n");
        for (const auto& one : co_await room.desk.verifiers())
            fmt::print("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", one.number, one.state, one.reason, one.country,
                       one.expires_on, one.operators, one.programs, one.misses, one.name, fmt::join(one.presets, ","));
        co_return 0;
    });
}

int nobody() {
    return faulty("nobody is registered with that number");
}

int run_verify_person(const given& options) {
    return with_desk(options, [&](desk_room room) -> task<int> {
        const auto person = co_await room.desk.person(options.own.number);
        if (!person) co_return nobody();
        const registry::new_verification seen{.person = *person,
                                              .method = options.own.method,
                                              .reference = options.own.reference,
                                              .seen_by = who(options),
                                              .second_by = options.own.second,
                                              .lasts = std::chrono::days(options.own.days)};
        using outcome = registry::verification_outcome;
        switch (co_await room.desk.verify_person(seen)) {
            case outcome::done:
                fmt::print("{} is verified by {} until {} days from now\n", options.own.number, options.own.method,
                           options.own.days);
                co_return 0;
            case outcome::same_person:
                co_return faulty("--second: another person than who saw her");
            case outcome::second_missing:
                co_return faulty("a biometric match needs two: --second");
            case outcome::nobody:
                break;
        }
        co_return nobody();
    });
}

int run_unverify_person(const given& options) {
    return with_desk(options, [&](desk_room room) -> task<int> {
        const auto person = co_await room.desk.person(options.own.number);
        if (!person) co_return nobody();
        fmt::print("{} verifications ended\n", co_await room.desk.end_verifications(*person));
        co_return 0;
    });
}

int run_identity_number(const given& options) {
    const auto digits = [](std::string_view text) {
        return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    };
    // Not an option: a command line can be read by everybody on the machine.
    std::string value;
    std::getline(std::cin, value);
    if (options.own.scheme == "fayda" && (value.size() != 12 || !digits(value)))
        return faulty("a Fayda number has 12 digits");
    if (value.empty() || !is_plain(value, 40)) return faulty("standard input: the number, at most 40 bytes");
    std::optional<std::chrono::year_month_day> until;
    if (!options.own.until.empty() && !(until = day_in(options.own.until))) return 1;
    return with_desk(options, [&](desk_room room) -> task<int> {
        const auto person = co_await room.desk.person(options.own.number);
        if (!person) co_return nobody();
        using outcome = registry::number_outcome;
        const auto done = co_await room.desk.put_identity_number(*person, options.own.scheme, value, until);
        if (done == outcome::taken) co_return faulty("that number is somebody else's: nothing was changed");
        if (done == outcome::nobody) co_return nobody();
        fmt::print("kept\n");
        co_return 0;
    });
}

int run_delegate(const given& options) {
    const auto until = day_in(options.own.until);
    if (!until) return 1;
    return with_desk(options, [&](desk_room room) -> task<int> {
        const auto delegate = co_await room.desk.person(options.own.number);
        const auto subject = co_await room.desk.person(options.own.subject);
        if (!delegate || !subject) co_return nobody();
        if (!co_await room.desk.delegate(*delegate, *subject, !options.own.lift, *until, who(options)))
            co_return faulty("one person can not act for herself, nor one whose record is not active");
        fmt::print("{}\n", options.own.lift ? "may not act for her" : "acts for her until that day");
        co_return 0;
    });
}

int run_refuse_country(const given& options) {
    if (!is_code(options.own.country, 3)) return faulty("COUNTRY: three letters of ISO 3166-1, such as SOM");
    return with_desk(options, [&](desk_room room) -> task<int> {
        if (!co_await room.desk.refuse_country(options.own.operation, options.own.country, !options.own.lift))
            co_return faulty("there is no such operation");
        fmt::print("{} is {} for {}\n", options.own.country, options.own.lift ? "allowed" : "refused",
                   options.own.operation);
        co_return 0;
    });
}

// What a call centre may do for whoever says she lost her phone; nothing else of the wallet.
int run_freeze(const given& options) {
    return with_desk(options, [&](desk_room room) -> task<int> {
        const auto person = co_await room.desk.person(options.own.number);
        if (!person) co_return nobody();
        blind_key once{};
        room.random.fill(once);
        registry::shares shares(room.pool, room.time);
        const int count = co_await shares.freeze(*person, once, "staff");
        fmt::print("frozen; shares that ended: {}\n", count);
        co_return 0;
    });
}

int run_check_consents(const given& options) {
    return with_desk(options, [&](desk_room room) -> task<int> {
        const auto verdict = co_await room.desk.check_consents();
        for (const auto& each : verdict.broken)
            fmt::print(stderr, "the consents of individual {} do not hold together from row {} on\n", each.person.value,
                       each.row);
        if (!verdict.broken.empty()) co_return 1;
        fmt::print("{} rows hold together\n", verdict.rows);
        co_return 0;
    });
}

// Beside the file, then over it, so that it is never half written; owner and mode stay.
bool put_in_place(const std::string& file, const std::string& text) {
    struct stat before{};
    if (::stat(file.c_str(), &before) != 0) return false;
    const std::string fresh = file + ".new";
    const int out = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (out < 0) return false;
    const bool written = ::write(out, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                         ::fchmod(out, before.st_mode & 07777) == 0 && ::fsync(out) == 0;
    // Only root may give a file away; without it the file is already the caller's.
    if (::fchown(out, before.st_uid, before.st_gid) != 0 && ::geteuid() == 0) return ::close(out), false;
    return ::close(out) == 0 && written && ::rename(fresh.c_str(), file.c_str()) == 0;
}

int run_keys_add(const given& options) {
    system_random random;
    std::string text;
    if (!options.own.value.empty()) {
        std::ifstream in(options.own.value, std::ios::binary);
        if (!in) return faulty(options.own.value + " can not be read");
        text.assign(std::istreambuf_iterator<char>(in), {});
    }
    const auto line = further_key_line(text, options.own.name, random);
    if (!line) return faulty(options.own.value + ": " + line.error().message);
    if (options.own.value.empty()) {
        fmt::print("{}", *line);
        return 0;
    }
    if (!text.empty() && text.back() != '\n') text += '\n';
    if (!put_in_place(options.own.value, text + *line)) return faulty(options.own.value + " can not be written");
    fmt::print("{} has a further {} key: give it to every node, and keep a copy where the database's backups are not\n",
               options.own.value, options.own.name);
    return 0;
}

// Adds commands under one parent.
class command_maker {
public:
    command_maker(command_options& common, std::shared_ptr<wallet_options> own, int& status)
        : common_(common), own_(std::move(own)), status_(status) {}

    CLI::App* add(CLI::App* parent, const char* name, const char* help, int (*run)(const given&)) {
        CLI::App* made = parent->add_subcommand(name, help);
        made->add_option("--config", common_.config_file, "YAML file (else $MLANGO_CONFIG, /etc/mlango/mlango.yaml)");
        made->add_option("--database", common_.database, "libpq conninfo, in place of the configuration's");
        made->callback([own = own_, &common = common_, &status = status_, run] { status = run({common, *own}); });
        return made;
    }
    CLI::App* with_verifier(CLI::App* made) {
        made->add_option("NUMBER", own_->number, "The verifier's five digits")->required();
        return made;
    }
    CLI::App* with_agent(CLI::App* made) {
        with_verifier(made)->add_option("NAME", own_->name, "Of a-z, 0-9, '.', '_' and '-'")->required();
        return made;
    }
    CLI::App* with_person(CLI::App* made) {
        made->add_option("NUMBER", own_->number, "Her individual number, or her group's registration number")
            ->required();
        return made;
    }
    CLI::App* with_name(CLI::App* made) {
        made->add_option("--by", common_.by, "Who does it; else the login name");
        return made;
    }
    wallet_options& own() { return *own_; }

private:
    command_options& common_;
    std::shared_ptr<wallet_options> own_;
    int& status_;
};

void add_verifier_commands(CLI::App& app, command_maker& make) {
    auto* all = app.add_subcommand("verifier", "Who may be shown something of a wallet")->require_subcommand(1);
    auto& own = make.own();
    auto* added = make.add(all, "add", "Register a verifier; prints its number", run_verifier_add);
    added->add_option("--name", own.names, "What she reads, by language: Bank, sw=Benki; one of them English")
        ->required();
    added->add_option("--purpose", own.purposes, "Why it asks, likewise")->required();
    added->add_option("--country", own.country, "Where it is: ISO 3166-1, three letters")->required();
    added
        ->add_option("--presets", own.presets,
                     "What it may be shown: names of credentials.yaml; usual: those open to everybody")
        ->delimiter(',')
        ->required();
    added->add_option("--contact", own.contact, "Where she complains or asks for erasure; stands in her consent")
        ->required();
    added->add_option("--retention", own.retention_days, "For how many days it keeps what it was shown")
        ->check(CLI::Range(1, 36'500));
    added->add_option("--days", own.days, "For how many days it is registered")->check(CLI::Range(1, 3'650));
    auto* person =
        make.with_agent(make.add(all, "operator",
                                 "A person who acts for it; prints a password for the page /verify, or, with\n"
                                 "--phone, a PIN for her own phone. What she had before of that ends",
                                 run_verifier_operator));
    person->add_option("--phone", own.phone, "Her number, such as +254711000001");
    auto* client = make.with_agent(
        make.add(all, "client", "A program that acts for it by API; prints its id and secret", run_verifier_client));
    client->add_option("--certificate", own.certificate,
                       "SHA-256 of its TLS certificate: then it must show that as well");
    make.with_agent(make.add(all, "end-agent", "An operator or client acts for it no more", run_verifier_end_agent));
    make.with_verifier(make.add(all, "suspend", "It takes nothing until it is resumed", run_verifier_suspend))
        ->add_option("--reason", own.reason, "One word, such as complaint")
        ->required();
    make.with_verifier(make.add(
        all, "resume", "Somebody looked: it is active again. Ten codes that were nobody's within a day suspend it",
        run_verifier_resume));
    make.with_verifier(make.add(all, "end", "For good; what it holds is revoked", run_verifier_end));
    make.add(all, "list", "All of them, tab-separated", run_verifier_list);
}

void add_person_commands(CLI::App& app, command_maker& make) {
    auto* all = app.add_subcommand("wallet", "What staff do for somebody's wallet")->require_subcommand(1);
    auto& own = make.own();
    auto* seen = make.with_name(make.with_person(make.add(
        all, "verify-person", "She was verified at a counter: raises how sure we are of her", run_verify_person)));
    seen->add_option("--method", own.method, "document, or biometric: a match in the official system, by two staff")
        ->check(CLI::IsMember({"document", "biometric"}))
        ->required();
    seen->add_option("--reference", own.reference, "Of the event in the official system; no number of a document")
        ->required();
    seen->add_option("--second", own.second, "Who else saw it");
    seen->add_option("--days", own.days, "For how many days it counts")->check(CLI::Range(1, 3'650));
    make.with_person(make.add(all, "unverify-person", "Her verifications count no more", run_unverify_person));
    auto* number = make.with_person(
        make.add(all, "identity-number", "A number that a government gave her, from standard input; it is kept sealed",
                 run_identity_number));
    number->add_option("--scheme", own.scheme, "Whose, such as fayda")->required();
    number->add_option("--until", own.until, "Day of its end, such as 2027-03-31");
    auto* delegate = make.with_name(
        make.with_person(make.add(all, "delegate", "NUMBER acts for SUBJECT until a day; both see it", run_delegate)));
    delegate->add_option("SUBJECT", own.subject, "Whose wallet: individual or registration number")->required();
    delegate->add_option("--until", own.until, "Day of its end, such as 2027-03-31")->required();
    delegate->add_flag("--forbid", own.lift, "NUMBER must not act for SUBJECT, although a parent");
    make.with_person(make.add(all, "freeze", "Nothing of it is shown any more until she unfreezes it", run_freeze));
    auto* country = make.add(all, "refuse-country", "An operation's people share nothing with verifiers of a country",
                             run_refuse_country);
    country->add_option("OPERATION", own.operation, "Its code, such as KEN")->required();
    country->add_option("COUNTRY", own.country, "ISO 3166-1, three letters")->required();
    country->add_flag("--lift", own.lift, "Allow it again");
    make.add(all, "check-consents", "Check that everybody's chain of consents holds together", run_check_consents);
}

}  // namespace

void add_wallet_commands(CLI::App& app, CLI::App& keys, command_options& common, int& status) {
    const auto own = std::make_shared<wallet_options>();
    command_maker make(common, own, status);
    add_verifier_commands(app, make);
    add_person_commands(app, make);
    auto* added = make.add(&keys, "add",
                           "Add a key to a key file: of a purpose that came after the file was made (wallet), or the\n"
                           "successor of those that are there; the old ones stay",
                           run_keys_add);
    added->add_option("PURPOSE", own->name, "session, record, pin or wallet")->required();
    added->add_option("FILE", own->value, "The key file; without it the line is printed");
}

}  // namespace mlango::server
