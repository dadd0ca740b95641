#include "commands/broadcast_commands.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>

#include "base/within.hpp"
#include "commands/broadcast_parts.hpp"
#include "commands/command_parts.hpp"
#include "commands/registry_conversation.hpp"
#include "server/editions.hpp"

namespace mlango::commands {

namespace {

using namespace std::chrono_literals;
using registry::broadcast_id;
using registry::broadcasts;
using registry::release_outcome;

constexpr std::size_t longest_text = 1'600;

struct given {
    const command_options& common;
    const broadcast_options& own;
    [[nodiscard]] broadcast_id id() const { return broadcast_id{own.id}; }
};

int not_there(const given& options) {
    return faulty(fmt::format("there is no broadcast {}", options.own.id));
}

// --by, or who is logged in. nullopt: told.
std::optional<std::string> who(const given& options) {
    std::string by = options.common.by.empty() ? login_name() : options.common.by;
    if (!by.empty() && is_plain(by, 60)) return by;
    faulty("--by should be a name of at most 60 bytes on one line");
    return std::nullopt;
}

using conversation = std::function<task<int>(broadcasts&)>;

// Only a preview opens numbers; the others need no keys.
int with_broadcasts(const std::string& conninfo, const key_set& key, const conversation& what) {
    return run_conversation(conninfo, [&](registry::pg_pool& pool) -> task<int> {
        system_random random;
        const system_clock time;
        sealer record(key, random);
        broadcasts store(pool, record, time);
        co_return co_await what(store);
    });
}
int with_broadcasts(const given& options, const conversation& what) {
    const auto settings = configuration(options.common);
    return settings ? with_broadcasts(settings->postgres.conninfo, settings->keys.record, what) : 1;
}

// "en=FILE". nullopt: told.
std::optional<registry::broadcast_text> text_in(const std::string& option) {
    const std::size_t equals = option.find('=');
    if (equals == std::string::npos || equals < 2 || equals > 3) {
        faulty(fmt::format("--text {}: should be a language and a file, such as en=hello.txt", option));
        return std::nullopt;
    }
    std::ifstream file(option.substr(equals + 1), std::ios::binary);
    std::string text(longest_text + 2, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.empty()) {
        faulty(fmt::format("--text {}: can not be read, or is empty", option));
        return std::nullopt;
    }
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    return registry::broadcast_text{.language = option.substr(0, equals), .text = std::move(text)};
}

// --fallback; else the operation's language; else the first text's.
std::string fallback_of(const given& options, const std::vector<registry::broadcast_text>& texts,
                        const std::string& of_operation) {
    if (!options.own.fallback.empty()) return options.own.fallback;
    const bool has = std::ranges::find(texts, of_operation, &registry::broadcast_text::language) != texts.end();
    return has || texts.empty() ? of_operation : texts.front().language;
}

int run_new(const given& options) {
    const auto settings = configuration(options.common);
    const auto by = who(options);
    if (!settings || !by) return 1;
    std::vector<std::string> faults;
    registry::broadcast_wish wish{.name = options.own.name, .by = *by, .filter = {}, .texts = {}, .fallback = {}};
    for (const auto& option : options.own.texts) {
        auto text = text_in(option);
        if (!text) return 1;
        wish.texts.push_back(std::move(*text));
    }
    if (wish.name.empty() || !is_plain(wish.name, 80)) faults.emplace_back("--name: one line of at most 80 bytes");
    if (auto filter = registry::parse_broadcast_filter(options.own.filter))
        wish.filter = std::move(*filter);
    else
        std::ranges::move(filter.error(), std::back_inserter(faults));
    if (const auto hours = hours_in(options.own.window))
        std::tie(wish.opens_at, wish.closes_at) = *hours;
    else
        faults.emplace_back("--window: hours of the day, such as 8-18; 0-24 is any time");
    if (const auto lasting = time_in(options.own.expires))
        wish.lasting = *lasting;
    else
        faults.emplace_back("--expires: such as 90m, 12h or 2d, at most 30d");
    if (options.own.per_second > 0) wish.per_second = options.own.per_second;
    wish.fallback = fallback_of(options, wish.texts, settings->operation.default_language);
    if (std::ranges::find(wish.texts, wish.fallback, &registry::broadcast_text::language) == wish.texts.end())
        faults.push_back(fmt::format("--fallback {}: there is no text in that language", wish.fallback));
    const auto from = edition_sources_of(*settings);
    if (!from) return faulty(from.error());
    const auto made = server::servable(*from);
    if (!made) return faulty(made.error());
    for (auto& fault : handlers::faults_of(wish.texts, (*made)->screens.declared(), settings->operation.longest_code()))
        faults.push_back(std::move(fault));
    if (!faults.empty()) return faulty(faults);
    return with_broadcasts(settings->postgres.conninfo, settings->keys.record, [&](broadcasts& store) -> task<int> {
        const auto id = co_await store.create(wish);
        if (!id) co_return faulty(id.error());
        fmt::print("broadcast {} is written; next: mlango broadcast preview {}\n", id->value, id->value);
        co_return 0;
    });
}

int run_preview(const given& options) {
    const auto settings = configuration(options.common);
    if (!settings) return 1;
    std::optional<gsm::price> price;
    if (!options.own.price.empty()) {
        price = gsm::price::parse(options.own.price);
        if (!price) return faulty("--price: what one message costs, such as 0.8");
    }
    return with_broadcasts(settings->postgres.conninfo, settings->keys.record, [&](broadcasts& store) -> task<int> {
        const auto draft = co_await store.find(options.id());
        if (!draft) co_return not_there(options);
        const auto texts = co_await store.texts(options.id());
        const auto count = co_await store.count(options.id());
        if (!count) co_return not_there(options);
        show_preview(*draft, *count, handlers::figures_of(texts, *count, settings->operation.longest_code()), price,
                     options.own.currency);
        co_return 0;
    });
}

std::string why_not(release_outcome outcome, const given& options) {
    switch (outcome) {
        case release_outcome::unknown:
            return fmt::format("there is no broadcast {}", options.own.id);
        case release_outcome::not_draft:
            return "it was released or stopped before";
        case release_outcome::same_person:
            return "who wrote it does not release it: another person does";
        case release_outcome::not_counted:
            return fmt::format("look at its preview first, today: mlango broadcast preview {}", options.own.id);
        case release_outcome::nobody:
            return "it goes to nobody";
        case release_outcome::another_number:
            return "--recipients is not the number that the preview told";
        case release_outcome::released:
            break;
    }
    return {};
}

int run_release(const given& options) {
    const auto by = who(options);
    if (!by) return 1;
    return with_broadcasts(options, [&](broadcasts& store) -> task<int> {
        const auto outcome = co_await store.release(options.id(), *by, options.own.recipients);
        if (outcome != release_outcome::released) co_return faulty(why_not(outcome, options));
        fmt::print("broadcast {} is released; watch it: mlango broadcast status {} --follow\n", options.own.id,
                   options.own.id);
        co_return 0;
    });
}

int turn(const given& options, task<registry::broadcast_turn> (broadcasts::*how)(broadcast_id, std::string_view),
         std::string_view what, std::string_view moved) {
    const auto by = who(options);
    if (!by) return 1;
    return with_broadcasts(options, [&](broadcasts& store) -> task<int> {
        const auto done = co_await (store.*how)(options.id(), *by);
        if (!done.known) co_return not_there(options);
        if (!done.turned) co_return faulty(fmt::format("it is {}: it can not be {}", done.was, what));
        fmt::print("broadcast {} is {}; messages {}: {}\n", options.own.id, what, moved, done.moved);
        co_return 0;
    });
}
int run_pause(const given& options) {
    return turn(options, &broadcasts::pause, "paused", "held back");
}
int run_resume(const given& options) {
    return turn(options, &broadcasts::resume, "resumed", "due again");
}
int run_stop(const given& options) {
    return turn(options, &broadcasts::stop, "stopped", "that will not be sent");
}

bool is_over(const registry::broadcast_summary& now) {
    return now.state == "done" || (now.state == "stopped" && now.messages.pending == 0 && now.messages.sending == 0);
}

// One line that is written over on a terminal; a line each second elsewhere.
task<int> follow(broadcasts& store, const given& options) {
    coarse_timer pause(co_await asio::this_coro::executor);
    const bool terminal = isatty(STDOUT_FILENO) == 1;
    std::optional<std::int64_t> before;
    double rate = -1;
    for (;;) {
        const auto now = co_await store.find(options.id());
        if (!now) co_return not_there(options);
        const std::int64_t through = handlers::settled(*now);
        if (before) {
            const auto last = static_cast<double>(through - *before);
            rate = rate < 0 ? last : rate * 0.7 + last * 0.3;
        }
        before = through;
        if (options.own.json)
            fmt::print("{}\n", json_of(*now));
        else
            fmt::print("{}{}{}", terminal ? "\r\x1b[K" : "", line_of(*now, rate), terminal ? "" : "\n");
        std::fflush(stdout);
        if (is_over(*now)) {
            if (terminal && !options.own.json) fmt::print("\n");
            co_return 0;
        }
        pause.expires_after(1s);
        co_await pause.async_wait(use_task);
    }
}

int run_status(const given& options) {
    return with_broadcasts(options, [&](broadcasts& store) -> task<int> {
        if (options.own.follow) co_return co_await follow(store, options);
        const auto now = co_await store.find(options.id());
        if (!now) co_return not_there(options);
        fmt::print("{}", options.own.json ? json_of(*now) + "\n" : told(*now));
        co_return 0;
    });
}

int run_list(const given& options) {
    return with_broadcasts(options, [&](broadcasts& store) -> task<int> {
        const auto all = co_await store.list(options.common.limit);
        if (!options.own.json)
            fmt::print("   id  state     recipients  through  written (UTC)     by            name\n");
        for (const auto& one : all) {
            if (options.own.json)
                fmt::print("{}\n", json_of(one));
            else
                fmt::print("{:>5}  {:<8}  {:>10}  {:>7}  {:<16}  {:<12}  {}\n", one.id.value, one.state,
                           one.recipients ? std::to_string(*one.recipients) : "", handlers::settled(one),
                           one.created_at, one.created_by, one.name);
        }
        co_return 0;
    });
}

int run_outcomes(const given& options) {
    return with_broadcasts(options, [&](broadcasts& store) -> task<int> {
        if (!co_await store.find(options.id())) co_return not_there(options);
        const std::string table = csv_of(co_await store.outcomes(options.id()));
        if (options.own.csv.empty()) {
            fmt::print("{}", table);
            co_return 0;
        }
        std::ofstream out(options.own.csv, std::ios::binary);
        out << table;
        co_return out.flush() ? 0 : faulty(options.own.csv + " can not be written");
    });
}

}  // namespace

void add_broadcast_commands(CLI::App& app, command_options& common, int& status) {
    auto* all = app.add_subcommand("broadcast", "One message to many (docs/broadcasts.md)")->require_subcommand(1);
    const auto own = std::make_shared<broadcast_options>();
    const auto add = [&](const char* name, const char* help, int (*run)(const given&)) {
        CLI::App* added = with_database(all->add_subcommand(name, help), common);
        added->callback([own, &common, &status, run] { status = run(given{common, *own}); });
        return added;
    };
    const auto with_id = [&](CLI::App* added) {
        added->add_option("ID", own->id, "The broadcast's number")->required();
        return added;
    };
    const auto with_name = [&](CLI::App* added) {
        added->add_option("--by", common.by, "Who does it; else the login name");
        return added;
    };
    const auto with_json = [&](CLI::App* added) {
        added->add_flag("--json", own->json, "For programs");
        return added;
    };
    auto* made = with_name(add("new", "Write a broadcast; nothing is sent before another person releases it", run_new));
    made->add_option("--name", own->name, "For staff only")->required();
    made->add_option("--filter", own->filter,
                     "To whom: operation, location, programme, entitlement, language, trust, answers, household,\n"
                     "principal, such as 'location=KE023,programme=Food|Cash'; empty is everybody")
        ->required();
    made->add_option("--text", own->texts,
                     "A language and the file of its text, such as en=hello.txt; {code} is filled in")
        ->required();
    made->add_option("--fallback", own->fallback, "The text for those without one in their language");
    made->add_option("--expires", own->expires, "How long after its release it may be sent: 90m, 12h, 2d");
    made->add_option("--window", own->window, "Hours of the day: 8-18; 0-24 is any time");
    made->add_option("--per-second", own->per_second, "At most so many")->check(CLI::Range(1, 100'000));
    auto* preview = with_id(add("preview", "Who gets what, in how many messages, at what cost", run_preview));
    preview->add_option("--price", own->price, "What one message costs, such as 0.8");
    preview->add_option("--currency", own->currency, "Shown behind it, such as KES");
    auto* release = with_name(with_id(add("release", "Let it be sent; another person than its writer", run_release)));
    release->add_option("--recipients", own->recipients, "How many, as the preview told")->required();
    with_name(with_id(add("pause", "Hold it; what is at the gateways goes on", run_pause)));
    with_name(with_id(add("resume", "Go on", run_resume)));
    with_name(with_id(add("stop", "End it for good; what waits is not sent", run_stop)));
    with_json(with_id(add("status", "How far it is", run_status)))
        ->add_flag("--follow", own->follow, "Until it is over, with rate and time left");
    with_json(add("list", "The newest", run_list))
        ->add_option("--limit", common.limit, "So many")
        ->check(CLI::Range(1, 1'000));
    with_id(add("outcomes", "What came of its messages, without numbers", run_outcomes))
        ->add_option("--csv", own->csv, "File to write; standard output without it");
}

}  // namespace mlango::commands
