// What is counted, as tables of the staff API: sessions by hour, screens with where people leave, languages, gateways,
// what waits and how long, messages, entitlements and what people said of them; each as JSON or CSV; and the menu's map
// with the screens' figures. Nothing here is of a person.
#pragma once

#include <string>
#include <vector>

#include "console/parts.hpp"
#include "console/route.hpp"
#include "console/words/current_words.hpp"
#include "registry/staff/figures.hpp"

namespace mlango::console {

class figures_door {
public:
    figures_door(const parts& house, current_words& words);
    [[nodiscard]] std::vector<staff_route> routes();

private:
    using question = task<registry::figure_table> (figures_door::*)(asked&, const registry::figure_period&);

    task<http_response> table(asked& what, std::string_view name, std::size_t most_days, question ask);
    task<registry::figure_table> hours(asked& what, const registry::figure_period& when);
    task<registry::figure_table> screens(asked& what, const registry::figure_period& when);
    task<registry::figure_table> gateways(asked& what, const registry::figure_period& when);
    task<registry::figure_table> languages(asked& what, const registry::figure_period& when);
    task<registry::figure_table> queues(asked& what, const registry::figure_period& when);
    task<registry::figure_table> deliveries(asked& what, const registry::figure_period& when);
    task<registry::figure_table> entitlements(asked& what, const registry::figure_period& when);
    task<http_response> map(asked& what);

    const parts& house_;
    registry::figures figures_;
    current_words& words_;
};

}  // namespace mlango::console
