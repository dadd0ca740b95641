#include "console/lists/list_rules.hpp"

#include <algorithm>

namespace mlango::console {

namespace {

constexpr list_rule rules[] = {
    {"already_collected", "It was reported as collected before, and the two do not agree"},
    {"already_entitled", "The household has this cycle's regular assistance from another list"},
    {"amount_form", "Write digits with a point at most, as 8500 or 8500.50"},
    {"before_begin", "The last day is before the first, or closing before opening"},
    {"code_form", "Write small letters, digits and _ only, at most 40"},
    {"control_character", "There is a character in it that can not be seen"},
    {"currency", "No currency of ISO 4217 has this code"},
    {"day_form", "Write the day as 2026-03-01"},
    {"differs", "This reference was reported before, with something else handed out"},
    {"future", "It is in the future"},
    {"more_than_entitled", "With what was handed out before it is more than what the household is to have"},
    {"needed", "It may not be empty"},
    {"no_items", "There is no item with a quantity"},
    {"no_principal", "The household has no principal applicant; name a collector"},
    {"no_such_day", "There is no such day"},
    {"not_active", "The household's case is not active"},
    {"not_all", "With what was handed out before it is less than all: that is partial, not collected"},
    {"not_cash", "The programme gives things, not money"},
    {"not_in_kind", "The programme gives money, not things"},
    {"not_member", "The collector does not live in the household, or is not active"},
    {"not_of_list", "It is not the list's currency"},
    {"not_on_list", "The list has no such entitlement"},
    {"not_positive", "It must be more than 0"},
    {"not_registered", "No household of the operation has this number"},
    {"not_utf8", "The row is not in UTF-8; save the file as CSV UTF-8"},
    {"number_form", "It does not have the form of such a number"},
    {"outside_cycle", "The first day is not in the cycle"},
    {"outside_office", "The household does not live around the list's office"},
    {"outcome_form", "Write collected, partial, not_collected or failed"},
    {"quantity_form", "Write digits with a point at most, as 12 or 12.5"},
    {"quotes", "Quotation marks are not closed, or stand inside a value"},
    {"row_too_long", "The row is longer than 16 KiB"},
    {"taken", "Another entitlement has this number"},
    {"time_form", "Write the time as 08:30"},
    {"together", "The columns that belong to it must be filled, too"},
    {"too_fine", "It has more decimal places than the unit knows"},
    {"too_long", "It is too long"},
    {"too_many_columns", "The row has more columns than the header"},
    {"too_many_rows", "The file has more than 100,000 rows"},
    {"twice", "It stands in this file before"},
    {"unknown", "There is none with this number"},
    {"unknown_column", "No column has this name; take it out, or correct its name"},
    {"unknown_item", "No item has this code"},
    {"missing_column", "The column must be there"},
};

}  // namespace

std::span<const list_rule> list_rules() {
    return rules;
}

std::string_view meaning_of_rule(std::string_view name) {
    const auto* found = std::ranges::find(rules, name, &list_rule::name);
    return found == std::end(rules) ? std::string_view() : found->meaning;
}

}  // namespace mlango::console
