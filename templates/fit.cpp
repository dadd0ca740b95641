#include "templates/fit.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>

namespace mlango::templates {
namespace {

bool blank(char c) {
    return c == ' ' || c == '\n';
}
bool digit(char c) {
    return c >= '0' && c <= '9';
}

// What a page may show, in units that cannot be divided: the words of the head, then the lines.
struct content {
    std::string text;               // every unit from the start on, as it stands on one page
    std::vector<std::size_t> ends;  // where in text each unit ends
    std::size_t words = 0;          // how many of them are words of the head
    std::size_t rows = 0;           // how many are numbered rows
    std::size_t units_left = 0;     // units that the limit of rows keeps for later pages
};

struct word_reader {
    std::string_view head;
    std::size_t at = 0;

    // The next word; empty at the end. `gap` is what stood before it.
    std::string_view next(std::string_view& gap) {
        const std::size_t from = at;
        while (at < head.size() && blank(head[at])) ++at;
        gap = head.substr(from, at - from);
        const std::size_t start = at;
        while (at < head.size() && !blank(head[at])) ++at;
        return head.substr(start, at - start);
    }
};

std::size_t count_words(std::string_view head) {
    word_reader reader{head};
    std::string_view gap;
    std::size_t count = 0;
    while (!reader.next(gap).empty()) ++count;
    return count;
}

void add_line(content& into, const line& one, bool numbered) {
    if (!into.ends.empty()) into.text += '\n';
    if (one.key.empty() && !numbered) {
        ++into.rows;
        into.text += one.text;
        into.ends.push_back(into.text.size());
        return;
    }
    if (one.key.empty()) {
        std::array<char, 20> digits{};
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), ++into.rows).ptr;
        into.text.append(digits.data(), end);
    } else {
        into.text += one.key;
    }
    into.text += ' ';
    into.text += one.text;
    into.ends.push_back(into.text.size());
}

content contents(const sheet& what, std::size_t head_words, std::size_t start) {
    content made;
    made.text.reserve(what.head.size() + 128);
    made.ends.reserve(head_words + what.lines.size());
    word_reader reader{what.head};
    std::string_view gap;
    for (std::size_t i = 0; i < head_words; ++i) {
        const std::string_view word = reader.next(gap);
        if (i < start) continue;
        if (i > start) made.text += gap;
        made.text += word;
        made.ends.push_back(made.text.size());
    }
    made.words = made.ends.size();
    const std::size_t most = static_cast<std::size_t>(std::max(1, what.rows_a_page));
    for (std::size_t i = start > head_words ? start - head_words : 0; i < what.lines.size(); ++i) {
        if (what.lines[i].key.empty() && made.rows == most) {
            made.units_left = what.lines.size() - i;
            break;
        }
        add_line(made, what.lines[i], what.numbers_rows);
    }
    return made;
}

void add_way(std::string& ways, std::string_view way) {
    if (way.empty()) return;
    if (!ways.empty()) ways += ' ';
    ways += way;
}

std::string_view without_blank_ends(std::string_view text) {
    while (!text.empty() && blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && blank(text.back())) text.remove_suffix(1);
    return text;
}

std::size_t count_rows(const sheet& what) {
    return static_cast<std::size_t>(std::ranges::count_if(what.lines, [](const line& one) { return one.key.empty(); }));
}

// Everything on one page, if that fits: what nearly every screen is, without taking it apart.
std::optional<page> whole(const sheet& what, std::size_t rows, const std::function<bool(std::string_view)>& fits) {
    content all;
    all.text.reserve(what.head.size() + 40 * (what.lines.size() + 1));
    all.text = without_blank_ends(what.head);
    if (!all.text.empty()) all.ends.push_back(all.text.size());
    for (const line& one : what.lines) add_line(all, one, what.numbers_rows);
    const std::size_t content_end = all.text.size();
    const auto with = [&](std::string_view home) {
        all.text.resize(content_end);
        std::string_view gap = all.text.empty() ? "" : "\n";
        for (const std::string_view way : {std::string_view(what.back), home}) {
            if (way.empty()) continue;
            all.text.append(gap).append(way);
            gap = " ";
        }
        return fits(all.text);
    };
    if (!with(what.home) && (what.home.empty() || !with({}))) return std::nullopt;
    page result;
    result.text = std::move(all.text);
    result.rows = static_cast<std::uint16_t>(rows);
    return result;
}

