#include "registry/pin_codes.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "registry/blocking.hpp"
#include "registry/parameters.hpp"
#include "registry/recovery.hpp"

namespace mlango::registry {

namespace {

// Numbers as cards show them; nothing else gets into a statement.
bool is_number(std::string_view text) {
    return !text.empty() && text.size() <= 20 && std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '-';
    });
}

std::string moment(wall_time at) {
    return fmt::format("(timestamptz 'epoch' + {} * interval '1 microsecond')", at.time_since_epoch().count());
}

std::optional<std::vector<std::string>> issue(const code_issuer& by, std::string_view number, std::string_view kind,
                                              int count, std::chrono::hours lasts) {
    if (!is_number(number)) return std::nullopt;
    blocking_connection to(by.conninfo);
    const rows found = to.run(
        fmt::format("SELECT id FROM individual WHERE individual_number = '{0}' AND process_status <> 'C' UNION ALL "
                    "SELECT m.individual FROM registration_group g JOIN membership m ON m.registration_group = g.id "
                    "WHERE g.registration_key = substr('{0}', 1, 3) || translate(substr('{0}', 4), '-C', '') "
                    "AND m.until IS NULL AND m.relationship = 'PA'",
                    number),
        "looking for the person");
    if (found.empty()) return std::nullopt;
    const person_id person{found.number(0, 0)};
    std::vector<std::string> codes;
    std::string values;
    while (codes.size() < static_cast<std::size_t>(count)) {
        std::string code = new_code(by.random);
        if (std::ranges::find(codes, code) != codes.end()) continue;
        values +=
            fmt::format("{}({}, '{}', '{}'::bytea, {}, {})", values.empty() ? "" : ", ", person.value, kind,
                        bytea_parameter(code_digest(by.blind, person, code)), moment(by.now), moment(by.now + lasts));
        codes.push_back(std::move(code));
    }
    // One statement: the old ones end as the new ones begin.
    to.run(fmt::format("WITH ended AS (UPDATE pin_code SET ended_at = {0} WHERE individual = {1} AND kind = '{2}' "
                       "AND used_at IS NULL AND ended_at IS NULL), "
                       "made AS (INSERT INTO pin_code (individual, kind, digest, made_at, expires_at) VALUES {3} "
                       "RETURNING id) "
                       "INSERT INTO audit (kind, actor, individual, detail) "
                       "SELECT 'pin.code_issued', 'staff', {1}, '{2}' FROM made LIMIT 1",
                       moment(by.now), person.value, kind, values),
           "storing the code");
    return codes;
}

std::string initial(std::string_view name) {
    std::size_t first = name.empty() ? 0 : 1;
    while (first < name.size() && (static_cast<unsigned char>(name[first]) & 0xc0) == 0x80) ++first;
    return std::string(name.substr(0, first)) + "***";
}

}  // namespace

std::optional<std::string> issue_staff_code(const code_issuer& by, std::string_view number) {
    auto codes = issue(by, number, "staff", 1, staff_code_lasts);
    return codes ? std::optional(std::move(codes->front())) : std::nullopt;
}

std::optional<std::vector<std::string>> issue_paper_codes(const code_issuer& by, std::string_view number) {
    return issue(by, number, "paper", paper_codes, paper_codes_last);
}

std::vector<locked_person> locked_people(const std::string& conninfo, wall_time now, int limit) {
    blocking_connection to(conninfo);
    const rows got = to.run(
        fmt::format("SELECT right(i.individual_number, 4), i.given_name, coalesce(l.name->>'en', ''), "
                    "k.locked_until = 'infinity' "
                    "FROM pin k JOIN individual i ON i.id = k.individual "
                    "LEFT JOIN membership m ON m.individual = i.id AND m.until IS NULL "
                    "LEFT JOIN registration_group g ON g.id = m.registration_group "
                    "LEFT JOIN location l ON l.code = g.location "
                    "WHERE k.locked_until > {} AND i.process_status <> 'C' ORDER BY k.locked_until DESC, i.id LIMIT {}",
                    moment(now), limit),
        "listing who is locked");
    std::vector<locked_person> found;
    for (int row = 0; row < got.size(); ++row)
        found.push_back({.number = "***" + std::string(got.text(row, 0)),
                         .name = initial(got.text(row, 1)),
                         .place = std::string(got.text(row, 2)),
                         .for_good = got.truth(row, 3)});
    return found;
}

}  // namespace mlango::registry
