#include "bench/limits/six_hops.hpp"

#include <fmt/format.h>

#include <charconv>
#include <fstream>
#include <sstream>
#include <vector>

namespace mlango::bench {
namespace {

constexpr std::size_t session_bytes = 300;
constexpr int keep_seconds = 60;

constexpr std::string_view home = "1 My assistance\n2 My details\n4 Appointments\n5 Help\n6 Settings";
constexpr std::string_view help = "Help\n1 Information\n2 Call me back\n0 Back";

std::string content_of(const std::filesystem::path& path) {
    std::ifstream file{path};
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

// What is kept between two hops: lines, filled up to the size of a real session.
struct kept {
    std::string screen, group, language, choices;
    [[nodiscard]] std::string packed() const {
        std::string made = fmt::format("{}\n{}\n{}\n{}\n", screen, group, language, choices);
        made.resize(std::max(made.size(), session_bytes), ' ');
        return made;
    }
    static kept unpacked(std::string_view text) {
        kept made;
        for (std::string* field : {&made.screen, &made.group, &made.language, &made.choices}) {
            const std::size_t end = std::min(text.find('\n'), text.size());
            *field = text.substr(0, end);
            text.remove_prefix(std::min(end + 1, text.size()));
        }
        return made;
    }
};

std::string amount_of(const pg_rows& rows, int row, int column) {
    if (PQgetisnull(rows.get(), row, column) != 0) return {};
    std::string digits = PQgetvalue(rows.get(), row, column);
    if (digits.size() < 3) digits.insert(0, 3 - digits.size(), '0');
    digits.insert(digits.size() - 2, 1, '.');
    return fmt::format(" {} {}", digits, PQgetvalue(rows.get(), row, column + 1));
}

}  // namespace

std::string form_value(std::string_view form, std::string_view name) {
    const auto nibble = [](char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; };
    while (!form.empty()) {
        const std::size_t end = std::min(form.find('&'), form.size());
        std::string_view field = form.substr(0, end);
        form.remove_prefix(std::min(end + 1, form.size()));
        if (!field.starts_with(name) || field.size() == name.size() || field[name.size()] != '=') continue;
        field.remove_prefix(name.size() + 1);
        std::string value;
        for (std::size_t at = 0; at < field.size(); ++at) {
            if (field[at] == '%' && at + 2 < field.size()) {
                value += static_cast<char>((nibble(field[at + 1]) << 4) | nibble(field[at + 2]));
                at += 2;
            } else {
                value += field[at] == '+' ? ' ' : field[at];
            }
        }
        return value;
    }
    return {};
}

six_hops::six_hops(redis_link& redis, pg_link& registry, const key_set& blind_keys, const std::filesystem::path& sql)
    : redis_(redis), registry_(registry), blind_(blind_keys) {
    for (const char* name : {"person", "list", "detail"})
        registry_.prepare(name, content_of(sql / fmt::format("{}.sql", name)));
}

task<std::string> six_hops::answer(std::string_view form) {
    const std::string key = "b:" + form_value(form, "sessionId");
    const std::string text = form_value(form, "text");
    kept session;
    std::string shown;
    if (const auto stored = co_await redis_.get(key)) session = kept::unpacked(*stored);
    const std::string_view input = std::string_view{text}.substr(text.rfind('*') + 1);
    if (text.empty()) {
        const std::string number = form_value(form, "phoneNumber");
        const std::string blind = "\\x" + to_hex(blind_.blind("msisdn", number));
        const char* parameters[] = {blind.c_str()};
        const pg_rows rows = co_await registry_.read("person", parameters);
        if (PQntuples(rows.get()) == 0) co_return "END unknown";
        session.group = PQgetvalue(rows.get(), 0, 2);
        session.language = PQgetvalue(rows.get(), 0, 3);
        session.screen = "home";
    } else if (session.screen == "home" && input == "1") {
        session.screen = "list";
    } else if (session.screen == "home" && input == "5") {
        session.screen = "help";
    } else if (session.screen == "list" && input == "1") {
        session.screen = "detail";
    } else if (input == "0") {
        session.screen = session.screen == "detail" ? "list" : "home";
    }
    if (session.screen == "list") {
        const char* parameters[] = {session.group.c_str(), session.language.c_str()};
        const pg_rows rows = co_await registry_.read("list", parameters);
        session.choices.clear();
        shown = "My assistance";
        for (int row = 0; row < PQntuples(rows.get()); ++row) {
            session.choices += fmt::format("{} ", PQgetvalue(rows.get(), row, 0));
            shown += fmt::format("\n{} {}{} {}: {}", row + 1, PQgetvalue(rows.get(), row, 1), amount_of(rows, row, 4),
                                 PQgetvalue(rows.get(), row, 6), PQgetvalue(rows.get(), row, 3));
        }
        shown += "\n0 Back";
    } else if (session.screen == "detail") {
        const std::string chosen = session.choices.substr(0, session.choices.find(' '));
        const char* parameters[] = {chosen.c_str(), session.group.c_str(), session.language.c_str()};
        const pg_rows rows = co_await registry_.read("detail", parameters);
        if (PQntuples(rows.get()) == 0) co_return "END gone";
        const auto column = [&](int at) { return PQgetvalue(rows.get(), 0, at); };
        shown = fmt::format("{}{}\n{}: {}\n{}-{}, {}\nCollects: {}\nNo. {}\n1 I received it\n0 Back", column(0),
                            amount_of(rows, 0, 3), column(2), column(7), column(5), column(6), column(8), column(10),
                            column(9));
    } else {
        shown = session.screen == "help" ? help : home;
    }
    co_await redis_.set(key, session.packed(), keep_seconds);
    co_return "CON " + shown;
}

}  // namespace mlango::bench
