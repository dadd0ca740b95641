// A language as a table for its translator: one row a text, in a spreadsheet's own form (CSV, RFC 4180, UTF-8 with a
// byte order mark, by which spreadsheets know it). Only the column that is named by the language's code is read back.
// Pure; caller: `mlango texts`.
#pragma once

#include <expected>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "templates/source.hpp"

namespace mlango::templates {

// What a text becomes at its longest.
struct text_extent {
    std::size_t characters = 0;
    std::size_t segments = 0;  // screens or SMS
};

using table_faults = std::vector<std::string>;

// Columns: key, English (the fallback's words), note, room (characters; empty: none stated), the language's code (its
// words; empty: not translated), longest, segments. Rows in the order of the fallback's file. `extent` is asked for the
// texts that the language has. Faults: a language without a file, a file that is no YAML.
[[nodiscard]] std::expected<std::string, table_faults> export_table(
    const sources& from, std::string_view fallback, std::string_view code,
    const std::function<text_extent(std::string_view key)>& extent);

struct imported_table {
    std::string file;  // the language's YAML
    std::size_t changed = 0;
    std::vector<std::string> untranslated;  // keys without words
};

// The language's file with the words of the table, in the order of the fallback's; everything above its `texts:` stays
// as it is. A text that the table does not have keeps its words; an empty cell has none. The cells may be parted by
// comma, semicolon or tab. Faults, each with its row as a spreadsheet counts them: an unknown or repeated key, a
// pattern that breaks, a placeholder too many or too few, a branch of a select that the fallback does not have.
[[nodiscard]] std::expected<imported_table, table_faults> import_table(const sources& from, std::string_view fallback,
                                                                       std::string_view code, std::string_view csv);

}  // namespace mlango::templates