// Builds the candidates in one string and remembers the one it built last.
class composer {
public:
    composer(const content& from, const std::function<bool(std::string_view)>& fits) : from_(from), fits_(fits) {
        text_.reserve(from.text.size() + 64);
    }
    bool fits(std::size_t units, std::string_view ways) {
        text_.assign(from_.text, 0, units == 0 ? 0 : from_.ends[units - 1]);
        if (!text_.empty() && !ways.empty()) text_ += '\n';
        text_ += ways;
        return fits_(text_);
    }
    std::string take() { return std::move(text_); }

private:
    const content& from_;
    const std::function<bool(std::string_view)>& fits_;
    std::string text_;
};

// A number that is written in groups ("4 500", "0711 000 001") stays on one page where that leaves anything on it.
std::size_t not_inside_a_number(const content& made, std::size_t units) {
    const auto inside = [&](std::size_t after) {
        if (after >= made.words) return false;
        const std::size_t end = made.ends[after - 1];
        return made.text[end] == ' ' && digit(made.text[end - 1]) && digit(made.text[end + 1]);
    };
    std::size_t shorter = units;
    while (shorter > 0 && inside(shorter)) --shorter;
    return shorter > 0 ? shorter : units;
}

}  // namespace

page fit(const sheet& what, std::uint16_t start, const std::function<bool(std::string_view)>& fits) {
    const std::size_t rows = count_rows(what);
    const bool may_be_whole = start == 0 && rows <= static_cast<std::size_t>(std::max(1, what.rows_a_page));
    if (may_be_whole)
        if (auto all = whole(what, rows, fits)) return std::move(*all);
    const std::size_t head_words = count_words(what.head);
    const std::size_t total = head_words + what.lines.size();
    const std::size_t from = start < total ? start : 0;
    const content made = contents(what, head_words, from);
    const std::size_t units = made.ends.size();
    composer text(made, fits);
    page result;

    std::string short_ways, ways;
    std::size_t shown = units;
    const auto finish = [&] {
        result.text = text.take();
        const std::size_t first_line = from > head_words ? from - head_words : 0;
        const std::size_t last_line = std::max(from + shown, head_words) - head_words;
        std::size_t before = 0, here = 0;
        for (std::size_t i = 0; i < last_line; ++i)
            if (what.lines[i].key.empty()) ++(i < first_line ? before : here);
        result.first_row = static_cast<std::uint16_t>(before);
        result.rows = static_cast<std::uint16_t>(here);
        const std::size_t next = from + shown;
        if (next < total && next <= std::numeric_limits<std::uint16_t>::max())
            result.next = static_cast<std::uint16_t>(next);
        return std::move(result);
    };

    if (made.units_left == 0 && !may_be_whole) {
        add_way(short_ways, what.back);
        ways = short_ways;
        add_way(ways, what.home);
        if (text.fits(units, ways)) return finish();
        if (ways != short_ways && text.fits(units, short_ways)) return finish();
        short_ways.clear();
        ways.clear();
    }

    add_way(short_ways, what.back);
    ways = short_ways;
    add_way(short_ways, what.more);
    add_way(ways, what.home);
    add_way(ways, what.more);

    // The most units that fit: of none it is known that they must be shown, of `beyond` that they do not fit.
    std::size_t known_to_fit = 0;
    std::size_t beyond = made.units_left == 0 ? units : units + 1;
    while (beyond - known_to_fit > 1) {
        const std::size_t middle = beyond > units ? units : known_to_fit + (beyond - known_to_fit) / 2;
        if (text.fits(middle, short_ways))
            known_to_fit = middle;
        else
            beyond = middle;
    }
    if (known_to_fit == 0) {
        // Not even one unit: the way back gives its place first, then the unit stands too large as it is.
        shown = std::min<std::size_t>(units, 1);
        const bool last = from + shown >= total;
        const std::string_view only_more = last ? std::string_view() : std::string_view(what.more);
        if (shown > 0 && text.fits(shown, only_more)) return finish();
        short_ways.clear();
        add_way(short_ways, what.back);
        add_way(short_ways, only_more);
        result.fits = text.fits(shown, short_ways);
        return finish();
    }
    shown = not_inside_a_number(made, known_to_fit);
    if (!text.fits(shown, ways)) (void)text.fits(shown, short_ways);
    return finish();
}

}  // namespace mlango::templates
