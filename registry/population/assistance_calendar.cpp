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
                const std::string_view currency = of.kind == "in_kind" ? "" : operations()[o].currency;
                lists_.push_back(
                    {static_cast<std::int64_t>(lists_.size() + 1), cycles_.size() - 1, o, currency, list_state(month)});
                first_distribution_.push_back(std::nullopt);
                if (of.kind == "cash") continue;
                first_distribution_.back() = distributions_.size();
                for (std::size_t k = 0; k < collection_points().size(); ++k) {
                    // Each programme has its week of the month; the centres take turns in it.
                    const day opens = first + days(2 + 5 * static_cast<int>(p) + static_cast<int>(k % 5));
                    distributions_.push_back({static_cast<std::int64_t>(distributions_.size() + 1), lists_.size() - 1,
                                              k, opens, opens + days(2)});
                }
            }
        }
    }
}

std::span<const std::size_t> calendar::lists_of(std::size_t programme, std::size_t operation) const {
    return by_programme_.at(programme * operations().size() + operation);
}

std::optional<std::size_t> calendar::distribution_at(std::size_t list, std::size_t point) const {
    const std::optional<std::size_t>& first = first_distribution_.at(list);
    if (!first) return std::nullopt;
    return *first + point;
}

}  // namespace mlango::registry::population
