#include <array>
#include <stdexcept>

#include <fmt/format.h>

#include "registry/population/assistance.hpp"

namespace mlango::registry::population {

namespace {

using std::chrono::days;
using std::chrono::months;

constexpr int months_before = 5;
constexpr int months_after = 1;

std::string_view cycle_state(int month) {
    if (month < 0) return "finished";
    return month == 0 ? "active" : "draft";
}

std::string_view list_state(int month) {
    if (month < -1) return "closed";
    if (month == -1) return "finished";
    return month == 0 ? "accepted" : "in_review";
}

}  // namespace

const std::vector<programme>& programmes() {
    static const std::vector<programme> list = {
        {1, "in_kind", {"Food", "Chakula", "Vivres", "غذاء"}, 1},
        {2, "cash", {"Cash", "Pesa taslimu", "Argent", "نقد"}, 1},
        {3, "voucher", {"Voucher", "Vocha", "Bon d'achat", "قسيمة"}, 1},
        {4, "in_kind", {"Household items", "Vifaa vya nyumba", "Articles ménagers", "لوازم منزلية"}, 3},
        {5, "in_kind", {"Soap", "Sabuni", "Savon", "صابون"}, 2},
    };
    return list;
}

const std::vector<item>& items() {
    static const std::vector<item> list = {
        {"maize_flour", "kg", {"Maize flour", "Unga wa mahindi", "Farine de maïs", "دقيق ذرة"}},
        {"beans", "kg", {"Beans", "Maharagwe", "Haricots", "فاصوليا"}},
        {"oil", "l", {"Cooking oil", "Mafuta ya kupikia", "Huile", "زيت طبخ"}},
        {"salt", "kg", {"Salt", "Chumvi", "Sel", "ملح"}},
        {"soap", "pc", {"Soap", "Sabuni", "Savon", "صابون"}},
        {"blanket", "pc", {"Blanket", "Blanketi", "Couverture", "بطانية"}},
        {"mat", "pc", {"Sleeping mat", "Mkeka", "Natte", "حصيرة"}},
        {"net", "pc", {"Mosquito net", "Chandarua", "Moustiquaire", "ناموسية"}},
        {"jerrycan", "pc", {"Jerrycan", "Jerikeni", "Jerrican", "جركن"}},
        {"kitchen_set", "kit", {"Kitchen set", "Vyombo vya jikoni", "Kit de cuisine", "طقم مطبخ"}},
        {"tarpaulin", "m", {"Plastic sheet", "Turubai", "Bâche", "مشمع"}},
    };
    return list;
}

calendar::calendar(day today) : today_(today), by_programme_(programmes().size() * operations().size()) {
    const std::chrono::year_month_day date(today);
    const std::chrono::year_month this_month(date.year(), date.month());
    for (std::size_t p = 0; p < programmes().size(); ++p) {
        const programme& of = programmes()[p];
        // Newest first, so that the lists of a programme stand in the order in which they are read.
        for (int month = months_after; month >= -months_before; --month) {
            if ((month + 12) % of.every_months != 0) continue;
            const std::chrono::year_month at = this_month + months(month);
            const day first = std::chrono::sys_days(at / 1);
            const day last = std::chrono::sys_days((at + months(of.every_months)) / 1) - days(1);
            cycles_.push_back(
                {static_cast<std::int64_t>(cycles_.size() + 1), p,
                 fmt::format("{:04}-{:02}", static_cast<int>(at.year()), static_cast<unsigned>(at.month())), first,
                 last, cycle_state(month)});
            for (std::size_t o = 0; o < operations().size(); ++o) {
                by_programme_[p * operations().size() + o].push_back(lists_.size());
                // Each programme has its week of the month.
                add_list(cycles_.size() - 1, o, "regular", list_state(month),
                         of.kind == "cash" ? std::nullopt : std::optional(first + days(2 + 5 * static_cast<int>(p))));
                if (p == 0 && month == 0) {
                    follow_up_.push_back(lists_.size());
                    add_list(cycles_.size() - 1, o, "follow_up", "accepted", today - days(1));
                }
            }
        }
    }
}

void calendar::add_list(std::size_t cycle, std::size_t operation, std::string_view type, std::string_view state,
                        std::optional<day> first_distribution) {
    const bool in_kind = programmes()[cycles_[cycle].programme].kind == "in_kind";
    const std::size_t list = lists_.size();
    lists_.push_back({static_cast<std::int64_t>(list + 1), cycle, operation, type,
                      in_kind ? "" : operations()[operation].currency, state});
    first_distribution_.push_back(std::nullopt);
    if (!first_distribution) return;
    first_distribution_.back() = distributions_.size();
    const auto [first_point, points] = points_of(operation);
    for (std::size_t k = first_point; k < first_point + points; ++k) {
        // The centres take turns in a regular distribution.
        const day on = *first_distribution + days(type == "regular" ? static_cast<int>(k % 5) : 0);
        distributions_.push_back({static_cast<std::int64_t>(distributions_.size() + 1), list, k, on});
    }
}

std::span<const std::size_t> calendar::lists_of(std::size_t programme, std::size_t operation) const {
    return by_programme_.at(programme * operations().size() + operation);
}

std::optional<std::size_t> calendar::distribution_at(std::size_t list, std::size_t point) const {
    const std::optional<std::size_t>& first = first_distribution_.at(list);
    if (!first) return std::nullopt;
    return *first + point - points_of(lists_[list].operation).first;
}

}  // namespace mlango::registry::population
