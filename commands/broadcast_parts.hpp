// What broadcast_commands.cpp reads from the command line, and broadcast_display.cpp shows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gsm/sms_cost.hpp"
#include "handlers/broadcast_draft.hpp"
#include "registry/broadcasts.hpp"

namespace mlango::commands {

struct broadcast_options {
    std::int64_t id = 0;
    std::string name, filter, fallback, price, currency, csv;
    std::vector<std::string> texts;  // en=FILE
    std::string window = "8-20", expires = "24h";
    int per_second = 0;  // 0: as fast as the gateways take it
    std::int64_t recipients = -1;
    bool follow = false, json = false;
};

// "8-18"; nullopt: not that.
[[nodiscard]] std::optional<std::pair<int, int>> hours_in(std::string_view text);
// "90m", "12h", "2d", from a minute to thirty days.
[[nodiscard]] std::optional<std::chrono::seconds> time_in(std::string_view text);

void show_preview(const registry::broadcast_summary& draft, const registry::broadcast_count& count,
                  const handlers::broadcast_figures& figures, const std::optional<gsm::price>& price,
                  const std::string& currency);
[[nodiscard]] std::string json_of(const registry::broadcast_summary& now);
// Several lines.
[[nodiscard]] std::string told(const registry::broadcast_summary& now);
// One line; `a_second` < 0: not known yet.
[[nodiscard]] std::string line_of(const registry::broadcast_summary& now, double a_second);
// RFC 4180, with a header line.
[[nodiscard]] std::string csv_of(const std::vector<registry::broadcast_outcome>& all);

}  // namespace mlango::commands
