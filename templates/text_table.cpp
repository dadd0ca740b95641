#include "templates/text_table.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/bytes.hpp"
#include "base/csv.hpp"
#include "templates/catalogue.hpp"
#include "templates/text_file.hpp"

namespace mlango::templates {
namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
constexpr std::size_t largest_table = 8U << 20U;  // bytes

std::expected<std::pair<const source*, const source*>, table_faults> files(const sources& from,
                                                                           std::string_view fallback,
                                                                           std::string_view code) {
    const auto* first = file_of(from, fallback);
    const auto* own = file_of(from, code);
    if (first == nullptr) return std::unexpected(table_faults{fmt::format("there is no {}.yaml", fallback)});
    if (own == nullptr) return std::unexpected(table_faults{fmt::format("there is no {}.yaml", code)});
    if (first == own) return std::unexpected(table_faults{fmt::format("{} is what others are translated from", code)});
    return std::pair{first, own};
}

void add_row(std::string& out, std::initializer_list<std::string_view> cells) {
    bool first = true;
    for (const std::string_view cell : cells) {
        if (!std::exchange(first, false)) out += ',';
        append_exact_csv_field(out, cell);  // a translation is read back as it was
    }
    out += "\r\n";
}

using table = std::vector<std::vector<std::string>>;

// What parts the cells: whichever of the three stands first outside quotes in the head row.
char parting(std::string_view csv) {
    bool quoted = false;
    for (const char c : csv) {
        if (c == '"') quoted = !quoted;
        if (quoted) continue;
        if (c == ',' || c == ';' || c == '\t') return c;
        if (c == '\n') break;
    }
    return ',';
}

// nullopt: a quote is never closed.
std::optional<table> read_csv(std::string_view csv) {
    table rows;
    if (csv.starts_with(byte_order_mark)) csv.remove_prefix(byte_order_mark.size());
    const char part = parting(csv);
    std::string cell;
    std::vector<std::string> row;
    bool quoted = false;
    const auto end_row = [&] {
        row.push_back(std::exchange(cell, {}));
        rows.push_back(std::exchange(row, {}));
    };
    for (std::size_t i = 0; i < csv.size(); ++i) {
        const char c = csv[i];
        if (quoted) {
            if (c != '"') {
                if (c != '\r') cell += c;  // a line break inside a cell is one \n
            } else if (i + 1 < csv.size() && csv[i + 1] == '"') {
                cell += csv[++i];
            } else {
                quoted = false;
            }
        } else if (c == '"' && cell.empty()) {
            quoted = true;
        } else if (c == part) {
            row.push_back(std::exchange(cell, {}));
        } else if (c == '\n') {
            end_row();
        } else if (c != '\r') {
            cell += c;
        }
    }
    if (quoted) return std::nullopt;
    if (!cell.empty() || !row.empty()) end_row();
    return rows;
}

struct cell_words {
    std::string words;
    std::size_t row = 0;  // as a spreadsheet counts: the head is 1
};

// The words by key.
std::expected<std::map<std::string, cell_words>, table_faults> words_of(std::string_view csv, std::string_view code,
                                                                        const std::vector<text_entry>& known) {
    if (csv.size() > largest_table) return std::unexpected(table_faults{"the table is larger than 8 MiB"});
    if (!is_utf8(csv)) return std::unexpected(table_faults{"the table is not UTF-8: save it as \"CSV UTF-8\""});
    const auto rows = read_csv(csv);
    if (!rows) return std::unexpected(table_faults{"a quotation mark is never closed"});
    if (rows->empty()) return std::unexpected(table_faults{"the table is empty"});
    const auto column = [&](std::string_view name) {
        return static_cast<std::size_t>(std::ranges::find(rows->front(), name) - rows->front().begin());
    };
    const std::size_t keys = column("key"), words = column(code), width = rows->front().size();
    table_faults faults;
    if (keys == width) faults.emplace_back("row 1: no column is named key");
    if (words == width) faults.push_back(fmt::format("row 1: no column is named {}", code));
    if (!faults.empty()) return std::unexpected(std::move(faults));
    std::map<std::string, cell_words> found;
    for (std::size_t i = 1; i < rows->size(); ++i) {
        const auto& row = (*rows)[i];
        if (std::ranges::all_of(row, &std::string::empty)) continue;
        if (keys >= row.size() || words >= row.size()) {
            faults.push_back(fmt::format("row {}: it has {} cells instead of {}", i + 1, row.size(), width));
        } else if (std::ranges::find(known, row[keys], &text_entry::key) == known.end()) {
            faults.push_back(fmt::format("row {}: there is no text {}", i + 1, row[keys]));
        } else if (const auto [at, fresh] = found.try_emplace(row[keys], row[words], i + 1); !fresh) {
            faults.push_back(fmt::format("row {}: {} stands in row {} already", i + 1, row[keys], at->second.row));
        }
    }
    if (!faults.empty()) return std::unexpected(std::move(faults));
    return found;
}

// The keys before which the fallback's file has an empty line.
std::set<std::string, std::less<>> group_heads(std::string_view content) {
    std::set<std::string, std::less<>> heads;
    bool after_gap = false;
    while (!content.empty()) {
        const std::string_view line = content.substr(0, content.find('\n'));
        content.remove_prefix(std::min(line.size() + 1, content.size()));
        if (line.empty()) {
            after_gap = true;
        } else if (line.starts_with("  ") && !line.starts_with("   ")) {
            if (after_gap) heads.emplace(line.substr(2, line.find(':') - 2));
            after_gap = false;
        }
    }
    return heads;
}

std::set<std::string> branches(const catalogue& words, text_id text, language_index language) {
    std::set<std::string> names;
    for (const auto& use : words.uses_of(text, language))
        for (const auto& word : use.words) names.insert(use.name + "/" + word);
    return names;
}

// What differs between the translation and the fallback's text, beyond words.
void compare(const catalogue& words, const std::map<std::string, cell_words>& given, table_faults& faults) {
    for (const auto& [key, cell] : given) {
        const auto text = words.find(key);
        if (!text || !words.has(*text, 1)) continue;
        const auto has = words.arguments_of(*text, 1);
        for (const auto& name : words.arguments_of(*text, 0))
            if (!std::ranges::binary_search(has, name))
                faults.push_back(fmt::format("row {}: {}: {{{}}} is missing", cell.row, key, name));
        const auto wanted = branches(words, *text, 0);
        for (const auto& branch : branches(words, *text, 1))
            if (!wanted.contains(branch))
                faults.push_back(fmt::format("row {}: {}: there is no case {} (the names of cases are not translated)",
                                             cell.row, key, branch.substr(branch.find('/') + 1)));
    }
}

}  // namespace

