#include "console/lists/list_file.hpp"

#include <openssl/sha.h>

#include <algorithm>

#include "console/lists/list_row.hpp"

namespace mlango::console {

namespace {

constexpr std::string_view item_prefix = "item:";
constexpr std::int64_t header_row = 1;

std::string_view rule_of(csv_fault fault) {
    switch (fault) {
        case csv_fault::quotes:
            return "quotes";
        case csv_fault::too_long:
            return "row_too_long";
        case csv_fault::too_many:
            return "too_many_columns";
        case csv_fault::not_utf8:
            return "not_utf8";
        case csv_fault::none:
            break;
    }
    return {};
}

std::string column_name(std::string_view field) {
    std::string name;
    for (const char c : trimmed(field))
        name += c == ' ' ? '_' : (c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
    return name;
}

// A column's name as an error may repeat it: a header can be anything.
std::string shown(std::string_view name, std::size_t position) {
    if (read_words(name, 60) && !name.empty()) return std::string(name);
    return "#" + std::to_string(position + 1);
}

void say(list_piece& into, std::int64_t line, std::string_view column, std::string_view rule) {
    into.faults.push_back(
        boost::json::object{{"line", line}, {"column", std::string(column)}, {"rule", std::string(rule)}});
}

}  // namespace

std::vector<list_column> columns_of(const list_file_shape& shape) {
    if (shape.kind == list_file_kind::report) {
        std::vector<list_column> columns{{"outcome", true}, {"order_number"}, {"registration_number"},
                                         {"collected_on"},  {"reference"},    {"reason"}};
        if (!shape.in_kind) columns.insert(columns.end(), {{"amount"}, {"currency"}});
        return columns;
    }
    std::vector<list_column> columns{{"registration_number", true},
                                     {"valid_from", true},
                                     {"valid_to", true},
                                     {"collector"},
                                     {"order_number"},
                                     {"collection_point"},
                                     {"day"},
                                     {"opens"},
                                     {"closes"}};
    if (!shape.in_kind)
        columns.insert(columns.end(), {{"amount", true}, {"currency", shape.currency.empty()}, {"provider"}});
    return columns;
}

list_file::list_file(const list_file_shape& shape, standing from)
    : shape_(shape), reader_({}, from.place), now_(std::move(from)) {}

list_piece list_file::read(std::string_view piece) {
    list_piece made;
    reader_.read(piece, [&](const csv_record& record) { return take(record, made); });
    return made;
}

list_piece list_file::finish() {
    list_piece made;
    reader_.finish([&](const csv_record& record) { return take(record, made); });
    if (now_.columns.empty() && !made.refused) {
        say(made, header_row, "file", "missing_column");
        made.refused = true;
    }
    return made;
}

list_file::standing list_file::stands() const {
    standing out = now_;
    out.place = reader_.place();
    return out;
}

bool list_file::take(const csv_record& record, list_piece& into) {
    if (now_.columns.empty())
        take_header(record, into);
    else
        take_row(record, into);
    return !into.refused;
}

void list_file::take_header(const csv_record& record, list_piece& into) {
    if (record.fault != csv_fault::none) {
        say(into, record.row, "file", rule_of(record.fault));
        into.refused = true;
        return;
    }
    // Excel's own word about the separator, which then is used on it.
    if (!record.fields.empty() && record.fields[0].starts_with("sep=")) return;
    const std::vector<list_column> known = columns_of(shape_);
    bool items = false;
    std::vector<std::string> columns;
    for (const std::string_view field : record.fields) {
        std::string name = column_name(field);
        const bool item = name.starts_with(item_prefix) && shape_.items.contains(name.substr(item_prefix.size()));
        items = items || item;
        if (std::ranges::find(columns, name) != columns.end() && !name.empty())
            say(into, record.row, shown(name, columns.size()), "twice");
        else if (name.starts_with(item_prefix) && shape_.in_kind && !item)
            say(into, record.row, shown(name, columns.size()), "unknown_item");
        else if (!name.empty() && !(item && shape_.in_kind) &&
                 std::ranges::find(known, name, &list_column::name) == known.end())
            say(into, record.row, shown(name, columns.size()), "unknown_column");
        columns.push_back(std::move(name));
    }
    for (const list_column& one : known)
        if (one.needed && std::ranges::find(columns, one.name) == columns.end())
            say(into, record.row, one.name, "missing_column");
    const auto has = [&](std::string_view name) { return std::ranges::find(columns, name) != columns.end(); };
    if (shape_.kind == list_file_kind::list && shape_.in_kind && !items)
        say(into, record.row, "item", "missing_column");
    if (shape_.kind == list_file_kind::report && !has("order_number") && !has("registration_number"))
        say(into, record.row, "order_number", "missing_column");
    into.refused = !into.faults.empty();
    now_.columns = std::move(columns);
}

void list_file::chain(const csv_record& record) {
    std::string text(reinterpret_cast<const char*>(now_.content.data()), now_.content.size());
    for (const std::string_view field : record.fields) {
        text += trimmed(field);
        text += '\x1f';
    }
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), now_.content.data());
}

void list_file::take_row(const csv_record& record, list_piece& into) {
    const bool blank = record.fault == csv_fault::none &&
                       std::ranges::all_of(record.fields, [](std::string_view f) { return trimmed(f).empty(); });
    if (blank) return;
    if (++now_.rows > most_list_rows) {
        say(into, record.row, "file", "too_many_rows");
        into.refused = true;
        return;
    }
    chain(record);
    if (record.fault != csv_fault::none) {
        say(into, record.row, "row", rule_of(record.fault));
        into.rows.push_back(boost::json::object{{"line", record.row}, {"state", "b"}});
        return;
    }
    list_row row(shape_, now_.columns, record);
    for (const auto& [column, rule] : row.faults()) say(into, record.row, column, rule);
    into.rows.push_back(std::move(row.values()));
}

}  // namespace mlango::console
