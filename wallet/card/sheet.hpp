// One page to be printed, in millimetres: shaped text in boxes, lines, a QR code; mirrored where the language runs from
// right to left. Caller: card_page. Not for: what stands where.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "wallet/card/qr_symbol.hpp"

namespace mlango::wallet {

struct ink {
    double red = 0, green = 0, blue = 0;
};

struct box {
    double x = 0, y = 0, width = 0, height = 0;  // mm, from the page's upper corner where lines begin
};

struct text_style {
    double size = 3;     // mm of the font
    double least = 2.2;  // it shrinks down to this where the box is small
    bool bold = false;
    ink colour;
    bool digits = false;  // figures of one width
};

// A4. Not thread-safe.
class sheet {
public:
    sheet(std::string_view language, std::string_view title);
    ~sheet();

    // Wraps at words; what does not fit at the least size ends in an ellipsis. Returns the height used.
    double text(const box& in, std::string_view words, const text_style& style);
    // As much of `what` as lies inside a frame with round corners.
    void band(const box& what, const box& inside, double radius, const ink& colour);
    void frame(const box& what, const ink& colour, double width, double radius);
    void dashes(double x1, double y1, double x2, double y2, const ink& colour);
    // In the middle of `in`; the quiet zone is part of the box.
    void qr(const box& in, const qr_symbol& symbol);

    // True when the fonts at hand lack a letter that was to be drawn.
    [[nodiscard]] bool lacks_letters() const;
    // The PDF; the sheet is used up.
    [[nodiscard]] std::string finish();

private:
    struct state;
    [[nodiscard]] box placed(const box& in) const;
    std::unique_ptr<state> state_;
};

[[nodiscard]] bool runs_from_right(std::string_view language);
// Digits and codes read from left to right in every language (UAX #9 isolates).
[[nodiscard]] std::string from_left(std::string_view text);

}  // namespace mlango::wallet
