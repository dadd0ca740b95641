#include "wallet/card/card_page.hpp"

#include <boost/json.hpp>

#include <algorithm>

#include "wallet/card/sheet.hpp"

namespace mlango::wallet {

namespace {

constexpr double card_width = 85.6, card_height = 54;
constexpr double left = (210 - 2 * card_width) / 2, top = 34;
constexpr double right_panel = left + card_width;
constexpr double inner = 4.5;  // from the card's edge to its words
constexpr double code_room = 51;
constexpr double slip_top = top + card_height + 26;
constexpr double corner = 3;
constexpr box whole_card{left, top, 2 * card_width, card_height};

constexpr ink black{0.10, 0.14, 0.15}, muted{0.30, 0.35, 0.34}, hair{0.72, 0.68, 0.60}, teal{0.05, 0.36, 0.36},
    white{1, 1, 1}, pale{0.93, 0.96, 0.95};

std::string text_of(const boost::json::value& value, const card_words& words) {
    if (value.is_bool()) return value.get_bool() ? words.yes : words.no;
    if (value.is_string()) return std::string(value.get_string());
    if (value.is_int64()) return std::to_string(value.get_int64());
    if (value.is_uint64()) return std::to_string(value.get_uint64());
    return {};
}

std::string named(const std::map<std::string, std::string, std::less<>>& names, const std::string& name) {
    const auto found = names.find(name);
    return found == names.end() ? name : found->second;
}

// 482 913 706
std::string grouped(std::string_view digits) {
    std::string out;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i == 3 || i == 6) out += ' ';
        out += digits[i];
    }
    return out;
}

std::string full_name(const boost::json::object& facts) {
    std::string name;
    for (const char* part : {"given_name", "family_name"}) {
        const auto* value = facts.if_contains(part);
        if (value == nullptr || !value->is_string()) continue;
        if (!name.empty()) name += ' ';
        name += value->get_string().c_str();
    }
    return name;
}

class drawing {
public:
    drawing(const printed_card& card, const card_words& words, const qr_symbol& symbol)
        : card_(card), words_(words), symbol_(symbol), page_(words.language, named(words.kinds, card.kind)) {}

    void front();
    void back();
    void cut_marks();
    void recovery_slip();
    sheet& page() { return page_; }

private:
    void fact(double& y, double bottom, const std::string& name, const boost::json::value& value);
    void code(std::size_t index);

    const printed_card& card_;
    const card_words& words_;
    const qr_symbol& symbol_;
    sheet page_;
};

void drawing::fact(double& y, double bottom, const std::string& name, const boost::json::value& value) {
    if (name == "given_name" || name == "family_name") return;
    const std::string shown = text_of(value, words_);
    if (shown.empty() || y + 4 > bottom) return;
    const double label = 36, room = card_width - 2 * inner;
    page_.text({left + inner, y, label, 4.6}, named(words_.facts, name), {.size = 2.7, .least = 2, .colour = muted});
    const bool is_text = value.is_string() && shown.find_first_not_of("0123456789-") != std::string::npos;
    page_.text({left + inner + label + 1, y - 0.2, room - label - 1, 4.6}, is_text ? shown : from_left(shown),
               {.size = 3, .least = 2, .bold = true, .colour = black, .digits = true});
    y += 5;
}

void drawing::front() {
    const double room = card_width - 2 * inner;
    page_.band({left, top, card_width, 11}, whole_card, corner, teal);
    page_.text({left + inner, top + 3, room, 6}, card_.service, {.size = 3.8, .bold = true, .colour = white});
    double y = top + 14;
    page_.text({left + inner, y, room, 4.5}, named(words_.kinds, card_.kind), {.size = 2.8, .colour = muted});
    y += 5;
    const std::string name = full_name(card_.facts);
    if (!name.empty())
        y += page_.text({left + inner, y, room, 12.5}, name, {.size = 5, .least = 3, .bold = true, .colour = black}) +
             1.5;
    const double bottom = top + card_height - 8;
    for (const std::string& one : card_.order)
        if (const auto* value = card_.facts.if_contains(one)) fact(y, bottom, one, *value);
    page_.text({left + inner, top + card_height - 7.2, room, 4.5},
               words_.valid_until + " " + from_left(card_.valid_until),
               {.size = 2.8, .bold = true, .colour = black, .digits = true});
}

void drawing::back() {
    page_.qr({right_panel + 1.5, top + (card_height - code_room) / 2, code_room, code_room}, symbol_);
    const double x = right_panel + code_room + 2.5, room = card_width - code_room - 2.5 - 3;
    double y = top + 5;
    y += page_.text({x, y, room, 17}, filled(words_.scan_to_check, "address", from_left(card_.address)),
                    {.size = 2.5, .least = 1.8, .colour = black}) +
         1.6;
    y += page_.text({x, y, room, 15}, words_.yours, {.size = 2.5, .least = 1.8, .colour = black}) + 1.6;
    page_.text({x, y, room, top + card_height - 3 - y}, filled(words_.lost, "code", from_left(card_.dial)),
               {.size = 2.5, .least = 1.8, .colour = black});
}

void drawing::cut_marks() {
    page_.text({left, top - 14, 2 * card_width, 8}, words_.cut_and_fold, {.size = 3.2, .colour = muted});
    page_.frame(whole_card, hair, 0.25, corner);
    page_.dashes(right_panel, top - 4, right_panel, top + card_height + 4, hair);
}

void drawing::code(std::size_t index) {
    constexpr double row = 10.5, column = 83;
    const double x = left + 6 + static_cast<double>(index / 4) * column;
    const double y = slip_top + 36 + static_cast<double>(index % 4) * row;
    page_.frame({x, y + 0.6, 4, 4}, muted, 0.25, 0.6);  // to tick when it was used
    page_.text({x + 7, y + 0.3, 7, 6.5}, from_left(std::to_string(index + 1)), {.size = 3.2, .colour = muted});
    page_.text({x + 15, y - 1.6, 60, 8}, from_left(grouped(card_.recovery_codes[index])),
               {.size = 5.2, .bold = true, .colour = black, .digits = true});
}

void drawing::recovery_slip() {
    if (card_.recovery_codes.empty()) return;
    const double width = 2 * card_width, room = width - 12;
    page_.dashes(0, slip_top - 10, 210, slip_top - 10, hair);
    const box slip{left, slip_top, width, 94};
    page_.band({left, slip_top, width, 12}, slip, corner, pale);
    page_.frame(slip, hair, 0.25, corner);
    page_.text({left + 6, slip_top + 3.2, room, 7}, words_.codes_title, {.size = 4.2, .bold = true, .colour = teal});
    page_.text({left + 6, slip_top + 16, room, 16}, filled(words_.codes_how, "code", from_left(card_.dial)),
               {.size = 3.3, .colour = black});
    const std::size_t shown = std::min<std::size_t>(card_.recovery_codes.size(), 8);
    for (std::size_t i = 0; i < shown; ++i) code(i);
    page_.text({left + 6, slip_top + 78, room, 13.5}, words_.codes_keep + " " + words_.codes_only,
               {.size = 3.1, .colour = black});
}

}  // namespace

std::expected<std::string, card_fault> draw_card(const printed_card& card, const card_words& words) {
    const auto symbol = make_qr(card.credential, code_room);
    if (!symbol) return std::unexpected(card_fault::too_long);
    drawing draws(card, words, *symbol);
    draws.front();
    draws.back();
    draws.cut_marks();
    draws.recovery_slip();
    if (draws.page().lacks_letters()) return std::unexpected(card_fault::lacks_letters);
    return draws.page().finish();
}

}  // namespace mlango::wallet
