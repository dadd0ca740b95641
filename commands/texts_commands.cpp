// `mlango texts export` and import: a language out to its translator as a spreadsheet's table, and back into its file.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include "commands/command_parts.hpp"
#include "gsm/text.hpp"
#include "proof/uses.hpp"
#include "proof/worst_values.hpp"
#include "templates/text_table.hpp"

namespace mlango::commands {

namespace {

std::filesystem::path texts_folder(const command_options& options) {
    if (!options.texts.empty()) return options.texts;
    const auto settings = configuration(options);
    return settings ? settings->texts : std::filesystem::path();
}

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

templates::text_extent extent_of(std::string_view text) {
    constexpr gsm::screen_size phone{};
    const auto size = gsm::measure(text);
    const std::size_t holds = size.needs == gsm::alphabet::gsm7 ? phone.septets : phone.ucs2_units;
    return {.characters = characters(text), .segments = (size.units + holds - 1) / holds};
}

// What each text of the language becomes with the longest values of every place where it stands.
std::map<std::string, templates::text_extent, std::less<>> extents(const templates::edition& made,
                                                                   templates::language_index language) {
    const proof::worst_values values(made.screens.declared(), made.words, {.language = language});
    std::map<std::string, templates::text_extent, std::less<>> longest;
    for (const auto& use : proof::uses_of(made)) {
        auto& known = longest[std::string(made.words.key_of(use.text))];
        for (const auto& tried : values.at(use.place, {&use.text, 1}, {}, proof::lettering::own)) {
            const auto now = extent_of(made.words.format(use.text, language, tried));
            known = {.characters = std::max(known.characters, now.characters),
                     .segments = std::max(known.segments, now.segments)};
        }
    }
    return longest;
}

// Whole or not at all: a crash never leaves half a file. False: told.
bool write_file(const std::filesystem::path& path, std::string_view content) {
    const std::filesystem::path fresh = path.string() + ".new";
    std::error_code failure;
    {
        std::ofstream out(fresh, std::ios::binary | std::ios::trunc);
        out.write(content.data(), static_cast<std::streamsize>(content.size()));
        if (!out.flush()) failure = std::make_error_code(std::errc::io_error);
    }
    if (!failure) std::filesystem::rename(fresh, path, failure);
    if (failure) fmt::print(stderr, "mlango: {} can not be written\n", path.string());
    return !failure;
}

}  // namespace

std::optional<templates::edition_sources> sources_of(const command_options& options) {
    templates::edition_sources from;
    from.languages = {"en"};
    std::string menu = options.menu, texts = options.texts;
    if (menu.empty() || texts.empty()) {
        const auto settings = configuration(options);
        if (!settings) return std::nullopt;
        if (menu.empty()) menu = settings->menu.string();
        if (texts.empty()) texts = settings->texts.string();
        from.languages = settings->languages;
    }
    for (const auto& [path, into] : {std::pair{&menu, &from.menu}, {&texts, &from.texts}}) {
        auto read = templates::read_sources(*path);
        if (!read) {
            tell_all(read.error());
            return std::nullopt;
        }
        *into = std::move(*read);
    }
    return from;
}

int run_texts_export(const command_options& options) {
    const auto from = sources_of(options);
    if (!from) return 1;
    const auto made = templates::edition::load(*from);
    if (!made) return tell_all(made.error());
    const auto language = (*made)->words.find_language(options.language);
    if (!language) return tell_all({fmt::format("there is no language {}", options.language)});
    const auto longest = extents(**made, *language);
    const auto table =
        templates::export_table(from->texts, from->languages.front(), options.language, [&](std::string_view key) {
            const auto known = longest.find(key);
            // No screen shows it with values: as it stands.
            if (known == longest.end())
                return extent_of((*made)->words.format(*(*made)->words.find(key), *language, {}));
            return known->second;
        });
    if (!table) return tell_all(table.error());
    if (options.output.empty()) {
        fmt::print("{}", *table);
        return 0;
    }
    return write_file(options.output, *table) ? 0 : 1;
}

int run_texts_import(const command_options& options) {
    const auto from = sources_of(options);
    if (!from) return 1;
    std::ifstream file(options.input, std::ios::binary);
    std::string csv((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (!file) return tell_all({options.input + " can not be read"});
    const auto made = templates::import_table(from->texts, from->languages.front(), options.language, csv);
    if (!made) {
        tell_all(made.error());
        fmt::print(stderr, "{} fault{}: nothing was written\n", made.error().size(),
                   made.error().size() == 1 ? "" : "s");
        return 1;
    }
    const auto path = options.output.empty() ? texts_folder(options) / (options.language + ".yaml")
                                             : std::filesystem::path(options.output);
    if (!write_file(path, made->file)) return 1;
    fmt::print("{}: {} texts changed, {} without words", path.string(), made->changed, made->untranslated.size());
    for (std::size_t i = 0; i < made->untranslated.size(); ++i)
        fmt::print("{}{}", i == 0 ? ": " : ", ", made->untranslated[i]);
    fmt::print("\n");
    return 0;
}

}  // namespace mlango::commands
