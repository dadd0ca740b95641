// Fitting what a screen has to say to what the phone can show: a head text, then lines (rows or menu lines), then the
// ways on (back, home, more). What does not fit continues on the next page. No word is cut, no line of the menu is
// lost. The limit comes in as a function, so this room needs to know no alphabet.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace mlango::templates {

struct line {
    std::string key;  // "1", "98"; empty for a row: rows are numbered from 1 on each page
    std::string text;
};

struct sheet {
    std::string head;  // may hold line breaks
    std::vector<line> lines;
    std::string back;          // the whole words "0 Back"; empty: there is no way back
    std::string home;          // "00 Home"; left out where it does not fit; empty: none
    std::string more;          // "# More"; shown only where a next page exists
    int rows_a_page = 9;       // rows get one digit
    bool numbers_rows = true;  // false: rows that nobody chooses stand without a number
};

struct page {
    std::string text;             // lines joined by '\n'
    std::uint16_t next = 0;       // where the next page begins (give it as `start`); 0: this is the last
    std::uint16_t first_row = 0;  // index among the rows of the first one shown (counting only lines without key)
    std::uint16_t rows = 0;       // how many rows are shown
    bool fits = true;             // false: a single word or the ways on alone are larger than the screen
};

// `fits` tells whether a whole screen text fits; it must hold for the beginning of every text it holds for. `start` is
// 0 or a page::next of the same sheet; an impossible one (the data changed since) shows the first page. Where a single
// line leaves no place for the way back, the way back is not shown. Pure; one call of `fits` where all fits, about
// log2(words + lines) where it does not. A sheet has fewer than 65,536 words and lines.
[[nodiscard]] page fit(const sheet& what, std::uint16_t start, const std::function<bool(std::string_view)>& fits);

}  // namespace mlango::templates
