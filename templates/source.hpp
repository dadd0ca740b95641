// Menus and texts as they are written, wherever they lie: files of a folder, or a published version in the registry.
#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <vector>

namespace mlango::templates {

struct source {
    std::string name;  // the file's name, "en.yaml"
    std::string content;
};
using sources = std::vector<source>;

// A folder's *.yaml by name, or the one file. Faults: what cannot be read; a file over 2 MiB.
[[nodiscard]] std::expected<sources, std::vector<std::string>> read_sources(const std::filesystem::path& path);

// FNV-1a over names and contents, 31 bits, never 0.
[[nodiscard]] std::uint32_t fingerprint(const sources& of);

}  // namespace mlango::templates
