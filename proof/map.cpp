#include "proof/map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "base/csv.hpp"
#include "proof/drawing.hpp"
#include "proof/map_layout.hpp"
#include "proof/uses.hpp"
#include "proof/worst_values.hpp"

namespace mlango::proof {
namespace {

constexpr int margin = 24, legend_height = 96, band_title = 28, band_gap = 14;
constexpr int box_width = 190, gap_x = 110, gap_y = 22, bar_height = 9, head_height = 40;
constexpr std::string_view ink = "#1d2733", pale = "#5b6b7b";

struct guard_look {
    std::string_view name, fill, edge;
};

guard_look look_of(const templates::screen& screen) {
    if (!screen.act.empty()) return {"a step that acts, and shows nothing", "#f1f3f5", "#9aa5b1"};
    switch (screen.needs) {
        case templates::guard::open:
            return {"open to all", "#e8f5ec", "#3f8f5b"};
        case templates::guard::view:
            return {"to look at: PIN, if the operation wants it", "#e7f0fb", "#3a6fb0"};
        case templates::guard::pin:
            return {"with the PIN", "#fdf3dc", "#b9861c"};
        case templates::guard::fresh_pin:
            return {"with the PIN typed anew", "#fbe6e4", "#b8473c"};
    }
    return {};
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text)
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '"')
            out += "&quot;";
        else if (static_cast<unsigned char>(c) >= 0x20 || c == '\n')
            out += c;
    return out;
}

// How much of a full screen the longest words of a screen take, in hundredths; a list counts its title and one row.
int fullness(const templates::edition& made, templates::screen_index index, templates::language_index language) {
    const auto& screen = made.screens.at(index);
    const worst_values values(made.screens.declared(), made.words, {.language = language});
    const screen_texts texts = texts_of(screen);
    handlers::answer given;
    given.values = values.at(screen.name, texts.shown, texts.flags, lettering::own).front();
    if (screen.rows)
        given.rows.push_back(
            {.id = "1",
             .values = values.at(screen.name + ".rows", {&screen.rows->text, 1}, {}, lettering::own).front()});
    const drawing drawn = draw(made,
                               {.screen = index,
                                .language = language,
                                .size = unlimited,
                                .has_hash_key = true,
                                .first = false,
                                .refused = false},
                               given);
    const gsm::text_size size = gsm::measure(drawn.pages.front());
    return static_cast<int>(size.units * 100 / (size.needs == gsm::alphabet::gsm7 ? 160 : 70));
}

class map_writer {
public:
    map_writer(const templates::edition& made, const std::vector<screen_figures>& figures)
        : made_(made), figures_(figures), at_(lay_out(made.screens)) {
        box_height_ = head_height + static_cast<int>(made.words.languages().size()) * bar_height + 6;
        // A band has a title and a gap below; what stands above a line moves it down.
        for (const band& one : at_.bands) {
            band_top_.push_back(top_);
            for (int line = 0; line < one.lines; ++line)
                line_top_.push_back(top_ + band_title + line * (box_height_ + gap_y));
            top_ += band_title + one.lines * (box_height_ + gap_y) + band_gap;
        }
    }

    std::string written() {
        const int width = 2 * margin + at_.columns * (box_width + gap_x);
        out_ = fmt::format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" "
            "role=\"img\" aria-labelledby=\"title desc\" font-family=\"system-ui, 'DejaVu Sans', sans-serif\" "
            "font-size=\"11\" fill=\"{2}\">\n",
            width, top_ + margin, ink);
        out_ += fmt::format("<title id=\"title\">The menu: {} screens</title>\n", made_.screens.screens().size());
        out_ +=
            "<desc id=\"desc\">Every screen is a box, further right the more key presses it is from dialling; a band "
            "for each subject. An arrow bears the key that leads along it. Bars show how much of one full screen the "
            "longest words take, a bar a language; a bar that is full means that the screen turns a page.</desc>\n"
            "<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"6\" markerHeight=\"6\" "
            "orient=\"auto\"><path d=\"M0 0 8 4 0 8z\" fill=\"#8795a5\"/></marker></defs>\n";
        out_ += fmt::format("<rect width=\"{}\" height=\"{}\" fill=\"#ffffff\"/>\n", width, top_ + margin);
        legend();
        for (std::size_t i = 0; i < at_.bands.size(); ++i) write_band(i, width);
        for (const arrow& one : at_.arrows) write_arrow(one);
        for (std::size_t i = 0; i < at_.screens.size(); ++i) write_box(static_cast<templates::screen_index>(i));
        return std::move(out_) + "</svg>\n";
    }

