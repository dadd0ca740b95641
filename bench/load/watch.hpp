// CPU time and memory of watched process trees, from /proc: what the server, Redis and PostgreSQL spend while they are
// loaded. A tree counts its ended children too (cutime, cstime), because PostgreSQL's come and go.
#pragma once

#include <sys/types.h>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include <chrono>
#include <vector>

namespace mlango::bench {

struct watched {
    std::string name;
    pid_t root = 0;
    std::string apart;  // threads whose name begins so are counted apart; empty: none
};
// "mlango=1234" or "mlango=1234/pin": the process, and the beginning of the names of threads to count apart.
[[nodiscard]] std::expected<watched, std::string> parse_watched(std::string_view text);

struct usage {
    std::chrono::microseconds user{0}, system{0};
    std::chrono::microseconds apart{0};  // part of user + system that the threads apart spent
    double resident_mib = 0;             // shared pages count once per tree (Pss)
    double anonymous_mib = 0;
    [[nodiscard]] std::chrono::microseconds cpu() const { return user + system - apart; }
};

// The tree's usage since it began. A process that is gone counts nothing.
[[nodiscard]] usage usage_of(const watched& what, bool with_memory);
[[nodiscard]] usage difference(const usage& before, const usage& after);

// utime, stime, cutime, cstime in clock ticks, and the parent, of a line of /proc/PID/stat; the name may hold anything.
struct stat_line {
    pid_t parent = 0;
    std::uint64_t utime = 0, stime = 0, cutime = 0, cstime = 0;
    std::string name;
};
[[nodiscard]] std::expected<stat_line, std::string> parse_stat(std::string_view line);

}  // namespace mlango::bench
