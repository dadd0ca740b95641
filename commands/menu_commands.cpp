// `mlango menu publish`, versions, history, diff, rollback and export: published menus from the operator's side.
#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <fstream>
#include <functional>

#include "commands/command_parts.hpp"
#include "commands/registry_conversation.hpp"
#include "proof/proof.hpp"
#include "registry/publications.hpp"
#include "server/edition_diff.hpp"
#include "server/editions.hpp"

namespace mlango::commands {

namespace {

constexpr std::size_t longest_name = 60;
constexpr std::size_t longest_note = 200;
constexpr std::string_view soon = "new sessions begin with it within five seconds, running ones end on theirs";

// Throws std::runtime_error, worded for the operator.
template <class T>
T with_publications(const std::string& conninfo, const std::function<task<T>(registry::publications&)>& what) {
    return with_registry<T>(conninfo, [&](registry::pg_pool& pool) -> task<T> {
        registry::publications store(pool);
        co_return co_await what(store);
    });
}

// --by and --note, within their bounds. nullopt: told.
std::optional<std::string> publisher(const command_options& options) {
    std::string by = options.by.empty() ? login_name() : options.by;
    if (by.empty() || !is_plain(by, longest_name)) {
        fmt::print(stderr, "mlango: --by should be a name of at most {} bytes on one line\n", longest_name);
        return std::nullopt;
    }
    if (!is_plain(options.note, longest_note)) {
        fmt::print(stderr, "mlango: --note should be one line of at most {} bytes\n", longest_note);
        return std::nullopt;
    }
    return by;
}

// "files" or a version's number. nullopt: told.
std::optional<registry::publication_version> version_named(const std::string& text) {
    if (text == "files") return registry::the_files;
    std::uint32_t version = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
    if (error == std::errc() && end == text.data() + text.size() && version > 0 && version < 0x80000000U)
        return version;
    fmt::print(stderr, "mlango: {} is no version: give a number that `mlango menu versions` lists, or \"files\"\n",
               text);
    return std::nullopt;
}

std::string name_of(registry::publication_version version) {
    return version == registry::the_files ? "the files" : fmt::format("version {}", version);
}

// The files that the configuration names, or those of --menu and --texts.
std::expected<templates::edition_sources, std::vector<std::string>> files_of(const command_options& options,
                                                                             server::config settings) {
    if (!options.menu.empty()) settings.menu = options.menu;
    if (!options.texts.empty()) settings.texts = options.texts;
    return edition_sources_of(settings);
}

std::string told(const proof::proof_fault& fault) {
    std::string line = fault.screen;
    if (!fault.language.empty()) line += " " + fault.language;
    if (!fault.profile.empty()) line += " " + fault.profile;
    line += ": " + fault.what;
    if (fault.excess > 0) line += fmt::format(" (+{})", fault.excess);
    for (std::size_t at = 0; at < fault.text.size();) {
        const std::size_t end = std::min(fault.text.find('\n', at), fault.text.size());
        line += "\n    | " + fault.text.substr(at, end - at);
        at = end + 1;
    }
    return line;
}

// A version's content, or the files'. nullopt: told.
task<std::optional<templates::edition_sources>> sources_named(registry::publications& store,
                                                              registry::publication_version version,
                                                              const command_options& options) {
    if (version != registry::the_files) {
        auto content = co_await store.load(version);
        if (content) co_return server::sources_of(std::move(*content));
        fmt::print(stderr, "mlango: there is no version {}, or it is not what was stored\n", version);
        co_return std::nullopt;
    }
    const auto settings = configuration(options);
    if (!settings) co_return std::nullopt;
    auto from = files_of(options, *settings);
    if (from) co_return std::move(*from);
    tell_all(from.error());
    co_return std::nullopt;
}

}  // namespace

int run_menu_publish(const command_options& options) {
    const auto settings = configuration(options);
    if (!settings) return 1;
    const auto by = publisher(options);
    if (!by) return 1;
    const auto from = files_of(options, *settings);
    if (!from) return tell_all(from.error());
    const auto made = server::servable(*from);
    if (!made) return tell_all(made.error());
    std::vector<proof::named_profile> profiles;
    for (const auto& gateway : ussd_doors_of(*settings))
        profiles.push_back({.name = gateway.name, .profile = gateway.profile});
    if (const auto faults = proof::prove(**made, *from, profiles); !faults.empty()) {
        for (const auto& fault : faults) fmt::print(stderr, "{}\n", told(fault));
        fmt::print(stderr, "{} fault{}: nothing was published\n", faults.size(), faults.size() == 1 ? "" : "s");
        return 1;
    }
    const auto& [version, words, screens] = **made;
    const registry::publication_wish wish{.content = server::content_of(*from),
                                          .screens = static_cast<int>(screens.screens().size()),
                                          .words = static_cast<int>(words.size()),
                                          .by = *by,
                                          .note = options.note};
    try {
        const auto done = with_publications<registry::published>(
            settings->postgres.conninfo, [&](registry::publications& store) { return store.publish(wish); });
        if (done.was_current)
            fmt::print("version {} has this content and is current: nothing to do\n", done.version);
        else if (done.is_new)
            fmt::print("published version {}: {} screens, {} texts, {} languages; {}\n", done.version, wish.screens,
                       wish.words, from->languages.size(), soon);
        else
            fmt::print("version {} has this content and is current again; {}\n", done.version, soon);
        return 0;
    } catch (const std::exception& fault) {
        return failed(fault);
    }
}

int run_menu_versions(const command_options& options) {
    const auto conninfo = database(options);
    if (!conninfo) return 1;
    try {
        const auto all = with_publications<std::vector<registry::publication_summary>>(
            *conninfo, [&](registry::publications& store) { return store.list(options.limit); });
        if (all.empty()) {
            fmt::print("nothing was published: the files of the configuration are served\n");
            return 0;
        }
        fmt::print("version  current  published (UTC)   screens  texts  content       by            note\n");
        for (const auto& one : all)
            fmt::print("{:>7}  {:<7}  {:<16}  {:>7}  {:>5}  {:<12}  {:<12}  {}\n", one.version,
                       one.current ? "current" : "", one.published_at, one.screens, one.words, one.digest, one.by,
                       one.note);
        return 0;
    } catch (const std::exception& fault) {
        return failed(fault);
    }
}

int run_menu_history(const command_options& options) {
    const auto conninfo = database(options);
    if (!conninfo) return 1;
    try {
        const auto events = with_publications<std::vector<registry::publication_event>>(
            *conninfo, [&](registry::publications& store) { return store.history(options.limit); });
        for (const auto& event : events)
            fmt::print("{}  {:<11}  {:<12}  by {}\n", event.at, event.action == "publish" ? "published" : "rolled back",
                       name_of(event.version), event.by);
        return 0;
    } catch (const std::exception& fault) {
        return failed(fault);
    }
}

int run_menu_rollback(const command_options& options) {
    const auto conninfo = database(options);
    if (!conninfo) return 1;
    const auto by = publisher(options);
    if (!by) return 1;
    std::optional<registry::publication_version> to;
    if (!options.version.empty()) {
        to = version_named(options.version);
        if (!to) return 1;
    }
    try {
        const auto done = with_publications<std::optional<registry::rolled_back>>(
            *conninfo, [&](registry::publications& store) { return store.roll_back(to, *by); });
        if (!done && to)
            fmt::print(stderr, "mlango: {} is current already, or was never published\n", name_of(*to));
        else if (!done)
            fmt::print(stderr, "mlango: there is nothing before what is current: the files are served\n");
        else
            fmt::print("{} took the place of {}; {}\n", name_of(done->to), name_of(done->from), soon);
        return done ? 0 : 1;
    } catch (const std::exception& fault) {
        return failed(fault);
    }
}

int run_menu_diff(const command_options& options) {
    const auto conninfo = database(options);
    if (!conninfo) return 1;
    const auto before = version_named(options.version), after = version_named(options.other_version);
    if (!before || !after) return 1;
    using both = std::optional<std::pair<templates::edition_sources, templates::edition_sources>>;
    try {
        const auto read = with_publications<both>(*conninfo, [&](registry::publications& store) -> task<both> {
            auto old = co_await sources_named(store, *before, options);
            if (!old) co_return std::nullopt;
            auto fresh = co_await sources_named(store, *after, options);
            if (!fresh) co_return std::nullopt;
            co_return std::pair(std::move(*old), std::move(*fresh));
        });
        if (!read) return 1;
        const auto changes = server::changes_between(read->first, read->second);
        if (changes.empty()) fmt::print("no difference\n");
        for (const auto& change : changes) {
            fmt::print("{} {}\n",
                       change.kind == server::change_kind::added     ? '+'
                       : change.kind == server::change_kind::removed ? '-'
                                                                     : '~',
                       change.what);
            if (change.kind != server::change_kind::added) fmt::print("    was {}\n", change.was);
            if (change.kind != server::change_kind::removed) fmt::print("    is  {}\n", change.is);
        }
        return 0;
    } catch (const std::exception& fault) {
        return failed(fault);
    }
}

namespace {

void write_files(const std::filesystem::path& folder, const templates::sources& files) {
    std::filesystem::create_directories(folder);
    for (const auto& [name, content] : files) {
        const std::filesystem::path file(name);
        // What comes from the database names no place of its own.
        if (file.filename() != file || file.extension() != ".yaml")
            throw std::runtime_error("a file of this version has no name that can be written");
        std::ofstream out(folder / file, std::ios::binary);
        out << content;
        if (!out.flush()) throw std::runtime_error((folder / file).string() + " can not be written");
    }
}

}  // namespace

int run_menu_export(const command_options& options) {
    const auto conninfo = database(options);
    if (!conninfo) return 1;
    const auto version = version_named(options.version);
    if (!version) return 1;
    const std::filesystem::path folder(options.output);
    try {
        if (std::filesystem::exists(folder) && !std::filesystem::is_empty(folder)) {
            fmt::print(stderr, "mlango: {} is there and not empty\n", folder.string());
            return 1;
        }
        using found = std::optional<templates::edition_sources>;
        const auto read = with_publications<found>(
            *conninfo, [&](registry::publications& store) { return sources_named(store, *version, options); });
        if (!read) return 1;
        write_files(folder / "menu", read->menu);
        write_files(folder / "texts", read->texts);
        std::string order;
        for (const auto& code : read->languages) order += (order.empty() ? "" : ", ") + code;
        fmt::print("{} is in {}: menu, texts; its languages are [{}]\n", name_of(*version), folder.string(), order);
        return 0;
    } catch (const std::exception& fault) {
        return failed(fault);
    }
}

}  // namespace mlango::commands
