// `mlango menu check` and `mlango menu map`: what the proof says of menu and texts, and a picture of the menu.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "commands/command_parts.hpp"
#include "handlers/ussd_desk.hpp"
#include "proof/map.hpp"
#include "proof/proof.hpp"
#include "proof/spelling.hpp"

namespace mlango::commands {

namespace {

constexpr std::string_view only_known = "the known kinds of gateways";

// Menu, texts and languages as the files are: with --menu and --texts together no configuration is needed.
struct files {
    templates::edition_sources from;
    std::vector<proof::named_profile> profiles;  // of the configured gateways
    bool configured = false;
};

std::vector<std::string> languages_of(const templates::sources& texts) {
    std::vector<std::string> codes;
    for (const auto& one : texts) codes.push_back(std::filesystem::path(one.name).stem().string());
    std::ranges::sort(codes, {}, [](const std::string& code) { return std::pair(code != "en", code); });
    return codes;
}

// nullopt: its faults were told.
std::optional<files> files_named(const command_options& options) {
    const bool without = !options.menu.empty() && !options.texts.empty() && options.config_file.empty();
    files read;
    std::filesystem::path menu = options.menu, texts = options.texts;
    if (!without) {
        const auto settings = configuration(options);
        if (!settings) return std::nullopt;
        read.configured = true;
        read.from.languages = settings->languages;
        if (menu.empty()) menu = settings->menu;
        if (texts.empty()) texts = settings->texts;
        for (const auto& gateway : ussd_doors_of(*settings))
            read.profiles.push_back({.name = gateway.name, .profile = gateway.profile});
    }
    for (auto [path, into] : {std::pair{&menu, &read.from.menu}, std::pair{&texts, &read.from.texts}}) {
        auto found = templates::read_sources(*path);
        if (!found) {
            for (const auto& fault : found.error()) fmt::print(stderr, "{}\n", fault);
            return std::nullopt;
        }
        *into = std::move(*found);
    }
    if (without || options.all) {
        // The configured order first, then every other language that has a file.
        for (std::string& code : languages_of(read.from.texts))
            if (std::ranges::find(read.from.languages, code) == read.from.languages.end())
                read.from.languages.push_back(std::move(code));
    }
    if (without || options.all || read.profiles.empty())
        for (auto& known : proof::known_profiles()) read.profiles.push_back(std::move(known));
    return read;
}

void print_fault(const proof::proof_fault& fault) {
    const auto or_none = [](const std::string& text) { return text.empty() ? std::string_view("-") : text; };
    fmt::print(stderr, "{:<24} {:<8} {:<18} {:>6}  {}\n", or_none(fault.screen), or_none(fault.language),
               or_none(fault.profile), fault.excess == 0 ? "-" : fmt::format("+{}", fault.excess), fault.what);
    std::istringstream lines(fault.text);
    for (std::string line; std::getline(lines, line);) fmt::print(stderr, "    | {}\n", line);
}

// Faults by language and profile.
void print_table(const templates::edition& made, const std::vector<proof::named_profile>& profiles,
                 const std::vector<proof::proof_fault>& faults) {
    std::map<std::pair<std::string, std::string>, std::size_t> count;
    for (const auto& one : faults) ++count[{one.language, one.profile}];
    std::size_t widest = 4;
    for (const auto& one : profiles) widest = std::max(widest, one.name.size());
    fmt::print("{:<{}} ", "", widest);
    const auto spellings = proof::spellings_of(made.words);
    for (const auto& one : spellings) fmt::print("{:>8}", one.code(made.words));
    fmt::print("\n");
    const auto print_line = [&](std::string_view name, const std::string& profile) {
        fmt::print("{:<{}} ", name, widest);
        for (const auto& one : spellings) fmt::print("{:>8}", count[{one.code(made.words), profile}]);
        fmt::print("\n");
    };
    for (const auto& one : profiles) print_line(one.name, one.name);
    print_line("sms", "sms");
    print_line("words", "");
    fmt::print("the menu itself: {}\n", count[{"", ""}]);
}

}  // namespace

int run_menu_check(const command_options& options) {
    const auto read = files_named(options);
    if (!read) return 1;
    const auto made = templates::edition::load(read->from);
    std::vector<proof::proof_fault> faults =
        made ? proof::prove(**made, read->from, read->profiles) : proof::prove(read->from, read->profiles);
    if (made)
        for (const auto& fault : handlers::faults_of((*made)->screens))
            faults.push_back({.screen = {}, .language = {}, .profile = {}, .excess = 0, .what = fault, .text = {}});
    if (!faults.empty()) fmt::print(stderr, "{:<24} {:<8} {:<18} {:>6}\n", "screen", "language", "profile", "excess");
    for (const auto& fault : faults) print_fault(fault);
    if (!made) return 1;
    const auto& [version, words, screens] = **made;
    if (options.all || !faults.empty()) print_table(**made, read->profiles, faults);
    fmt::print("{} screens, {} texts, {} languages, {} profiles ({}): {}\n", screens.screens().size(), words.size(),
               words.languages().size(), read->profiles.size(), read->configured ? "as configured" : only_known,
               faults.empty() ? "no fault" : fmt::format("{} fault{}", faults.size(), faults.size() == 1 ? "" : "s"));
    return faults.empty() ? 0 : 1;
}

int run_menu_map(const command_options& options) {
    const auto read = files_named(options);
    if (!read) return 1;
    const auto made = templates::edition::load(read->from);
    if (!made) {
        for (const auto& fault : made.error()) fmt::print(stderr, "{}\n", fault);
        return 1;
    }
    std::vector<proof::screen_figures> figures;
    if (!options.figures.empty()) {
        std::ifstream in(options.figures, std::ios::binary);
        std::ostringstream content;
        content << in.rdbuf();
        auto held = proof::read_figures(content.view());
        if (!in || !held) {
            fmt::print(stderr, "mlango: {}: {}\n", options.figures, in ? held.error() : "cannot be read");
            return 1;
        }
        figures = std::move(*held);
    }
    const std::string drawn = proof::map_of(**made, figures);
    if (options.output.empty()) {
        fmt::print("{}", drawn);
        return 0;
    }
    std::ofstream out(options.output, std::ios::binary);
    out << drawn;
    out.flush();
    if (!out) {
        fmt::print(stderr, "mlango: {} cannot be written\n", options.output);
        return 1;
    }
    fmt::print("the map of {} screens is in {}\n", (*made)->screens.screens().size(), options.output);
    return 0;
}

}  // namespace mlango::commands