private:
    [[nodiscard]] int left(templates::screen_index i) const {
        return margin + at_.screens[i].column * (box_width + gap_x);
    }
    [[nodiscard]] int above(templates::screen_index i) const {
        return line_top_[static_cast<std::size_t>(at_.screens[i].line)];
    }

    void legend() {
        out_ += fmt::format("<text x=\"{}\" y=\"36\" font-size=\"20\" font-weight=\"600\">The menu</text>\n", margin);
        int x = margin;
        for (const auto needs :
             {templates::guard::open, templates::guard::view, templates::guard::pin, templates::guard::fresh_pin}) {
            templates::screen example;
            example.needs = needs;
            x = legend_entry(x, look_of(example));
        }
        templates::screen step;
        step.act = "step";
        x = legend_entry(x, look_of(step));
        std::string codes;
        for (const auto& language : made_.words.languages()) codes += (codes.empty() ? "" : ", ") + language.code;
        out_ += fmt::format(
            "<text x=\"{}\" y=\"82\" fill=\"{}\">Bars, from the top: {}. Green: up to 80 % of one screen; yellow: up "
            "to "
            "100 %; violet: it turns a page.</text>\n",
            margin, pale, codes);
    }

    int legend_entry(int x, const guard_look& look) {
        out_ += fmt::format(
            "<rect x=\"{}\" y=\"50\" width=\"14\" height=\"14\" rx=\"3\" fill=\"{}\" stroke=\"{}\"/>"
            "<text x=\"{}\" y=\"61\">{}</text>\n",
            x, look.fill, look.edge, x + 20, look.name);
        return x + 44 + static_cast<int>(look.name.size()) * 6;
    }

    void write_band(std::size_t i, int width) {
        const int height = band_title + at_.bands[i].lines * (box_height_ + gap_y);
        out_ += fmt::format(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"6\" fill=\"{}\"/>"
            "<text x=\"{}\" y=\"{}\" font-size=\"14\" font-weight=\"600\">{}</text>\n",
            margin / 2, band_top_[i], width - margin, height, i % 2 == 0 ? "#f7f9fb" : "#fbfaf7", margin,
            band_top_[i] + 19, escaped(at_.bands[i].subject));
    }

    // Forward from side to side; back, and within a column, in a bow that leaves the boxes free.
    void write_arrow(const arrow& one) {
        if (!at_.screens[one.from].placed || one.from == one.to) return;
        const bool forward = at_.screens[one.to].column > at_.screens[one.from].column;
        const int x1 = left(one.from) + box_width, y1 = above(one.from) + 16 + leaving_[one.from]++ % 8 * 10;
        const int x2 = forward ? left(one.to) : left(one.to) + box_width, y2 = above(one.to) + box_height_ / 2;
        const int bow = forward ? gap_x / 2 : gap_x - 20;
        out_ += fmt::format(
            "<path d=\"M{} {}C{} {} {} {} {} {}\" fill=\"none\" stroke=\"#8795a5\" stroke-opacity=\"{}\"{} "
            "marker-end=\"url(#tip)\"><title>{} to {}: {}</title></path>",
            x1, y1, x1 + bow, y1, forward ? x2 - bow : x2 + bow, y2, x2, y2, forward ? "0.8" : "0.45",
            forward ? "" : " stroke-dasharray=\"3 3\"", made_.screens.at(one.from).name, made_.screens.at(one.to).name,
            escaped(one.label));
        out_ += fmt::format("<text x=\"{}\" y=\"{}\" font-size=\"9\" fill=\"{}\">{}</text>\n", x1 + 4, y1 - 2, pale,
                            escaped(one.label));
    }

    void write_box(templates::screen_index i) {
        const auto& screen = made_.screens.at(i);
        const guard_look look = look_of(screen);
        const int x = left(i), y = above(i);
        out_ += fmt::format(
            "<g><title>{}: {}</title><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\" "
            "fill=\"{}\" stroke=\"{}\" stroke-width=\"{}\"/>",
            screen.name, look.name, x, y, box_width, box_height_, screen.act.empty() ? 6 : 16, look.fill, look.edge,
            screen.root ? "3" : "1.4");
        out_ += fmt::format("<text x=\"{}\" y=\"{}\" font-size=\"12\" font-weight=\"600\">{}</text>", x + 8, y + 16,
                            screen.name);
        std::string first;
        if (!screen.act.empty())
            first = "does " + screen.act;
        else
            first = said_by(screen);
        out_ += fmt::format("<text x=\"{}\" y=\"{}\" fill=\"{}\">{}</text>", x + 8, y + 31, pale, escaped(first));
        if (screen.act.empty()) write_bars(i, x, y + head_height);
        write_figures(screen.name, x, y);
        out_ += "</g>\n";
    }

    // The first words of it in the fallback language.
    [[nodiscard]] std::string said_by(const templates::screen& screen) const {
        std::string said = screen.text ? made_.words.format(*screen.text, 0, {}) : "";
        if (said.empty() && !screen.options.empty())
            said = made_.words.format(screen.options.front().text, 0, {}) + " …";
        said = said.substr(0, said.find('\n'));
        constexpr std::size_t most = 28;
        if (said.size() <= most) return said;
        std::size_t end = most;
        while (end > 0 && (said[end] & 0xc0) == 0x80) --end;
        return said.substr(0, end) + "…";
    }

    void write_bars(templates::screen_index i, int x, int y) {
        constexpr int room = box_width - 62;
        for (std::size_t language = 0; language < made_.words.languages().size(); ++language) {
            const int full = fullness(made_, i, static_cast<templates::language_index>(language));
            const std::string_view fill = full <= 80 ? "#5aa777" : full <= 100 ? "#d3a53a" : "#8a6fc0";
            out_ += fmt::format(
                "<text x=\"{}\" y=\"{}\" font-size=\"8\">{}</text><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"6\" "
                "fill=\"#ffffff\" stroke=\"#c5ced8\" stroke-width=\"0.6\"/><rect x=\"{}\" y=\"{}\" width=\"{}\" "
                "height=\"6\" fill=\"{}\"/><text x=\"{}\" y=\"{}\" font-size=\"8\">{} %</text>",
                x + 8, y + 6, made_.words.languages()[language].code, x + 22, y, room, x + 22, y,
                room * std::min(full, 100) / 100, fill, x + 26 + room, y + 6, full);
            y += bar_height;
        }
    }

    void write_figures(const std::string& name, int x, int y) {
        const auto found = std::ranges::find(figures_, name, &screen_figures::screen);
        if (found == figures_.end()) return;
        const double part =
            found->shown == 0 ? 0 : std::min(1.0, static_cast<double>(found->left) / static_cast<double>(found->shown));
        // Below the box: how many of those who saw it went no further, red where something was still to do.
        const std::string_view colour = found->goal ? "#2f7d4f" : "#c0392b";
        out_ += fmt::format(
            "<rect x=\"{0}\" y=\"{1}\" width=\"{2}\" height=\"5\" rx=\"2\" fill=\"#e6eaee\"/>"
            "<rect x=\"{0}\" y=\"{1}\" width=\"{3:.0f}\" height=\"5\" rx=\"2\" fill=\"{4}\"/>"
            "<text x=\"{5}\" y=\"{6}\" text-anchor=\"end\" font-size=\"9\" fill=\"{7}\">shown {8}, left {9} "
            "({10:.0f} %)</text>",
            x, y + box_height_ + 2, box_width, part * box_width, colour, x + box_width, y + box_height_ + 16,
            found->goal ? "#235c3a" : "#8c2f26", found->shown, found->left, part * 100);
    }

    const templates::edition& made_;
    const std::vector<screen_figures>& figures_;
    const map_layout at_;
    int box_height_ = 0, top_ = legend_height;
    std::vector<int> band_top_, line_top_;
    std::vector<int> leaving_ = std::vector<int>(made_.screens.screens().size());
    std::string out_;
};

}  // namespace

