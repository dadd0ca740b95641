#include "templates/source.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace mlango::templates {
namespace {

constexpr std::size_t largest_file = 2 << 20;

}  // namespace

std::expected<sources, std::vector<std::string>> read_sources(const std::filesystem::path& path) {
    std::vector<std::filesystem::path> files;
    std::error_code failed;
    if (std::filesystem::is_directory(path, failed)) {
        for (const auto& entry : std::filesystem::directory_iterator(path, failed))
            if (entry.path().extension() == ".yaml") files.push_back(entry.path());
        if (failed) return std::unexpected(std::vector{path.string() + ": " + failed.message()});
        std::ranges::sort(files);
    } else {
        files.push_back(path);
    }
    sources read;
    std::vector<std::string> faults;
    for (const auto& file : files) {
        std::ifstream in(file, std::ios::binary);
        std::ostringstream content;
        content << in.rdbuf();
        const std::string name = file.filename().string();
        if (!in)
            faults.push_back(name + ": cannot be read");
        else if (content.view().size() > largest_file)
            faults.push_back(name + ": is larger than 2 MiB");
        else
            read.push_back({name, std::move(content).str()});
    }
    if (!faults.empty()) return std::unexpected(std::move(faults));
    return read;
}

std::uint32_t fingerprint(const sources& of) {
    std::uint32_t hash = 2166136261U;
    const auto add = [&](std::string_view text) {
        for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
        hash = (hash ^ 0xff) * 16777619U;
    };
    for (const source& one : of) {
        add(one.name);
        add(one.content);
    }
    hash &= 0x7fffffffU;
    return hash == 0 ? 1 : hash;
}

}  // namespace mlango::templates
