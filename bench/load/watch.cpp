#include "bench/load/watch.hpp"

#include <dirent.h>
#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <sstream>

namespace mlango::bench {
namespace {

template <class Number>
std::optional<Number> number_in(std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::string content_of(const std::string& path) {
    std::ifstream file{path};
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::vector<pid_t> numbers_in(const std::string& folder) {
    std::vector<pid_t> found;
    const std::unique_ptr<DIR, int (*)(DIR*)> open{opendir(folder.c_str()), closedir};
    if (!open) return found;
    while (const dirent* entry = readdir(open.get()))
        if (const auto number = number_in<pid_t>(entry->d_name)) found.push_back(*number);
    return found;
}

std::chrono::microseconds from_ticks(std::uint64_t ticks) {
    static const auto a_second = static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK));
    return std::chrono::microseconds{ticks * 1'000'000 / a_second};
}

void add_memory(pid_t process, usage& sum) {
    std::istringstream lines{content_of(fmt::format("/proc/{}/smaps_rollup", process))};
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words{line};
        std::string name;
        double kib = 0;
        words >> name >> kib;
        if (name == "Pss:") sum.resident_mib += kib / 1024;
        if (name == "Anonymous:") sum.anonymous_mib += kib / 1024;
    }
}

}  // namespace

std::expected<watched, std::string> parse_watched(std::string_view text) {
    const std::size_t equals = text.find('=');
    const std::size_t slash = std::min(text.find('/'), text.size());
    if (equals == std::string_view::npos || equals == 0 || slash < equals)
        return std::unexpected("a watched process is name=pid or name=pid/thread");
    const auto process = number_in<pid_t>(text.substr(equals + 1, slash - equals - 1));
    if (!process || *process <= 0) return std::unexpected("a watched process is name=pid or name=pid/thread");
    return watched{std::string{text.substr(0, equals)}, *process,
                   slash == text.size() ? std::string{} : std::string{text.substr(slash + 1)}};
}

std::expected<stat_line, std::string> parse_stat(std::string_view line) {
    const std::size_t open = line.find('(');
    const std::size_t close = line.rfind(')');
    if (open == std::string_view::npos || close == std::string_view::npos || close < open)
        return std::unexpected("no name in parentheses");
    stat_line made;
    made.name = line.substr(open + 1, close - open - 1);
    std::istringstream words{std::string{line.substr(close + 1)}};
    std::string word;
    for (int field = 3; field <= 17 && words >> word; ++field) {
        const auto value = number_in<std::uint64_t>(word);
        if (field == 4 && value) made.parent = static_cast<pid_t>(*value);
        if (field < 14) continue;
        if (!value) return std::unexpected("a time is no number");
        (field == 14 ? made.utime : field == 15 ? made.stime : field == 16 ? made.cutime : made.cstime) = *value;
        if (field == 17) return made;
    }
    return std::unexpected("too few fields");
}

usage usage_of(const watched& what, bool with_memory) {
    std::multimap<pid_t, pid_t> children;
    std::map<pid_t, stat_line> processes;
    for (const pid_t process : numbers_in("/proc")) {
        auto line = parse_stat(content_of(fmt::format("/proc/{}/stat", process)));
        if (!line) continue;
        children.emplace(line->parent, process);
        processes.emplace(process, std::move(*line));
    }
    usage sum;
    std::vector<pid_t> left{what.root};
    while (!left.empty()) {
        const pid_t process = left.back();
        left.pop_back();
        const auto found = processes.find(process);
        if (found == processes.end()) continue;
        const stat_line& line = found->second;
        sum.user += from_ticks(line.utime + line.cutime);
        sum.system += from_ticks(line.stime + line.cstime);
        if (with_memory) add_memory(process, sum);
        if (!what.apart.empty()) {
            for (const pid_t thread : numbers_in(fmt::format("/proc/{}/task", process))) {
                const auto own = parse_stat(content_of(fmt::format("/proc/{}/task/{}/stat", process, thread)));
                if (own && own->name.starts_with(what.apart)) sum.apart += from_ticks(own->utime + own->stime);
            }
        }
        const auto [begin, end] = children.equal_range(process);
        for (auto child = begin; child != end; ++child) left.push_back(child->second);
    }
    return sum;
}

usage difference(const usage& before, const usage& after) {
    usage made = after;
    made.user -= before.user;
    made.system -= before.system;
    made.apart -= before.apart;
    return made;
}

}  // namespace mlango::bench
