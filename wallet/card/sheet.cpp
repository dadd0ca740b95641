#include "wallet/card/sheet.hpp"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include <algorithm>
#include <numbers>
#include <stdexcept>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
// fontconfig keeps what it read until the process ends, behind pointers that the sanitizer does not see.
extern "C" const char* __lsan_default_suppressions() {
    return "leak:libfontconfig\n";
}
#endif
#endif

namespace mlango::wallet {

namespace {

constexpr double page_width = 210, page_height = 297;  // mm
constexpr double points = 72 / 25.4;                   // of a millimetre
constexpr const char* families = "Noto Sans, Noto Sans Arabic, Noto Sans Ethiopic";

struct end_surface {
    void operator()(cairo_surface_t* one) const { cairo_surface_destroy(one); }
};
struct end_context {
    void operator()(cairo_t* one) const { cairo_destroy(one); }
};
struct end_object {
    void operator()(void* one) const { g_object_unref(one); }
};
struct end_font {
    void operator()(PangoFontDescription* one) const { pango_font_description_free(one); }
};
struct end_attributes {
    void operator()(PangoAttrList* one) const { pango_attr_list_unref(one); }
};

cairo_status_t take(void* into, const unsigned char* octets, unsigned int length) {
    static_cast<std::string*>(into)->append(reinterpret_cast<const char*>(octets), length);
    return CAIRO_STATUS_SUCCESS;
}

}  // namespace

struct sheet::state {
    bool mirrored = false;
    bool lacking = false;
    std::string pdf;
    std::unique_ptr<cairo_surface_t, end_surface> surface;
    std::unique_ptr<cairo_t, end_context> context;
    std::unique_ptr<PangoFontMap, end_object> fonts;
    std::unique_ptr<PangoContext, end_object> words;
};

bool runs_from_right(std::string_view language) {
    return language == "ar" || language == "fa" || language == "ur" || language == "he" || language == "ps";
}

std::string from_left(std::string_view text) {
    return "\u2066" + std::string(text) + "\u2069";
}

sheet::sheet(std::string_view language, std::string_view title) : state_(std::make_unique<state>()) {
    state& my = *state_;
    my.mirrored = runs_from_right(language);
    my.surface.reset(cairo_pdf_surface_create_for_stream(take, &my.pdf, page_width * points, page_height * points));
    cairo_pdf_surface_set_metadata(my.surface.get(), CAIRO_PDF_METADATA_TITLE, std::string(title).c_str());
    my.context.reset(cairo_create(my.surface.get()));
    // A map of our own, so that nothing of this page outlives it.
    my.fonts.reset(pango_cairo_font_map_new());
    my.words.reset(pango_font_map_create_context(my.fonts.get()));
    pango_cairo_update_context(my.context.get(), my.words.get());
    pango_context_set_round_glyph_positions(my.words.get(), FALSE);
    pango_context_set_base_dir(my.words.get(), my.mirrored ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR);
    pango_context_set_language(my.words.get(), pango_language_from_string(std::string(language).c_str()));
}

sheet::~sheet() = default;

box sheet::placed(const box& in) const {
    const double x = state_->mirrored ? page_width - in.x - in.width : in.x;
    return {x * points, in.y * points, in.width * points, in.height * points};
}

double sheet::text(const box& in, std::string_view words, const text_style& style) {
    state& my = *state_;
    const box at = placed(in);
    const std::unique_ptr<PangoLayout, end_object> layout(pango_layout_new(my.words.get()));
    pango_layout_set_text(layout.get(), words.data(), static_cast<int>(words.size()));
    pango_layout_set_width(layout.get(), static_cast<int>(at.width * PANGO_SCALE));
    pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
    pango_layout_set_auto_dir(layout.get(), FALSE);  // a foreign name stands where the page's lines begin
    if (my.mirrored) pango_layout_set_alignment(layout.get(), PANGO_ALIGN_RIGHT);
    if (style.digits) {
        const std::unique_ptr<PangoAttrList, end_attributes> attributes(pango_attr_list_new());
        pango_attr_list_insert(attributes.get(), pango_attr_font_features_new("tnum=1"));
        pango_layout_set_attributes(layout.get(), attributes.get());
    }
    const std::unique_ptr<PangoFontDescription, end_font> font(pango_font_description_from_string(families));
    if (style.bold) pango_font_description_set_weight(font.get(), PANGO_WEIGHT_SEMIBOLD);

    int width = 0, height = 0;
    for (double size = style.size;; size *= 0.95) {
        const bool last = size * 0.95 < style.least;
        pango_font_description_set_absolute_size(font.get(), size * points * PANGO_SCALE);
        pango_layout_set_font_description(layout.get(), font.get());
        if (last) {
            pango_layout_set_height(layout.get(), static_cast<int>(at.height * PANGO_SCALE));
            pango_layout_set_ellipsize(layout.get(), PANGO_ELLIPSIZE_END);
        }
        pango_layout_get_size(layout.get(), &width, &height);
        if (last || height <= at.height * PANGO_SCALE) break;
    }
    if (pango_layout_get_unknown_glyphs_count(layout.get()) > 0) my.lacking = true;

    cairo_t* const to = my.context.get();
    cairo_set_source_rgb(to, style.colour.red, style.colour.green, style.colour.blue);
    cairo_move_to(to, at.x, at.y);
    pango_cairo_show_layout(to, layout.get());
    return height / static_cast<double>(PANGO_SCALE) / points;
}

namespace {

void outline(cairo_t* to, const box& at, double radius) {
    constexpr double quarter = std::numbers::pi / 2;
    cairo_new_path(to);
    cairo_arc(to, at.x + at.width - radius, at.y + radius, radius, -quarter, 0);
    cairo_arc(to, at.x + at.width - radius, at.y + at.height - radius, radius, 0, quarter);
    cairo_arc(to, at.x + radius, at.y + at.height - radius, radius, quarter, 2 * quarter);
    cairo_arc(to, at.x + radius, at.y + radius, radius, 2 * quarter, 3 * quarter);
    cairo_close_path(to);
}

}  // namespace

void sheet::band(const box& what, const box& inside, double radius, const ink& colour) {
    cairo_t* const to = state_->context.get();
    const box at = placed(what);
    cairo_save(to);
    outline(to, placed(inside), radius * points);
    cairo_clip(to);
    cairo_set_source_rgb(to, colour.red, colour.green, colour.blue);
    cairo_rectangle(to, at.x, at.y, at.width, at.height);
    cairo_fill(to);
    cairo_restore(to);
}

void sheet::frame(const box& what, const ink& colour, double width, double radius) {
    cairo_t* const to = state_->context.get();
    cairo_set_source_rgb(to, colour.red, colour.green, colour.blue);
    cairo_set_line_width(to, width * points);
    outline(to, placed(what), radius * points);
    cairo_stroke(to);
}

void sheet::dashes(double x1, double y1, double x2, double y2, const ink& colour) {
    cairo_t* const to = state_->context.get();
    const box from = placed({x1, y1, 0, 0}), until = placed({x2, y2, 0, 0});
    constexpr double pattern[] = {1.2 * points, 1.2 * points};
    cairo_set_source_rgb(to, colour.red, colour.green, colour.blue);
    cairo_set_line_width(to, 0.2 * points);
    cairo_set_dash(to, pattern, 2, 0);
    cairo_new_path(to);
    cairo_move_to(to, from.x, from.y);
    cairo_line_to(to, until.x, until.y);
    cairo_stroke(to);
    cairo_set_dash(to, nullptr, 0, 0);
}

void sheet::qr(const box& in, const qr_symbol& symbol) {
    cairo_t* const to = state_->context.get();
    const box at = placed(in);
    const double module = std::min(at.width, at.height) / (symbol.side + 2 * quiet_modules);
    const double left = at.x + (at.width - module * symbol.side) / 2;
    const double top = at.y + (at.height - module * symbol.side) / 2;
    cairo_set_source_rgb(to, 0, 0, 0);
    cairo_new_path(to);
    // Runs of a row as one rectangle: no hairlines between modules, whatever the printer's raster.
    for (int y = 0; y < symbol.side; ++y) {
        for (int x = 0; x < symbol.side;) {
            int end = x;
            while (end < symbol.side && symbol.at(end, y)) ++end;
            if (end > x) cairo_rectangle(to, left + x * module, top + y * module, (end - x) * module, module);
            x = end + 1;
        }
    }
    cairo_fill(to);
}

bool sheet::lacks_letters() const {
    return state_->lacking;
}

std::string sheet::finish() {
    state& my = *state_;
    cairo_show_page(my.context.get());
    cairo_surface_finish(my.surface.get());
    if (cairo_surface_status(my.surface.get()) != CAIRO_STATUS_SUCCESS ||
        cairo_status(my.context.get()) != CAIRO_STATUS_SUCCESS) {
        throw std::runtime_error("the page could not be drawn");
    }
    return std::move(my.pdf);
}

}  // namespace mlango::wallet