std::string map_of(const templates::edition& made, const std::vector<screen_figures>& figures) {
    return map_writer(made, figures).written();
}

std::expected<std::vector<screen_figures>, std::string> read_figures(std::string_view csv) {
    constexpr std::string_view names[] = {"screen", "shown", "left"};
    std::array<std::size_t, 3> places{0, 1, 2};
    std::vector<screen_figures> read;
    std::string fault;
    const auto take_count = [](std::string_view digits, std::uint64_t& into) {
        const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), into);
        return error == std::errc() && stop == digits.data() + digits.size();
    };
    const auto take = [&](const csv_record& record) {
        const auto& cells = record.fields;
        if (record.row == 1 && !cells.empty() && cells.front() == names[0]) {
            for (std::size_t i = 0; i < places.size() && fault.empty(); ++i) {
                places[i] = static_cast<std::size_t>(std::ranges::find(cells, names[i]) - cells.begin());
                if (places[i] == cells.size()) fault = fmt::format("line 1: has no column {}", names[i]);
            }
            return fault.empty();
        }
        const auto cell = [&](std::size_t i) {
            return places[i] < cells.size() ? cells[places[i]] : std::string_view();
        };
        screen_figures one;
        one.screen = cell(0);
        if (!take_count(cell(1), one.shown) || !take_count(cell(2), one.left))
            fault = fmt::format("line {}: should be screen,shown,left", record.row);
        else
            read.push_back(std::move(one));
        return fault.empty();
    };
    csv_reader reader;
    if (reader.read(csv, take)) reader.finish(take);
    if (!fault.empty()) return std::unexpected(std::move(fault));
    return read;
}

}  // namespace mlango::proof
