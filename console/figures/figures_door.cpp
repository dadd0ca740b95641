#include "console/figures/figures_door.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/http/json_body.hpp"
#include "console/export_row.hpp"
#include "console/figures/figure_text.hpp"
#include "console/problem.hpp"

namespace mlango::console {

namespace {

constexpr std::size_t days_of_hours = 93, days_of_days = 366;

// With where each screen stands in the menu that is current, and whether people may well leave there.
void add_menu(plain_table& screens, const menu_outline& outline) {
    screens.columns.push_back({"file", false});
    screens.columns.push_back({"goal", false});
    for (auto& row : screens.rows) {
        const auto known = std::ranges::find(outline.screens, row.front(), &menu_outline::screen::name);
        row.push_back(known == outline.screens.end() ? "" : known->subject);
        row.emplace_back(known == outline.screens.end() ? "" : known->goal ? "yes" : "no");
    }
}

}  // namespace

figures_door::figures_door(const parts& house, current_words& words)
    : house_(house), figures_(house.pool, house.time), words_(words) {}

std::vector<staff_route> figures_door::routes() {
    std::vector<staff_route> all;
    const auto add = [&](std::string_view path, std::size_t most_days, question ask) {
        const std::string_view name = path.substr(path.rfind('/') + 1);
        all.push_back(
            {.method = "GET",
             .path = path,
             .permission = "statistics.view",
             .handler = [this, name, most_days, ask](asked& what) { return table(what, name, most_days, ask); }});
    };
    add("/figures/hours", days_of_hours, &figures_door::hours);
    add("/figures/screens", days_of_days, &figures_door::screens);
    add("/figures/gateways", days_of_days, &figures_door::gateways);
    add("/figures/languages", days_of_days, &figures_door::languages);
    add("/figures/queues", days_of_days, &figures_door::queues);
    add("/figures/deliveries", days_of_hours, &figures_door::deliveries);
    add("/figures/entitlements", days_of_days, &figures_door::entitlements);
    all.push_back(
        {.method = "GET", .path = "/figures/map", .permission = "statistics.view", .handler = [this](asked& what) {
             return map(what);
         }});
    return all;
}

task<http_response> figures_door::table(asked& what, std::string_view name, std::size_t most_days, question ask) {
    const auto when = period_of(what.query("from"), what.query("to"), most_days, house_.time.now());
    if (!when) co_return problem(fault::malformed, when.error());
    const std::string as = what.query("as");
    if (!as.empty() && as != "json" && as != "csv") co_return problem(fault::malformed, "as: json or csv");
    plain_table made = plain(co_await (this->*ask)(what, *when));
    if (name == "screens") add_menu(made, (co_await words_.get())->outline);
    if (as == "csv") {
        http_response file = csv_file(fmt::format("{}-{}-{}.csv", name, when->from, when->to));
        file.body = as_csv(made);
        co_return file;
    }
    co_return json_answer(
        boost::json::object{{"from", when->from}, {"to", when->to}, {"items", rows_as_json(made)}, {"next", nullptr}});
}

task<registry::figure_table> figures_door::hours(asked& what, const registry::figure_period& when) {
    return figures_.hours(what.who.id, when);
}
task<registry::figure_table> figures_door::screens(asked& what, const registry::figure_period& when) {
    return figures_.screens(what.who.id, when);
}
task<registry::figure_table> figures_door::gateways(asked& what, const registry::figure_period& when) {
    return figures_.gateways(what.who.id, when);
}
task<registry::figure_table> figures_door::languages(asked& what, const registry::figure_period& when) {
    return figures_.languages(what.who.id, when);
}
task<registry::figure_table> figures_door::queues(asked& what, const registry::figure_period&) {
    return figures_.queues(what.who.id);
}
task<registry::figure_table> figures_door::deliveries(asked& what, const registry::figure_period& when) {
    return figures_.deliveries(what.who.id, when);
}
task<registry::figure_table> figures_door::entitlements(asked& what, const registry::figure_period& when) {
    return figures_.entitlements(what.who.id, when, what.who.language);
}

task<http_response> figures_door::map(asked& what) {
    const auto when = period_of(what.query("from"), what.query("to"), days_of_days, house_.time.now());
    if (!when) co_return problem(fault::malformed, when.error());
    const auto found = co_await figures_.screens(what.who.id, *when);
    const auto held = co_await words_.get();
    std::vector<screen_count> counts;
    for (int row = 0; row < found.cells.size(); ++row) {
        const std::string_view name = found.cells.text(row, 0);
        const auto known = std::ranges::find(held->outline.screens, name, &menu_outline::screen::name);
        counts.push_back({.screen = std::string(name),
                          .shown = static_cast<std::uint64_t>(found.cells.number(row, 1)),
                          .left = static_cast<std::uint64_t>(found.cells.number(row, 4)),
                          .goal = known != held->outline.screens.end() && known->goal});
    }
    auto drawn = co_await house_.house.words->map(held->from, std::move(counts));
    if (!drawn) co_return wait_problem(2);
    http_response response;
    response.content_type = "image/svg+xml";
    response.body = std::move(*drawn);
    response.headers.push_back({"Cache-Control", "no-store"});
    co_return response;
}

}  // namespace mlango::console
