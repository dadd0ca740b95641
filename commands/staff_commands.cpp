#include "commands/staff_commands.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <memory>

#include "base/iso_day.hpp"
#include "base/new_password.hpp"
#include "commands/command_parts.hpp"
#include "commands/demo_staff.hpp"
#include "commands/registry_conversation.hpp"
#include "console/sign_in_door.hpp"
#include "console/totp.hpp"
#include "registry/staff/accounts.hpp"
#include "registry/wallet/secret_verifier.hpp"

namespace mlango::commands {

namespace {

struct staff_options {
    std::string name, shown_name, language = "en", role, operation, trained_until;
    std::vector<std::string> roles;
    std::int64_t office = 0, programme = 0;
    int days = 366;
    bool from_input = false, put = false;
};

struct given {
    const command_options& common;
    const staff_options& own;
};

struct office_room {
    registry::staff_office& office;
    const registry::secret_verifier& secrets;
    sealer& record;
    random_source& random;
};
using conversation = std::function<task<int>(office_room)>;

int with_office(const given& options, const conversation& what) {
    const auto settings = configuration(options.common);
    if (!settings) return 1;
    return run_conversation(settings->postgres.conninfo, [&](registry::pg_pool& pool) -> task<int> {
        system_random random;
        const system_clock time;
        sealer record(settings->keys.record, random);
        const registry::secret_verifier secrets(settings->keys.wallet, settings->pin, random);
        registry::staff_office office(pool, time);
        co_return co_await what({office, secrets, record, random});
    });
}

struct credentials {
    std::string password;
    std::optional<std::string> totp;  // its secret
    bool generated = false;
};

// A line with the password and perhaps one with an app's secret, from standard input; else a password is made.
std::optional<credentials> credentials_of(const staff_options& own, random_source& random) {
    if (!own.from_input) return credentials{new_password(random), std::nullopt, true};
    credentials out;
    std::string secret;
    std::getline(std::cin, out.password);
    if (std::getline(std::cin, secret) && !secret.empty()) {
        out.totp = console::from_base32(secret);
        if (!out.totp || out.totp->size() < 10 || out.totp->size() > 40) {
            faulty("the second line is not the secret of an authenticator app (base32)");
            return std::nullopt;
        }
    }
    if (const auto why = console::weakness_of(out.password, own.name); !why.empty()) {
        faulty(fmt::format("this password will not do ({}): at least 12 characters, none of the usual ones", why));
        return std::nullopt;
    }
    return out;
}

task<int> granted(office_room& room, registry::new_staff_grant wanted) {
    const std::string role = wanted.role;
    const auto done = co_await room.office.grant(std::move(wanted));
    if (done) co_return 0;
    co_return faulty(fmt::format("{}: {}", role, name_of(done.error())));
}

int run_add(const given& options) {
    const auto& own = options.own;
    if (!is_account_name(own.name)) return faulty("NAME: 2 to 60 of a-z, 0-9, '.', '_' and '-'");
    const std::string shown = own.shown_name.empty() ? own.name : own.shown_name;
    if (!is_plain(shown, 80)) return faulty("--shown-name: one line of at most 80 bytes");
    if (!own.trained_until.empty() && !read_iso_day(own.trained_until))
        return faulty("--trained-until: such as 2027-03-31");
    if (!own.roles.empty() && own.operation.empty()) return faulty("--operation says where she holds the roles");
    return with_office(options, [&](office_room room) -> task<int> {
        const auto with = credentials_of(own, room.random);
        if (!with) co_return 1;
        std::optional<std::string> totp;
        if (with->totp) totp = room.record.seal(*with->totp, registry::staff_totp_context(own.name));
        const auto made = co_await room.office.add(
            {.name = own.name,
             .shown_name = shown,
             .language = own.language,
             .password = room.secrets.make(registry::staff_password_subject(own.name), with->password),
             .password_changes = with->generated,
             .totp_sealed = std::move(totp),
             .trained_until = own.trained_until});
        if (!made) co_return faulty(name_of(made.error()));
        int status = 0;
        for (const auto& role : own.roles)
            status |= co_await granted(room, {.name = own.name,
                                              .role = role,
                                              .operation = own.operation,
                                              .office = own.office,
                                              .programme = own.programme,
                                              .days = own.days});
        if (with->generated)
            fmt::print("{}\nShown once. She chooses her own when she signs in.\n", with->password);
        else
            fmt::print("{} can sign in\n", own.name);
        co_return status;
    });
}

int run_grant(const given& options) {
    const auto& own = options.own;
    return with_office(options, [&](office_room room) -> task<int> {
        co_return co_await granted(room, {.name = own.name,
                                          .role = own.role,
                                          .operation = own.operation,
                                          .office = own.office,
                                          .programme = own.programme,
                                          .days = own.days});
    });
}

int run_list(const given& options) {
    return with_office(options, [&](office_room room) -> task<int> {
        fmt::print("name\tshown name\tstate\tapp\ttrained until\tlast signed in\troles\n");
        for (const auto& each : co_await room.office.list())
            fmt::print("{}\t{}\t{}\t{}\t{}\t{}\t{}\n", each.name, each.shown_name, each.state,
                       each.has_codes ? "connected" : "", each.trained_until, each.signed_in_at, each.grants);
        co_return 0;
    });
}

int run_password(const given& options) {
    const auto& own = options.own;
    return with_office(options, [&](office_room room) -> task<int> {
        const auto with = credentials_of(own, room.random);
        if (!with) co_return 1;
        const std::string stored = room.secrets.make(registry::staff_password_subject(own.name), with->password);
        if (!co_await room.office.set_password(own.name, stored, true))
            co_return faulty(name_of(registry::staff_fault::unknown));
        if (with->generated) fmt::print("{}\n", with->password);
        fmt::print("She chooses her own when she signs in.\n");
        co_return 0;
    });
}

int run_reset_totp(const given& options) {
    return with_office(options, [&](office_room room) -> task<int> {
        if (!co_await room.office.forget_codes(options.own.name))
            co_return faulty(name_of(registry::staff_fault::unknown));
        fmt::print("she connects an app when she signs in\n");
        co_return 0;
    });
}

int run_trained(const given& options) {
    if (!read_iso_day(options.own.trained_until)) return faulty("DAY: such as 2027-03-31");
    return with_office(options, [&](office_room room) -> task<int> {
        if (!co_await room.office.set_training(options.own.name, options.own.trained_until))
            co_return faulty(name_of(registry::staff_fault::unknown));
        co_return 0;
    });
}

int put_in_state(const given& options, std::string_view state) {
    return with_office(options, [&](office_room room) -> task<int> {
        if (!co_await room.office.set_state(options.own.name, state))
            co_return faulty(name_of(registry::staff_fault::unknown));
        co_return 0;
    });
}
int run_suspend(const given& options) {
    return put_in_state(options, "suspended");
}
int run_resume(const given& options) {
    return put_in_state(options, "active");
}
int run_end(const given& options) {
    return put_in_state(options, "ended");
}

int run_demo_staff(const given& options) {
    const auto people = demo_staff();
    if (options.own.put) {
        const int status = with_office(options, [&](office_room room) -> task<int> {
            for (const auto& one : people) {
                if (co_await room.office.find(one.name)) continue;
                const auto secret = console::from_base32(one.totp);
                co_await room.office.add(
                    {.name = one.name,
                     .shown_name = one.shown_name,
                     .language = one.language,
                     .password = room.secrets.make(registry::staff_password_subject(one.name), one.password),
                     .password_changes = false,
                     .totp_sealed = room.record.seal(secret.value(), registry::staff_totp_context(one.name)),
                     .trained_until = one.trained_until});
                for (const auto& role : one.roles)
                    if (co_await granted(room, {.name = one.name, .role = role, .operation = one.operation}) != 0)
                        co_return 1;
            }
            co_return 0;
        });
        if (status != 0) return status;
    }
    const auto step = console::totp_step_at(system_clock().now());
    fmt::print("name\tpassword\ttotp secret\troles\toperation\tcode now\n");
    for (const auto& one : people)
        fmt::print("{}\t{}\t{}\t{}\t{}\t{}\n", one.name, one.password, one.totp, fmt::join(one.roles, ","),
                   one.operation, console::totp_code(console::from_base32(one.totp).value(), step));
    return 0;
}

}  // namespace

void add_staff_commands(CLI::App& app, command_options& common, int& status) {
    const auto own = std::make_shared<staff_options>();
    const auto add = [&](CLI::App* parent, const char* name, const char* help, int (*run)(const given&)) {
        CLI::App* made = with_database(parent->add_subcommand(name, help), common);
        made->callback([own, &common, &status, run] { status = run({common, *own}); });
        return made;
    };
    const auto with_name = [&](CLI::App* made) {
        made->add_option("NAME", own->name, "What she types when she signs in")->required();
        return made;
    };
    const auto with_place = [&](CLI::App* made) {
        made->add_option("--operation", own->operation, "Where: its code, such as KEN");
        made->add_option("--office", own->office, "Only around this office: its key");
        made->add_option("--programme", own->programme, "Only for this programme: its key");
        made->add_option("--days", own->days, "For how many days")->check(CLI::Range(1, 366));
        return made;
    };
    const auto with_input = [&](CLI::App* made) {
        made->add_flag("--from-stdin", own->from_input,
                       "Read the password from standard input, and on a second line, if there is one, the secret of\n"
                       "her authenticator app; else a password is made and shown once");
        return made;
    };
    auto* all = app.add_subcommand("staff", "Who signs in at the console")->require_subcommand(1);
    auto* added = with_input(with_place(with_name(
        add(all, "add", "Make an account; the first one is the administrator's or the Representative's", run_add))));
    added->add_option("--shown-name", own->shown_name, "Among colleagues");
    added->add_option("--language", own->language, "en, fr or ar")->check(CLI::IsMember({"en", "fr", "ar"}));
    added->add_option("--role", own->roles, "Roles that she holds there")->delimiter(',');
    added->add_option("--trained-until", own->trained_until,
                      "Day until which her data-protection training holds; without it no record of a person opens");
    auto* granting = with_place(with_name(add(all, "grant", "A role in an operation, until it expires", run_grant)));
    granting->add_option("ROLE", own->role, "Its code, such as registration")->required();
    add(all, "list", "All of them, tab-separated", run_list);
    with_input(
        with_name(add(all, "password", "Give her a new password, to be replaced when she signs in", run_password)));
    with_name(add(all, "reset-totp", "She lost her authenticator app: she connects another one", run_reset_totp));
    with_name(add(all, "trained", "Her data-protection training holds until a day", run_trained))
        ->add_option("DAY", own->trained_until, "Such as 2027-03-31")
        ->required();
    with_name(add(all, "suspend", "She can do nothing until she is resumed", run_suspend));
    with_name(add(all, "resume", "She works again", run_resume));
    with_name(add(all, "end", "For good", run_end));
    auto* demo = add(&app, "demo-staff", "List the demonstration's staff with passwords and secrets (tab-separated)",
                     run_demo_staff);
    demo->add_flag("--add", own->put, "Make those that are missing. Never where real people are registered");
}

}  // namespace mlango::commands
