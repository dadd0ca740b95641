// A sheet cut from the input: the first bytes choose the limits, 0x01 divides the parts, 0x02 marks a line without key.
// Every rule of templates/fit.hpp is checked on every page.
#include <cstdlib>

#include "gsm/text.hpp"
#include "tests/support/fit_pages.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mlango;
    if (size < 4 || size > 2'000) return 0;
    const gsm::screen_size screen{.septets = data[0], .ucs2_units = std::min(data[0], data[1])};
    templates::sheet sheet;
    sheet.rows_a_page = data[2] % 12;
    const std::uint8_t ways = data[3];
    if ((ways & 1) != 0) sheet.back = "0 Back";
    if ((ways & 2) != 0) sheet.home = "00 Home";
    if ((ways & 4) != 0) sheet.more = (ways & 8) != 0 ? "# المزيد" : "# More";

    std::string_view rest(reinterpret_cast<const char*>(data) + 4, size - 4);
    const auto part = [&rest] {
        const std::size_t end = std::min(rest.find('\x01'), rest.size());
        const std::string_view found = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        return found;
    };
    sheet.head = part();
    while (!rest.empty()) {
        const std::string_view line = part();
        const bool row = line.starts_with('\x02');
        sheet.lines.push_back({row ? "" : "98", std::string(row ? line.substr(1) : line)});
    }
    const test::measure fits = [screen](std::string_view text) { return screen.fits(text); };
    if (!test::walk_pages(sheet, fits).broken.empty()) std::abort();
    // A start that this sheet never gave out is answered all the same.
    (void)templates::fit(sheet, static_cast<std::uint16_t>(data[0] << 8U | data[1]), fits);
    return 0;
}
