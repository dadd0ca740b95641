#include "templates/text_file.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <map>

namespace mlango::templates {

const source* file_of(const sources& from, std::string_view code) {
    const std::string name = std::string(code) + ".yaml";
    const auto found = std::ranges::find(from, name, &source::name);
    return found == from.end() ? nullptr : &*found;
}

std::vector<text_entry> entries_of(const source& file) {
    std::vector<text_entry> entries;
    const auto root = YAML::Load(file.content);
    for (const auto& entry : root["texts"]) {
        const auto& body = entry.second;
        const auto field = [&](const char* name) {
            return body.IsMap() && body[name] ? body[name].as<std::string>() : std::string();
        };
        entries.push_back({.key = entry.first.as<std::string>(),
                           .words = body.IsMap() ? field("text") : body.as<std::string>(),
                           .note = field("note"),
                           .room = field("room")});
    }
    return entries;
}

std::string in_quotes(std::string_view words) {
    std::string out = "\"";
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string_view rest = words.substr(i);
        const auto is = [&](std::string_view sign) { return rest.starts_with(sign); };
        if (words[i] == '\n') {
            out += "\\n";
        } else if (words[i] == '\t') {
            out += "\\t";
        } else if (words[i] == '"' || words[i] == '\\') {
            out.append(1, '\\').append(1, words[i]);
        } else if (is("\u200e") || is("\u200f") || is("\u00a0") || is("\u061c")) {
            out += is("\u200e") ? "\\u200E" : is("\u200f") ? "\\u200F" : is("\u00a0") ? "\\u00A0" : "\\u061C";
            i += is("\u00a0") || is("\u061c") ? 1 : 2;
        } else {
            out += words[i];
        }
    }
    return out + "\"";
}

namespace {

std::vector<std::string> lines_of(std::string_view content) {
    std::vector<std::string> lines;
    while (!content.empty()) {
        const std::size_t end = std::min(content.find('\n'), content.size());
        lines.emplace_back(content.substr(0, end));
        content.remove_prefix(std::min(end + 1, content.size()));
    }
    return lines;
}

bool says_nothing(std::string_view line) {
    const std::size_t first = line.find_first_not_of(" \t\r");
    return first == std::string_view::npos || line[first] == '#';
}

// The lines of each entry: from its key to before the next one, without the gap and the comments between.
struct placed_entry {
    text_entry entry;
    std::size_t first = 0, behind = 0;  // lines
    std::size_t indent = 2;
};

std::vector<placed_entry> placed(const source& file, const std::vector<std::string>& lines) {
    std::vector<placed_entry> found;
    const auto root = YAML::Load(file.content);
    const auto entries = entries_of(file);
    std::size_t i = 0;
    for (const auto& entry : root["texts"]) {
        const auto mark = entry.first.Mark();
        found.push_back({.entry = entries.at(i++),
                         .first = static_cast<std::size_t>(mark.line),
                         .behind = lines.size(),
                         .indent = static_cast<std::size_t>(mark.column)});
    }
    for (std::size_t at = 0; at < found.size(); ++at) {
        if (at + 1 < found.size()) found[at].behind = found[at + 1].first;
        while (found[at].behind > found[at].first + 1 && says_nothing(lines[found[at].behind - 1])) --found[at].behind;
    }
    return found;
}

std::string written(const text_entry& entry, std::size_t indent) {
    std::string out = std::string(indent, ' ') + entry.key + ": ";
    if (entry.note.empty() && entry.room.empty()) return out + in_quotes(entry.words);
    out += "{ text: " + in_quotes(entry.words);
    if (!entry.note.empty()) out += ", note: " + in_quotes(entry.note);
    if (!entry.room.empty()) out += ", room: " + entry.room;
    return out + " }";
}

std::string joined(const std::vector<std::string>& lines) {
    std::string out;
    for (const auto& line : lines) out.append(line).append(1, '\n');
    return out;
}

}  // namespace

std::expected<source, std::string> with_words(const source& file, const changed_words& changes) {
    try {
        std::vector<std::string> lines = lines_of(file.content);
        std::vector<placed_entry> entries = placed(file, lines);
        // Whoever writes YAML in another way than ours keeps the file; nothing is lost by guessing.
        const auto unlike_ours = [&] {
            return std::unexpected(fmt::format("{} is not written an entry a line: change it there", file.name));
        };
        std::vector<text_entry> wanted;
        for (const auto& each : entries) {
            if (each.behind <= each.first) return unlike_ours();
            wanted.push_back(each.entry);
        }
        const std::size_t end = entries.empty() ? lines.size() : entries.back().behind;
        const std::size_t indent = entries.empty() ? 2 : entries.back().indent;
        std::vector<std::string> added;
        for (const auto& [key, words] : changes) {
            const auto known = std::ranges::find(wanted, key, &text_entry::key);
            if (known != wanted.end()) {
                known->words = words;
                continue;
            }
            wanted.push_back({.key = key, .words = words, .note = {}, .room = {}});
            added.push_back(written(wanted.back(), indent));
        }
        lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(end), added.begin(), added.end());
        // From the end, so that the places before it stay.
        for (std::size_t i = entries.size(); i-- > 0;) {
            const auto& [was, first, behind, column] = entries[i];
            if (wanted[i] == was) continue;
            const auto begin = lines.begin() + static_cast<std::ptrdiff_t>(first);
            *begin = written(wanted[i], column);
            lines.erase(begin + 1, lines.begin() + static_cast<std::ptrdiff_t>(behind));
        }
        source made{.name = file.name, .content = joined(lines)};
        if (entries_of(made) != wanted) return unlike_ours();
        return made;
    } catch (const YAML::Exception& broken) {
        return std::unexpected(fmt::format("{}: line {}: {}", file.name, broken.mark.line + 1, broken.msg));
    }
}

}  // namespace mlango::templates
