// What she may type on a screen: what it offers, and what it does not expect.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "sessions/session.hpp"
#include "templates/menu.hpp"

namespace mlango::test {

inline constexpr std::string_view right_pin = "4826";

// What the screen offers: its lines, its rows, an answer that it takes, and the ways that every screen has.
inline std::vector<std::string> offered_inputs(const templates::screen& screen, const sessions::session& session,
                                               bool has_hash_key) {
    std::vector<std::string> inputs;
    for (const auto& option : screen.options) inputs.push_back(option.key);
    if (screen.rows && screen.rows->to != templates::no_screen && !session.choices.empty()) {
        inputs.emplace_back("1");
        inputs.push_back(std::to_string(session.choices.size()));
    }
    if (session.next_page != 0) inputs.emplace_back(has_hash_key ? "#" : "98");
    if (screen.input) {
        const auto& field = *screen.input;
        switch (field.kind) {
            case templates::input_kind::pin:
                if (field.min <= right_pin.size()) inputs.emplace_back(right_pin);
                inputs.push_back(std::string("730518264905").substr(0, std::max<std::size_t>(field.min, 4)));
                break;
            case templates::input_kind::msisdn:
                inputs.emplace_back("0711 000 096");
                break;
            case templates::input_kind::digits:
                inputs.emplace_back(std::string(field.max, '7'));
                break;
            case templates::input_kind::text: {
                std::string longest = "Block 12, shelter 1234, near the third water tap";
                while (longest.size() < field.max) longest += " and the school";
                inputs.push_back(longest.substr(0, field.max - 1) + "x");
                break;
            }
        }
    }
    inputs.emplace_back("0");
    inputs.emplace_back("00");
    return inputs;
}

// What it does not: nothing, the wrong kind, digits of other scripts, too short, too long, signs, two answers at once.
inline std::vector<std::string> odd_inputs(const templates::screen& screen) {
    std::vector<std::string> inputs{"77",
                                    "",
                                    " ",
                                    "٣",
                                    "۱",
                                    "٠",
                                    "１",
                                    "*",
                                    "#",
                                    "98",
                                    "9",
                                    "1*2",
                                    "-1",
                                    "💧💧",
                                    "no",
                                    "1 \n\t2",
                                    "\x01"
                                    "ab",
                                    "000"};
    inputs.push_back(std::string(200, 'a'));
    inputs.push_back(std::string(200, '9'));
    std::string spaced;
    while (spaced.size() < 200) spaced += "ab cd ";
    inputs.push_back(spaced.substr(0, 200));
    if (screen.input) {
        const auto& field = *screen.input;
        const bool letters = field.kind == templates::input_kind::text;
        inputs.push_back(std::string(field.min > 0 ? field.min - 1 : 0, letters ? 'b' : '7'));
        inputs.push_back(std::string(field.max + 1u, letters ? 'b' : '7'));
        inputs.push_back(std::string(field.min, letters ? '7' : 'b'));
        inputs.emplace_back("٤٨٢٦");
        inputs.emplace_back("+254711000096");
        inputs.emplace_back("شارع ٧، بيت ٣");
    }
    return inputs;
}

}  // namespace mlango::test
