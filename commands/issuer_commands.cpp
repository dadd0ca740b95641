#include "commands/issuer_commands.hpp"

#include <fmt/format.h>

#include <memory>

#include "base/clock.hpp"
#include "commands/command_parts.hpp"
#include "wallet/key_file.hpp"
#include "wallet/signing_keys.hpp"

namespace mlango::commands {

namespace {

struct issuer_key_options {
    const command_options* common = nullptr;
    std::string folder;
    std::string kid;
    int overlap_hours = 24;
    int keep_days = 400;
};

// As given, else as configured. nullopt: its faults were told.
std::optional<std::string> folder_of(const issuer_key_options& options) {
    if (!options.folder.empty()) return options.folder;
    const auto settings = configuration(*options.common);
    if (!settings) return std::nullopt;
    if (settings->wallet.on) return settings->wallet.signing_keys.string();
    faulty("the configuration has no wallet: name the folder with --folder");
    return std::nullopt;
}

wall_time now() {
    return system_clock().now();
}

int run_new(const std::string& folder, const issuer_key_options&) {
    const auto made = wallet::make_first_key(folder, now());
    if (!made) return faulty(made.error());
    fmt::print("{} signs from now on; it is in {}: keep a copy where the database's backups are not\n", made->kid,
               folder);
    return 0;
}

int run_rotate(const std::string& folder, const issuer_key_options& options) {
    const auto made = wallet::rotate_keys(
        folder, now(),
        {.overlap = std::chrono::hours(options.overlap_hours), .keep = std::chrono::hours(24 * options.keep_days)});
    if (!made) return faulty(made.error());
    fmt::print("{} is listed from now on and signs from {}\n", made->kid, wallet::utc_text(made->signs_from));
    const auto gone = wallet::prune_keys(folder, now());
    if (!gone) return faulty(gone.error());
    for (const auto& kid : *gone) fmt::print("{} was not listed any more and was deleted\n", kid);
    return 0;
}

int run_retire(const std::string& folder, const issuer_key_options& options) {
    const auto done = wallet::retire_key(folder, options.kid);
    if (!done) return faulty(done.error());
    fmt::print("{} is gone: nothing that it signed is valid any more\n", options.kid);
    return 0;
}

int run_list(const std::string& folder, const issuer_key_options&) {
    const auto keys = wallet::signing_keys::load(folder);
    if (!keys) {
        for (const auto& fault : keys.error()) faulty(fault);
        return 1;
    }
    const auto& current = keys->current(now());
    fmt::print("kid\tstate\tmade\tsigns from\tlisted until\n");
    for (const auto& key : keys->all()) {
        const char* state = "verifies";
        if (key.kid == current.kid)
            state = "signs";
        else if (key.signs_from > now())
            state = "comes";
        else if (key.listed_until && *key.listed_until <= now())
            state = "ended";
        fmt::print("{}\t{}\t{}\t{}\t{}\n", key.kid, state, wallet::utc_text(key.made_at),
                   wallet::utc_text(key.signs_from), key.listed_until ? wallet::utc_text(*key.listed_until) : "-");
    }
    return 0;
}

}  // namespace

void add_issuer_key_commands(CLI::App& keys, command_options& common, int& status) {
    auto* issuer = keys.add_subcommand("issuer", "The keys that sign credentials")->require_subcommand(1);
    const auto options = std::make_shared<issuer_key_options>();
    options->common = &common;
    const auto command = [&](const char* name, const char* help,
                             int (*run)(const std::string&, const issuer_key_options&)) {
        CLI::App* added = issuer->add_subcommand(name, help);
        added->add_option("--config", common.config_file, "YAML file (else $MLANGO_CONFIG, /etc/mlango/mlango.yaml)");
        added->add_option("--folder", options->folder, "Their folder, in place of the configuration's");
        added->callback([options, &status, run] {
            const auto folder = folder_of(*options);
            status = folder ? run(*folder, *options) : 1;
        });
        return added;
    };
    command("new", "Make the first key, which signs at once", run_new);
    auto* rotate =
        command("rotate",
                "Make a successor: listed at once, so that verifiers know it before it signs. The keys before it\n"
                "verify until what they signed has expired",
                run_rotate);
    rotate->add_option("--overlap-hours", options->overlap_hours, "Listed so long before it signs (24)")
        ->check(CLI::Range(0, 24 * 30));
    rotate->add_option("--keep-days", options->keep_days, "The old ones verify so long after it signs (400)")
        ->check(CLI::Range(1, 4000));
    command("retire", "Delete a key that leaked: what it signed is invalid at once", run_retire)
        ->add_option("KID", options->kid, "As keys issuer list shows it")
        ->required();
    command("list", "List them: which signs, which comes, which only verify", run_list);
}

}  // namespace mlango::commands
