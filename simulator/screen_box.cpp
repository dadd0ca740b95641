#include "simulator/screen_box.hpp"

#include <fmt/format.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>

namespace mlango::simulator {
namespace {

constexpr std::size_t box_columns = 32;

std::size_t columns_of_character(UChar32 c) {
    switch (u_charType(c)) {
        case U_NON_SPACING_MARK:
        case U_ENCLOSING_MARK:
        case U_FORMAT_CHAR:
            return 0;
        default:
            break;
    }
    const int width = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
    return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

struct character {
    UChar32 code = 0;
    std::string_view text;  // as written; empty when it was malformed
    std::size_t columns = 1;
};

// Takes the first character off `rest`.
character take(std::string_view& rest) {
    std::int32_t at = 0;
    UChar32 code = 0;
    const auto length = static_cast<std::int32_t>(std::min<std::size_t>(rest.size(), U8_MAX_LENGTH));
    U8_NEXT(rest.data(), at, length, code);
    character taken;
    if (code >= 0) {
        const bool control = u_charType(code) == U_CONTROL_CHAR && code != '\n';
        taken = {code, control ? std::string_view(" ") : rest.substr(0, static_cast<std::size_t>(at)),
                 control ? 1 : columns_of_character(code)};
    } else {
        taken = {0xFFFD, "\uFFFD", 1};
    }
    rest.remove_prefix(static_cast<std::size_t>(at));
    return taken;
}

std::string repeated(std::string_view piece, std::size_t times) {
    std::string all;
    all.reserve(piece.size() * times);
    for (std::size_t i = 0; i < times; ++i) all += piece;
    return all;
}

}  // namespace

std::size_t columns_of(std::string_view text) {
    std::size_t columns = 0;
    while (!text.empty()) columns += take(text).columns;
    return columns;
}

std::vector<std::string> wrap(std::string_view text, std::size_t columns) {
    std::vector<std::string> lines;
    std::string line;
    std::size_t used = 0;
    std::size_t space = std::string::npos;  // where the last space of `line` stands
    const auto end_line = [&] {
        lines.push_back(std::move(line));
        line.clear();
        used = 0;
        space = std::string::npos;
    };
    while (!text.empty()) {
        const character next = take(text);
        if (next.code == '\n') {
            end_line();
            continue;
        }
        if (used + next.columns > columns) {
            if (next.code == ' ') {
                end_line();
                continue;
            }
            if (space != std::string::npos) {
                std::string carried = line.substr(space + 1);
                line.resize(space);
                end_line();
                line = std::move(carried);
                used = columns_of(line);
            } else {
                end_line();
            }
        }
        if (next.text == " ") space = line.size();
        line += next.text;
        used += next.columns;
    }
    if (!line.empty() || lines.empty()) lines.push_back(std::move(line));
    return lines;
}

std::string usage(gsm::text_size size, gsm::screen_size screen) {
    return size.needs == gsm::alphabet::gsm7 ? fmt::format("{}/{} septets", size.units, screen.septets)
                                             : fmt::format("{}/{} UCS-2 units", size.units, screen.ucs2_units);
}

std::vector<std::string> draw_box(std::string_view text, gsm::screen_size screen, std::string_view title) {
    const gsm::text_size size = gsm::measure(text);
    const std::size_t characters = size.needs == gsm::alphabet::gsm7 ? screen.septets : screen.ucs2_units;
    std::vector<std::string> lines = wrap(text, box_columns);
    const std::size_t rows = std::max(lines.size(), (characters + box_columns - 1) / box_columns);
    lines.resize(rows);

    const auto edge = [](std::string_view left, std::string_view words, std::string_view right, bool words_last) {
        const std::string shown = words.empty() ? std::string() : fmt::format(" {} ", words);
        const std::size_t width = columns_of(shown);
        const std::string rule = repeated("─", box_columns + 2 > width + 1 ? box_columns + 1 - width : 0);
        return words_last ? fmt::format("{}{}{}─{}", left, rule, shown, right)
                          : fmt::format("{}─{}{}{}", left, shown, rule, right);
    };
    std::vector<std::string> box;
    box.reserve(rows + 2);
    box.push_back(edge("╭", title, "╮", false));
    for (const std::string& line : lines) {
        box.push_back(fmt::format("│ {}{} │", line, std::string(box_columns - columns_of(line), ' ')));
    }
    box.push_back(edge("╰", usage(size, screen), "╯", true));
    return box;
}

}  // namespace mlango::simulator
