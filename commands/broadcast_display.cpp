#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>

#include "base/csv.hpp"
#include "commands/broadcast_parts.hpp"

namespace mlango::commands {

namespace {

std::optional<int> whole(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
    return value;
}

std::string clock_time(std::int64_t seconds) {
    if (seconds >= 3'600) return fmt::format("{} h {:02} min", seconds / 3'600, seconds / 60 % 60);
    if (seconds >= 60) return fmt::format("{} min {:02} s", seconds / 60, seconds % 60);
    return fmt::format("{} s", seconds);
}

std::string counts(const registry::broadcast_counts& n) {
    return fmt::format(
        "{} pending, {} sending, {} sent, {} delivered, {} failed, {} expired, {} suppressed, {} unknown", n.pending,
        n.sending, n.sent, n.delivered, n.failed, n.expired, n.suppressed, n.unknown);
}

}  // namespace

std::optional<std::pair<int, int>> hours_in(std::string_view text) {
    const std::size_t dash = text.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    const auto from = whole(text.substr(0, dash)), to = whole(text.substr(dash + 1));
    if (!from || !to || *from >= *to || *to > 24) return std::nullopt;
    return std::pair(*from, *to);
}

std::optional<std::chrono::seconds> time_in(std::string_view text) {
    if (text.size() < 2 || text.size() > 6) return std::nullopt;
    const auto value = whole(text.substr(0, text.size() - 1));
    const std::int64_t unit = text.back() == 'm' ? 60 : text.back() == 'h' ? 3'600 : text.back() == 'd' ? 86'400 : 0;
    if (!value || unit == 0) return std::nullopt;
    const std::int64_t seconds = *value * unit;
    if (seconds < 60 || seconds > 30 * 86'400) return std::nullopt;
    return std::chrono::seconds(seconds);
}

void show_preview(const registry::broadcast_summary& draft, const registry::broadcast_count& count,
                  const handlers::broadcast_figures& figures, const std::optional<gsm::price>& price,
                  const std::string& currency) {
    const auto cost = [&](std::int64_t messages) {
        if (!price) return std::string();
        return ", " + price->of(static_cast<std::size_t>(messages)) + (currency.empty() ? "" : " " + currency);
    };
    fmt::print("broadcast {} \"{}\" ({}), by {}\n", draft.id.value, draft.name, draft.state, draft.created_by);
    fmt::print("to {}; between {} and {} o'clock, {}{}\n", draft.filter == "{}" ? "everybody" : draft.filter,
               draft.opens_at, draft.closes_at, draft.timezone,
               draft.per_second ? fmt::format("; {} a second", *draft.per_second) : "");
    for (const auto& one : figures.languages) {
        fmt::print("\n{}: {} recipient{}", one.language, one.recipients, one.recipients == 1 ? "" : "s");
        if (one.others > 0) fmt::print(" ({} of them chose no language or one without a text)", one.others);
        fmt::print("; {}, {} units, {} message{} each: {} message{}{}\n", gsm::encoding_name(one.size), one.size.units,
                   one.size.segments, one.size.segments == 1 ? "" : "s", one.messages, one.messages == 1 ? "" : "s",
                   cost(one.messages));
        fmt::print("    | ");
        for (const char c : one.text) {
            if (c == '\n')
                fmt::print("\n    | ");
            else if (c != '\r')
                fmt::print("{}", c);
        }
        fmt::print("\n");
    }
    fmt::print("\nrecipients: {}; messages: {}{}\n", figures.recipients, figures.messages, cost(figures.messages));
    fmt::print("left out: {} said STOP, {} want only what they asked for, {} not trusted enough\n", count.said_stop,
               count.only_asked, count.untrusted);
    if (!count.samples.empty()) fmt::print("such as {}\n", fmt::join(count.samples, ", "));
    if (draft.state == "draft" && figures.recipients > 0)
        fmt::print("to release: mlango broadcast release {} --recipients {} --by ANOTHER\n", draft.id.value,
                   figures.recipients);
}

std::string json_of(const registry::broadcast_summary& now) {
    boost::json::object out{{"id", now.id.value}, {"name", now.name}, {"state", now.state}};
    out["filter"] = boost::json::parse(now.filter);
    const auto text = [&](const char* key, const std::string& value) {
        if (value.empty())
            out[key] = nullptr;
        else
            out[key] = value;
    };
    text("created_by", now.created_by), text("created_at", now.created_at), text("released_by", now.released_by);
    text("released_at", now.released_at), text("expires_at", now.expires_at), text("turned_by", now.turned_by);
    text("finished_at", now.finished_at), text("closed_until", now.closed_until);
    if (now.recipients) out["recipients"] = *now.recipients;
    if (now.per_second) out["per_second"] = *now.per_second;
    out["expanded"] = now.expanded;
    out["written"] = now.written;
    out["left_out"] = boost::json::object{{"stop", now.said_stop}, {"not_asked_for", now.only_asked}};
    const auto& n = now.messages;
    out["messages"] = boost::json::object{{"pending", n.pending},       {"sending", n.sending}, {"sent", n.sent},
                                          {"delivered", n.delivered},   {"failed", n.failed},   {"expired", n.expired},
                                          {"suppressed", n.suppressed}, {"unknown", n.unknown}};
    return boost::json::serialize(out);
}

std::string told(const registry::broadcast_summary& now) {
    std::string out = fmt::format("broadcast {} \"{}\": {}\n", now.id.value, now.name, now.state);
    out += fmt::format("written by {} at {}", now.created_by, now.created_at);
    if (!now.released_by.empty()) out += fmt::format("; released by {} at {}", now.released_by, now.released_at);
    if (!now.turned_by.empty()) out += fmt::format("; paused, resumed or stopped last by {}", now.turned_by);
    if (!now.expires_at.empty()) out += fmt::format("; ends at {} (UTC)", now.expires_at);
    out += "\n";
    if (now.recipients) out += fmt::format("{} of about {} written, ", now.written, *now.recipients);
    out += fmt::format("left out: {} said STOP, {} want only what they asked for\n", now.said_stop, now.only_asked);
    out += counts(now.messages) + "\n";
    if (!now.closed_until.empty() && (now.state == "running" || now.state == "released"))
        out += fmt::format("outside its hours until {} UTC\n", now.closed_until);
    return out;
}

std::string line_of(const registry::broadcast_summary& now, double a_second) {
    const std::int64_t all = std::max(now.recipients.value_or(0), now.written);
    const std::int64_t through = handlers::settled(now);
    std::string out = fmt::format("{}: {} of {} ({} %)", now.state, through, all, all == 0 ? 100 : through * 100 / all);
    if (!now.closed_until.empty()) return out + fmt::format(", outside its hours until {} UTC", now.closed_until);
    if (a_second >= 0) out += fmt::format(", {:.0f} a second", a_second);
    if (const auto left = handlers::seconds_left(now, a_second); left > 0) out += ", " + clock_time(left) + " left";
    const auto& n = now.messages;
    return out + fmt::format("; {} delivered, {} failed, {} unknown", n.delivered, n.failed, n.unknown);
}

std::string csv_of(const std::vector<registry::broadcast_outcome>& all) {
    std::string out = "language,outcome,reason,messages\r\n";
    for (const auto& one : all)
        append_csv_record(out, {one.language, one.outcome, one.reason, std::to_string(one.messages)});
    return out;
}

}  // namespace mlango::commands
