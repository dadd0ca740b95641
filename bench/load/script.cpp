#include "bench/load/script.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace mlango::bench {
namespace {

template <class Call>
void for_each_line(std::string_view text, Call call) {
    for (int line = 1; !text.empty(); ++line) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view content = text.substr(0, end);
        if (content.ends_with('\r')) content.remove_suffix(1);
        if (!call(line, content)) return;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

std::vector<std::string_view> split(std::string_view text, char mark) {
    std::vector<std::string_view> parts;
    for (std::size_t at = text.find(mark); at != std::string_view::npos; at = text.find(mark)) {
        parts.push_back(text.substr(0, at));
        text.remove_prefix(at + 1);
    }
    parts.push_back(text);
    return parts;
}

template <class Number>
std::optional<Number> number_in(std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::string unescaped(std::string_view text) {
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '\\' && at + 1 < text.size() && text[at + 1] == 'n') {
            plain += '\n';
            ++at;
        } else {
            plain += text[at];
        }
    }
    return plain;
}

}  // namespace

std::string msisdn_of(std::int64_t n) {
    return fmt::format("+{}", 254'700'000'000 + n);
}

facts facts::of_range(std::int64_t first, std::int64_t count) {
    facts made;
    for (std::int64_t n = first; n < first + count; ++n) made.numbers_.push_back(n);
    return made;
}

std::expected<facts, std::string> facts::parse(std::string_view text) {
    facts made;
    std::optional<std::size_t> index;
    std::string fault;
    for_each_line(text, [&](int line, std::string_view content) {
        const auto cells = split(content, '\t');
        if (line == 1) {
            made.columns_.assign(cells.begin(), cells.end());
            index = made.column("n");
            if (!index) fault = "line 1: no column n";
        } else if (cells.size() != made.columns_.size()) {
            fault = fmt::format("line {}: {} columns instead of {}", line, cells.size(), made.columns_.size());
        } else if (const auto n = number_in<std::int64_t>(cells[*index]); n && *n >= 0 && *n < 100'000'000) {
            made.numbers_.push_back(*n);
            made.values_.insert(made.values_.end(), cells.begin(), cells.end());
        } else {
            fault = fmt::format("line {}: column n is no index", line);
        }
        return fault.empty();
    });
    if (fault.empty() && made.numbers_.empty()) fault = "no rows";
    if (!fault.empty()) return std::unexpected(fault);
    return made;
}

std::optional<std::size_t> facts::column(std::string_view name) const {
    const auto found = std::ranges::find(columns_, name);
    if (found == columns_.end()) return std::nullopt;
    return static_cast<std::size_t>(found - columns_.begin());
}

std::expected<phrase, std::string> phrase::parse(std::string_view text, const facts& known) {
    phrase made;
    while (!text.empty()) {
        const std::size_t open = std::min(text.find('{'), text.size());
        if (open > 0) made.pieces_.push_back({kind::literal, unescaped(text.substr(0, open)), 0});
        text.remove_prefix(open);
        if (text.empty()) break;
        const std::size_t close = text.find('}');
        if (close == std::string_view::npos) return std::unexpected("a placeholder is not closed");
        const std::string_view word = text.substr(1, close - 1);
        text.remove_prefix(close + 1);
        piece next;
        if (word == "msisdn")
            next.what = kind::msisdn;
        else if (word == "n")
            next.what = kind::index;
        else if (word == "session")
            next.what = kind::session;
        else if (word == "masked")
            next.what = kind::masked;
        else if (word.starts_with("first:") || word.starts_with("last:")) {
            next.what = word.starts_with("first:") ? kind::first : kind::last;
            const auto length = number_in<std::size_t>(word.substr(word.find(':') + 1));
            if (!length || *length == 0 || *length > 13) return std::unexpected(fmt::format("{{{}}}: 1 to 13", word));
            next.number = *length;
        } else if (const auto column = known.column(word)) {
            next.what = kind::column;
            next.number = *column;
        } else {
            return std::unexpected(fmt::format("{{{}}} is no placeholder and no column of the facts", word));
        }
        made.pieces_.push_back(std::move(next));
    }
    return made;
}

void phrase::append(const caller& who, std::string& out) const {
    const auto number = [&] { return msisdn_of(who.known->number(who.row)); };
    for (const piece& next : pieces_) {
        switch (next.what) {
            case kind::literal:
                out += next.text;
                break;
            case kind::msisdn:
                out += number();
                break;
            case kind::index:
                out += fmt::to_string(who.known->number(who.row));
                break;
            case kind::session:
                out += who.session;
                break;
            case kind::masked: {
                const std::string full = number();
                out += fmt::format("{}•••••{}", full.substr(0, 5), full.substr(full.size() - 2));
                break;
            }
            case kind::first:
                out += number().substr(0, next.number);
                break;
            case kind::last: {
                const std::string full = number();
                out += full.substr(full.size() - std::min(next.number, full.size()));
                break;
            }
            case kind::column:
                out += who.known->value(who.row, next.number);
                break;
        }
    }
}

verdict step::check(const caller& who, std::string_view screen, bool ended) const {
    std::string wanted;
    for (const phrase& part : expected) {
        wanted.clear();
        part.append(who, wanted);
        const std::size_t at = screen.find(wanted);
        if (at == std::string_view::npos) return verdict::wrong_text;
        screen.remove_prefix(at + wanted.size());
    }
    return ends.value_or(ended) == ended ? verdict::right : verdict::wrong_ending;
}

std::expected<std::vector<step>, std::string> parse_script(std::string_view text, const facts& known) {
    std::vector<step> steps;
    std::string fault;
    for_each_line(text, [&](int line, std::string_view content) {
        if (content.empty() || content.starts_with("# ")) return true;
        const auto at_fault = [&](std::string_view what) {
            fault = fmt::format("line {}: {}", line, what);
            return false;
        };
        const auto cells = split(content, '\t');
        if (cells.size() < 2 || cells.size() > 3) return at_fault("wants input, expected and perhaps CON or END");
        step next;
        next.label = cells[0];
        next.dial = cells[0] == "dial";
        if (next.dial != steps.empty()) return at_fault("the first input, and no other, is dial");
        if (!next.dial) {
            auto input = phrase::parse(cells[0], known);
            if (!input) return at_fault(input.error());
            next.input = std::move(*input);
        }
        std::vector<std::string_view> parts{cells[1]};
        if (cells[1].size() >= 2 && cells[1].starts_with('/') && cells[1].ends_with('/'))
            parts = split(cells[1].substr(1, cells[1].size() - 2), '*');
        for (const std::string_view part : parts) {
            auto expected = phrase::parse(part, known);
            if (!expected) return at_fault(expected.error());
            next.expected.push_back(std::move(*expected));
        }
        if (cells.size() == 3) {
            if (cells[2] != "CON" && cells[2] != "END") return at_fault("the third column is CON or END");
            next.ends = cells[2] == "END";
        }
        steps.push_back(std::move(next));
        return true;
    });
    if (fault.empty() && steps.empty()) fault = "no steps";
    if (!fault.empty()) return std::unexpected(fault);
    return steps;
}

}  // namespace mlango::bench