std::expected<std::string, table_faults> export_table(const sources& from, std::string_view fallback,
                                                      std::string_view code,
                                                      const std::function<text_extent(std::string_view)>& extent) {
    const auto found = files(from, fallback, code);
    if (!found) return std::unexpected(found.error());
    try {
        std::map<std::string, std::string> own;
        for (auto& entry : entries_of(*found->second)) own.emplace(entry.key, std::move(entry.words));
        std::string out(byte_order_mark);
        add_row(out, {"key", "English", "note", "room", code, "longest", "segments"});
        for (const auto& entry : entries_of(*found->first)) {
            const auto words = own.find(entry.key);
            const bool translated = words != own.end();
            const auto takes = translated ? extent(entry.key) : text_extent{};
            add_row(out, {entry.key, entry.words, entry.note, entry.room, translated ? words->second : std::string(),
                          translated ? std::to_string(takes.characters) : std::string(),
                          translated ? std::to_string(takes.segments) : std::string()});
        }
        return out;
    } catch (const YAML::Exception& broken) {
        return std::unexpected(table_faults{broken.what()});
    }
}

std::expected<imported_table, table_faults> import_table(const sources& from, std::string_view fallback,
                                                         std::string_view code, std::string_view csv) {
    const auto found = files(from, fallback, code);
    if (!found) return std::unexpected(found.error());
    const source& file = *found->second;
    imported_table made;
    try {
        const auto wanted = entries_of(*found->first);
        auto given = words_of(csv, code, wanted);
        if (!given) return std::unexpected(std::move(given.error()));
        std::map<std::string, std::string> own;
        for (auto& entry : entries_of(file)) own.emplace(entry.key, std::move(entry.words));

        const std::string_view content = file.content;
        const std::size_t head = content.find("\ntexts:");
        if (head == std::string_view::npos) return std::unexpected(table_faults{file.name + " has no texts:"});
        made.file = std::string(content.substr(0, head)) + "\ntexts:\n";
        const auto heads = group_heads(found->first->content);
        for (const auto& entry : wanted) {
            const auto cell = given->find(entry.key);
            const auto old = own.find(entry.key);
            // An empty text is the translation of an empty one.
            const bool nothing = cell != given->end() && cell->second.words.empty() && !entry.words.empty();
            const bool kept = cell == given->end();
            if (nothing || (kept && old == own.end())) {
                made.untranslated.push_back(entry.key);
                if (old != own.end()) ++made.changed;
                continue;
            }
            const std::string& words = kept ? old->second : cell->second.words;
            if (old == own.end() || old->second != words) ++made.changed;
            if (heads.contains(entry.key) && !made.file.ends_with("texts:\n")) made.file += '\n';
            made.file += fmt::format("  {}: {}\n", entry.key, in_quotes(words));
        }
        table_faults faults;
        const auto words = catalogue::load({{found->first->name, found->first->content}, {file.name, made.file}},
                                           {std::string(fallback), std::string(code)});
        if (words) {
            compare(*words, *given, faults);
        } else {
            for (const std::string& fault : words.error()) {
                std::string said = fault;
                for (const auto& [key, cell] : *given)
                    if (const std::string begins = file.name + ": " + key + ": "; fault.starts_with(begins))
                        said = fmt::format("row {}: {}: {}", cell.row, key, fault.substr(begins.size()));
                faults.push_back(std::move(said));
            }
        }
        if (!faults.empty()) return std::unexpected(std::move(faults));
    } catch (const YAML::Exception& broken) {
        return std::unexpected(table_faults{broken.what()});
    }
    return made;
}

}  // namespace mlango::templates
