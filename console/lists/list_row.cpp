#include "console/lists/list_row.hpp"

#include <algorithm>

#include "base/http/json_body.hpp"
#include "console/lists/list_file.hpp"

namespace mlango::console {

namespace {

constexpr std::string_view item_prefix = "item:";

}  // namespace

list_row::list_row(const list_file_shape& shape, const std::vector<std::string>& columns, const csv_record& record)
    : shape_(shape), columns_(columns), record_(record) {
    values_["line"] = record.row;
    // What stands below no name would be lost without a word.
    for (std::size_t i = 0; i < record.fields.size(); ++i)
        if ((i >= columns.size() || columns[i].empty()) && !trimmed(record.fields[i]).empty()) {
            fault("row", "too_many_columns");
            break;
        }
    if (shape.kind == list_file_kind::list)
        read_list();
    else
        read_report();
    values_["state"] = faults_.empty() ? "r" : "b";
}

std::string_view list_row::field(std::string_view column) const {
    const auto at = std::ranges::find(columns_, column);
    const auto index = static_cast<std::size_t>(at - columns_.begin());
    return index < record_.fields.size() && at != columns_.end() ? trimmed(record_.fields[index]) : std::string_view();
}

void list_row::fault(std::string_view column, std::string_view rule) {
    faults_.emplace_back(column, rule);
}

void list_row::need(std::string_view column) {
    if (field(column).empty()) fault(column, "needed");
}

template <class Read>
bool list_row::put(std::string_view column, std::string_view name, Read read) {
    const std::string_view text = field(column);
    if (text.empty()) return false;
    auto value = read(text);
    if (!value) {
        fault(column, value.error());
        return false;
    }
    values_[view(name)] = *value;
    return true;
}

void list_row::read_list() {
    for (const std::string_view one : {"registration_number", "valid_from", "valid_to"}) need(one);
    put("registration_number", "registration_key", read_registration_number);
    put("collector", "collector_number", read_individual_number);
    put("order_number", "order_number", read_order_number);
    const bool from = put("valid_from", "valid_from", read_day);
    const bool to = put("valid_to", "valid_to", read_day);
    // ISO 8601 days compare as text.
    if (from && to && field("valid_to") < field("valid_from")) fault("valid_to", "before_begin");
    read_distribution();
    if (shape_.in_kind) {
        read_items();
        if (!values_.contains("items") && faults_.empty()) fault("item", "no_items");
    } else {
        need("amount");
        read_money();
        put("provider", "provider", [](std::string_view text) { return read_words(text, 60); });
    }
}

void list_row::read_report() {
    put("order_number", "order_number", read_order_number);
    put("registration_number", "registration_key", read_registration_number);
    if (field("order_number").empty() && field("registration_number").empty()) fault("order_number", "needed");
    const std::string_view outcome = field("outcome");
    const bool handed = outcome == "collected" || outcome == "partial";
    if (outcome.empty())
        fault("outcome", "needed");
    else if (!handed && outcome != "not_collected" && outcome != "failed")
        fault("outcome", "outcome_form");
    else
        values_["outcome"] = std::string(outcome);
    if (handed) need("reference");
    put("reference", "reference", [](std::string_view text) { return read_words(text, 80); });
    put("reason", "reason", read_code);
    put("collected_on", "collected_at", read_moment);
    if (shape_.in_kind) {
        read_items();
        if (outcome == "partial" && !values_.contains("items")) fault("item", "no_items");
    } else {
        if (outcome == "partial") need("amount");
        if (!field("amount").empty()) read_money();
    }
}

void list_row::read_money() {
    const std::string_view named = field("currency");
    const std::string currency(named.empty() ? std::string_view(shape_.currency) : named);
    if (currency.empty()) {
        fault("currency", "needed");
        return;
    }
    const auto digits = minor_digits(currency);
    if (!digits) {
        fault("currency", "currency");
        return;
    }
    if (!shape_.currency.empty() && currency != shape_.currency) fault("currency", "not_of_list");
    values_["currency"] = currency;
    put("amount", "amount_minor", [&](std::string_view text) { return read_amount(text, *digits); });
}

void list_row::read_items() {
    boost::json::object items;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (!columns_[i].starts_with(item_prefix) || i >= record_.fields.size()) continue;
        const std::string_view text = trimmed(record_.fields[i]);
        if (text.empty() || text == "0") continue;
        const auto quantity = read_quantity(text);
        if (quantity)
            items[columns_[i].substr(item_prefix.size())] = *quantity;
        else
            fault(columns_[i], quantity.error());
    }
    if (!items.empty()) values_["items"] = std::move(items);
}

void list_row::read_distribution() {
    const bool point = put("collection_point", "collection_point", read_key);
    const bool day = put("day", "day", read_day);
    if (point != day && (field("collection_point").empty() || field("day").empty()))
        fault(point ? "day" : "collection_point", "together");
    const bool opens = put("opens", "opens", read_time);
    const bool closes = put("closes", "closes", read_time);
    if (field("opens").empty() != field("closes").empty()) fault(opens ? "closes" : "opens", "together");
    if ((opens || closes) && field("day").empty()) fault("day", "together");
    if (opens && closes && field("closes") <= field("opens")) fault("closes", "before_begin");
}

}  // namespace mlango::console
