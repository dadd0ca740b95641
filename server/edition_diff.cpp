#include "server/edition_diff.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <map>
#include <stdexcept>

namespace mlango::server {

namespace {

using entries = std::map<std::string, std::string>;

std::string on_one_line(const YAML::Node& node) {
    std::string out;
    if (node.IsMap()) {
        for (const auto& pair : node)
            out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", pair.first.Scalar(), on_one_line(pair.second));
        return "{ " + out + " }";
    }
    if (node.IsSequence()) {
        for (const auto& each : node) out += (out.empty() ? "" : ", ") + on_one_line(each);
        return "[" + out + "]";
    }
    if (!node.IsScalar()) return "~";
    for (const char c : node.Scalar()) out += c == '\n' ? std::string("\\n") : std::string(1, c);
    return out;
}

// Each entry of each section of a file, named by `place`, the section and its own key.
void add_entries(entries& to, const std::string& place, const templates::source& from) {
    try {
        for (const auto& section : YAML::Load(from.content)) {
            const std::string name = place + section.first.Scalar();
            if (!section.second.IsMap()) {
                to[name] = on_one_line(section.second);
                continue;
            }
            for (const auto& entry : section.second)
                to[fmt::format("{} {}", name, entry.first.Scalar())] = on_one_line(entry.second);
        }
    } catch (const YAML::Exception& broken) {
        throw std::runtime_error(fmt::format("{}: line {}: {}", from.name, broken.mark.line + 1, broken.msg));
    }
}

entries entries_of(const templates::edition_sources& from) {
    entries all;
    std::string order;
    for (const auto& code : from.languages) order += (order.empty() ? "" : ", ") + code;
    all["languages"] = order;
    for (const auto& file : from.menu) add_entries(all, "", file);
    for (const auto& file : from.texts) add_entries(all, std::filesystem::path(file.name).stem().string() + " ", file);
    return all;
}

}  // namespace

std::vector<edition_change> changes_between(const templates::edition_sources& before,
                                            const templates::edition_sources& after) {
    const entries was = entries_of(before);
    entries is = entries_of(after);
    std::map<std::string, edition_change> found;
    for (const auto& [what, old] : was) {
        const auto now = is.find(what);
        if (now == is.end())
            found[what] = {.kind = change_kind::removed, .what = what, .was = old, .is = {}};
        else if (now->second != old)
            found[what] = {.kind = change_kind::changed, .what = what, .was = old, .is = now->second};
    }
    for (const auto& [what, now] : is)
        if (!was.contains(what)) found[what] = {.kind = change_kind::added, .what = what, .was = {}, .is = now};
    std::vector<edition_change> changes;
    for (auto& [what, change] : found) changes.push_back(std::move(change));
    return changes;
}

}  // namespace mlango::server
