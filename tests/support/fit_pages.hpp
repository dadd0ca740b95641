// What must hold for every sheet and measure, as a second reading of templates/fit.hpp: walks the pages from the first
// and says what is wrong. Used by tables, random sheets, the proof over the real menu, and the fuzzer.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "templates/fit.hpp"

namespace mlango::test {

using measure = std::function<bool(std::string_view)>;

struct walked_pages {
    std::vector<templates::page> pages;
    std::string broken;  // the first rule that does not hold; empty: all hold
};

class page_walk {
public:
    page_walk(const templates::sheet& sheet, const measure& fits) : sheet_(sheet), fits_(fits) {
        for (std::size_t at = sheet.head.find_first_not_of(" \n"); at != std::string::npos;) {
            const std::size_t end = std::min(sheet.head.find_first_of(" \n", at), sheet.head.size());
            words_.emplace_back(at, end);
            at = sheet.head.find_first_not_of(" \n", end);
        }
        total_ = words_.size() + sheet.lines.size();
        row_limit_ = static_cast<std::size_t>(std::max(1, sheet.rows_a_page));
    }

    walked_pages walk() {
        walked_pages walked;
        std::size_t start = 0;
        for (std::size_t turn = 0; turn <= total_; ++turn) {
            walked.pages.push_back(templates::fit(sheet_, static_cast<std::uint16_t>(start), fits_));
            const templates::page& page = walked.pages.back();
            const std::size_t next = page.next == 0 ? total_ : page.next;
            walked.broken = check(page, start, next);
            if (!walked.broken.empty() || page.next == 0) return walked;
            start = next;
        }
        walked.broken = "the pages do not end";
        return walked;
    }

private:
    [[nodiscard]] bool is_row(std::size_t unit) const {
        return unit >= words_.size() && sheet_.lines[unit - words_.size()].key.empty();
    }

    // What stands on a page that shows the units [from, to).
    [[nodiscard]] std::string body(std::size_t from, std::size_t to) const {
        std::string out;
        if (const std::size_t last = std::min(to, words_.size()); from < last)
            out = sheet_.head.substr(words_[from].first, words_[last - 1].second - words_[from].first);
        std::size_t number = 0;
        for (std::size_t unit = std::max(from, words_.size()); unit < to; ++unit) {
            const templates::line& line = sheet_.lines[unit - words_.size()];
            if (unit > from) out += '\n';
            out += (is_row(unit) ? std::to_string(++number) : line.key) + " " + line.text;
        }
        return out;
    }

    static std::string with(std::string text, std::initializer_list<std::string_view> ways) {
        std::string last;
        for (const std::string_view way : ways)
            if (!way.empty()) last += (last.empty() ? "" : " ") + std::string(way);
        if (!text.empty() && !last.empty()) text += '\n';
        return text + last;
    }

    std::string check(const templates::page& page, std::size_t start, std::size_t next) const {
        if (next > total_ || (next <= start && total_ > 0)) return "no step forward";
        const std::string shown = body(start, next);
        const std::string_view more = next < total_ ? std::string_view(sheet_.more) : "";
        const std::string whole = with(shown, {sheet_.back, sheet_.home, more});
        const std::string no_home = with(shown, {sheet_.back, more});
        const std::string only_more = with(shown, {more});
        const bool single = next - start <= 1;
        if (page.text != whole && page.text != no_home && !(single && page.text == only_more))
            return "the text is not the units in their order and the ways on: " + page.text;
        if (page.fits && !fits_(page.text)) return "does not fit, and says it does";
        if (!page.fits && (!single || fits_(page.text))) return "says it does not fit";
        if (page.fits && page.text != whole && fits_(whole)) return "home or back would fit and is left out";
        if (page.fits && page.text != whole && page.text != no_home && fits_(no_home)) return "back is left out";

        std::size_t rows_before = 0, rows = 0;
        for (std::size_t unit = words_.size(); unit < next; ++unit)
            if (is_row(unit)) ++(unit < start ? rows_before : rows);
        if (page.rows != rows || page.first_row != rows_before) return "the rows are counted wrong";
        if (rows > row_limit_) return "more rows than digits";

        if (next == total_) return "";
        const bool digits_used_up = rows == row_limit_ && is_row(next);
        if (digits_used_up) return "";
        // A page may end early so that a number in groups stays whole; then the next word ends with a digit.
        const bool before_a_number = next < words_.size() && std::isdigit(sheet_.head[words_[next].second - 1]) != 0;
        if (!before_a_number && page.fits && fits_(with(body(start, next + 1), {sheet_.back, sheet_.more})))
            return "more would fit: " + page.text;
        std::size_t rows_left = 0;
        for (std::size_t unit = start; unit < total_; ++unit) rows_left += is_row(unit) ? 1 : 0;
        if (rows_left <= row_limit_ && fits_(with(body(start, total_), {sheet_.back})))
            return "all of the rest would fit";
        return "";
    }

    const templates::sheet& sheet_;
    const measure& fits_;
    std::vector<std::pair<std::size_t, std::size_t>> words_;
    std::size_t total_ = 0, row_limit_ = 9;
};

inline walked_pages walk_pages(const templates::sheet& sheet, const measure& fits) {
    return page_walk(sheet, fits).walk();
}

}  // namespace mlango::test
