// Conversations that change the record, for tests that play them twice: what she wants is planned by the keys of the
// texts that she chooses, and what she types is found on the screen. And what a registry holds afterwards.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/lots.hpp"
#include "tests/support/played_house.hpp"

namespace mlango::test {

struct planned_session {
    std::string from;
    std::vector<std::string> way;  // inputs; one in brackets is the line of the screen that this text stands on
};

inline std::string family_number(std::size_t family) {
    return fmt::format("+2547000000{:02}", family);
}

// A way to one change, or to none.
inline std::vector<std::string> planned_way(lots& drawn) {
    const auto any = [&](std::initializer_list<const char*> words) { return std::string(drawn.one_of(words)); };
    switch (drawn.below(9)) {
        case 0:  // she received it
            return {"[home.assistance]", "4826", any({"1", "2", "3"}), "[entitlement.received]", "[common.yes]"};
        case 1:  // a problem
            return {"[home.assistance]", "4826", any({"1", "2", "3"}), "[entitlement.problem]",
                    any({"[problem.not_received]", "[problem.less]", "[problem.other]"})};
        case 2:  // an address, perhaps not
            return {"[home.details]",
                    "4826",
                    "[details.address]",
                    "[address.change]",
                    fmt::format("Block {}", drawn.below(50)),
                    any({"[common.yes]", "[common.yes]", "[common.no]"})};
        case 3:  // another number
            return {"[home.details]", "4826", "[details.phones]",
                    "[phones.add]",   "4826", fmt::format("07110001{:02}", drawn.below(100)),
                    "[common.yes]"};
        case 4:  // a number replaced
            return {"[home.details]",
                    "4826",
                    "[details.phones]",
                    "1",
                    "[phone.replace]",
                    "4826",
                    fmt::format("07110002{:02}", drawn.below(100)),
                    "[common.yes]"};
        case 5:  // a number removed
            return {"[home.details]", "4826", "[details.phones]", "1", "[phone.remove]", "4826", "[common.yes]"};
        case 6:  // a call
            return {"[home.help]", "[help.call_me]",
                    any({"[call.assistance]", "[call.details]", "[call.protection]", "[call.other]"})};
        case 7:  // a complaint
            return {"[home.help]",
                    "[help.complaint]",
                    any({"[complaint.service]", "[complaint.staff]"}),
                    "[complaint.named]",
                    "4826",
                    "[complaint.send]"};
        default:  // the household and the requests, only looked at
            return {"[home.details]", "4826", any({"[details.household]", "[details.requests]"}), "0"};
    }
}

// What the demo's lots draw stands on a screen as a reference: four letters or digits.
inline std::string without_references(std::string text) {
    constexpr std::string_view drawn = "ACDEFGHJKMNPQRTUVWXY234679";
    for (std::size_t at = 0; at + 4 <= text.size(); ++at)
        if (std::ranges::all_of(text.substr(at, 4), [&](char c) { return drawn.find(c) != std::string_view::npos; }))
            text.replace(at, 4, "....");
    return text;
}

// What to type for a planned input on this screen; the input itself where the screen does not offer it, so that a plan
// may also go wrong.
inline std::string typed_on(const std::string& screen, const std::string& planned, const templates::catalogue& words) {
    if (!planned.starts_with('[')) return planned;
    const auto text = words.find(std::string_view(planned).substr(1, planned.size() - 2));
    if (!text) throw std::runtime_error("no text is named " + planned);
    for (templates::language_index language = 0; language < words.languages().size(); ++language) {
        const auto line = " " + words.format(*text, language, {});
        for (std::size_t begin = 0; begin < screen.size();) {
            const std::size_t end = std::min(screen.find('\n', begin), screen.size());
            const auto shown = std::string_view(screen).substr(begin, end - begin);
            if (const auto space = shown.find(' '); space < 3 && shown.substr(space) == line)
                return std::string(shown.substr(0, space));
            begin = end + 1;
        }
    }
    return "1";
}

// Her last session dropped in the middle of something.
inline bool asks_whether_to_continue(const std::string& screen, const templates::catalogue& words) {
    return typed_on(screen, "[resume.continue]", words) == "1" && typed_on(screen, "[resume.again]", words) == "2";
}

// Everything that the phone may change, in no order, without what is drawn by lot or by the wall clock; then how many
// rows each table has, but for what each server counts by itself of a gateway.
inline std::string what_is_recorded(const played_world& world) {
    sql_session sql(world.registry.conninfo());
    std::string all;
    const auto add = [&](const std::string& query) {
        std::vector<std::string> lines;
        for (const auto& row : sql.run(query)) {
            auto& line = lines.emplace_back();
            for (const auto& value : row) line += value.value_or("-") + " | ";
        }
        std::ranges::sort(lines);
        all += "-- " + query + "\n";
        for (const auto& line : lines) all += line + "\n";
    };
    for (const char* query :
         {"SELECT kind, individual, registration_group, phone, before #- '{msisdn,sealed}', "
          "after #- '{msisdn,sealed}', base_revision, trust, state FROM change_request",
          "SELECT category, topic, individual, registration_group, entitlement, language, state FROM ticket",
          "SELECT entitlement, individual, answer FROM receipt", "SELECT individual, failures, locked_until FROM pin",
          "SELECT id, language FROM individual", "SELECT number_blind, language, sms_allowed FROM number_preference",
          "SELECT language, text_key, state, count(*) FROM outbox GROUP BY 1, 2, 3",
          "SELECT list, count(*) FROM wallet_status WHERE NOT decoy GROUP BY 1",
          "SELECT kind, actor, individual, registration_group, detail, count(*) FROM audit "
          "WHERE kind <> 'pin.right' GROUP BY 1, 2, 3, 4, 5"})
        add(query);
    for (const auto& table :
         sql.run("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' "
                 "AND tablename NOT IN ('audit', 'wallet_status') AND tablename NOT LIKE 'gateway%' "
                 "ORDER BY 1"))
        add("SELECT '" + *table[0] + "', count(*) FROM " + *table[0]);
    return all;
}

}  // namespace mlango::test
