#include "commands/wallet_commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <memory>

#include "base/iso_day.hpp"
#include "commands/command_parts.hpp"
#include "commands/wallet_desk_room.hpp"
#include "registry/wallet/shares.hpp"
#include "wallet/consents.hpp"

namespace mlango::commands {

namespace {

struct wallet_options {
    std::string number, method, reference, second, scheme, until, operation, country, subject;
    int days = 365;
    bool lift = false;
};

struct given {
    const command_options& common;
    const wallet_options& own;
};

// nullopt: told.
std::optional<std::chrono::year_month_day> day_in(const std::string& text) {
    const auto read = read_iso_day(text);
    if (!read) faulty(fmt::format("{}: should be a day, such as 2027-03-31", text));
    return read;
}

std::string who(const given& options) {
    return options.common.by.empty() ? login_name() : options.common.by;
}

int nobody() {
    return faulty("nobody is registered with that number");
}

int run_verify_person(const given& options) {
    return with_wallet_desk(options.common, [&](wallet_desk_room room) -> task<int> {
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
    return with_wallet_desk(options.common, [&](wallet_desk_room room) -> task<int> {
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
    return with_wallet_desk(options.common, [&](wallet_desk_room room) -> task<int> {
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
    return with_wallet_desk(options.common, [&](wallet_desk_room room) -> task<int> {
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
    if (!is_country_code(options.own.country)) return faulty("COUNTRY: three letters of ISO 3166-1, such as SOM");
    return with_wallet_desk(options.common, [&](wallet_desk_room room) -> task<int> {
        if (!co_await room.desk.refuse_country(options.own.operation, options.own.country, !options.own.lift))
            co_return faulty("there is no such operation");
        fmt::print("{} is {} for {}\n", options.own.country, options.own.lift ? "allowed" : "refused",
                   options.own.operation);
        co_return 0;
    });
}

// What a call centre may do for whoever says she lost her phone; nothing else of the wallet.
int run_freeze(const given& options) {
    return with_wallet_desk(options.common, [&](wallet_desk_room room) -> task<int> {
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
    return with_wallet_desk(options.common, [&](wallet_desk_room room) -> task<int> {
        const auto verdict = co_await room.desk.check_consents();
        for (const auto& each : verdict.broken)
            fmt::print(stderr, "the consents of individual {} do not hold together from row {} on\n", each.person.value,
                       each.row);
        const auto altered = co_await wallet::altered_consents(room.desk, room.seal);
        for (const auto& each : altered)
            fmt::print(stderr, "row {} of the consents of individual {} is not what was agreed to\n", each.row,
                       each.person.value);
        if (!verdict.broken.empty() || !altered.empty()) co_return 1;
        fmt::print("{} rows hold together, and each record is what its row says\n", verdict.rows);
        co_return 0;
    });
}

int run_consent(const given& options) {
    return with_wallet_desk(options.common, [&](wallet_desk_room room) -> task<int> {
        const auto person = co_await room.desk.person(options.own.number);
        if (!person) co_return nobody();
        const auto kept = co_await room.desk.consent(*person, options.own.reference);
        if (!kept) co_return faulty("she has no consent with that reference");
        const auto record = wallet::opened_consent(*kept, room.seal);
        if (!record) co_return faulty("it is not what was agreed to: mlango wallet check-consents");
        fmt::print("{}\n", *record);
        co_return 0;
    });
}

}  // namespace

void add_wallet_commands(CLI::App& app, command_options& common, int& status) {
    const auto own = std::make_shared<wallet_options>();
    auto* all = app.add_subcommand("wallet", "What staff do for somebody's wallet")->require_subcommand(1);
    const auto add = [&](const char* name, const char* help, int (*run)(const given&)) {
        CLI::App* made = with_database(all->add_subcommand(name, help), common);
        made->callback([own, &common, &status, run] { status = run({common, *own}); });
        return made;
    };
    const auto with_person = [&](CLI::App* made) {
        made->add_option("NUMBER", own->number, "Her individual number, or her group's registration number")
            ->required();
        return made;
    };
    const auto with_name = [&](CLI::App* made) {
        made->add_option("--by", common.by, "Who does it; else the login name");
        return made;
    };
    auto* seen = with_name(with_person(
        add("verify-person", "She was verified at a counter: raises how sure we are of her", run_verify_person)));
    seen->add_option("--method", own->method, "document, or biometric: a match in the official system, by two staff")
        ->check(CLI::IsMember({"document", "biometric"}))
        ->required();
    seen->add_option("--reference", own->reference, "Of the event in the official system; no number of a document")
        ->required();
    seen->add_option("--second", own->second, "Who else saw it");
    seen->add_option("--days", own->days, "For how many days it counts")->check(CLI::Range(1, 3'650));
    with_person(add("unverify-person", "Her verifications count no more", run_unverify_person));
    auto* number = with_person(add("identity-number",
                                   "A number that a government gave her, from standard input; it is kept sealed",
                                   run_identity_number));
    number->add_option("--scheme", own->scheme, "Whose, such as fayda")->required();
    number->add_option("--until", own->until, "Day of its end, such as 2027-03-31");
    auto* delegate =
        with_name(with_person(add("delegate", "NUMBER acts for SUBJECT until a day; both see it", run_delegate)));
    delegate->add_option("SUBJECT", own->subject, "Whose wallet: individual or registration number")->required();
    delegate->add_option("--until", own->until, "Day of its end, such as 2027-03-31")->required();
    delegate->add_flag("--forbid", own->lift, "NUMBER must not act for SUBJECT, although a parent");
    with_person(add("freeze", "Nothing of it is shown any more until she unfreezes it", run_freeze));
    auto* country =
        add("refuse-country", "An operation's people share nothing with verifiers of a country", run_refuse_country);
    country->add_option("OPERATION", own->operation, "Its code, such as KEN")->required();
    country->add_option("COUNTRY", own->country, "ISO 3166-1, three letters")->required();
    country->add_flag("--lift", own->lift, "Allow it again");
    with_person(add("consent", "Print one consent of hers; she sees that it was looked at", run_consent))
        ->add_option("REFERENCE", own->reference, "Of the share: four letters or digits")
        ->required();
    add("check-consents", "Check that everybody's consents hold together and are what was agreed to",
        run_check_consents);
}

}  // namespace mlango::commands
