// What can stand in a text's placeholder. Texts format them for their language: plurals, dates, amounts.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace mlango::templates {

struct money {
    std::int64_t minor = 0;  // in the currency's minor unit
    std::string currency;    // ISO 4217
    friend bool operator==(const money&, const money&) = default;
};

using value = std::variant<std::string, std::int64_t, bool, money, std::chrono::year_month_day>;

// Named values of one screen or row; few, so looked up by walking. Names are literals or live in the menu.
class values {
public:
    values() = default;
    values(std::initializer_list<std::pair<std::string_view, value>> list) : list_(list) {}
    void set(std::string_view name, value what);
    [[nodiscard]] const value* find(std::string_view name) const;
    // True only for a bool that is set.
    [[nodiscard]] bool flag(std::string_view name) const;
    [[nodiscard]] auto begin() const { return list_.begin(); }
    [[nodiscard]] auto end() const { return list_.end(); }
    [[nodiscard]] bool empty() const { return list_.empty(); }

private:
    std::vector<std::pair<std::string_view, value>> list_;
};

}  // namespace mlango::templates
