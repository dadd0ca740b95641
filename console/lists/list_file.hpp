// A file of a list or of a payer's report, piece by piece: its header is read once, each record becomes the row that
// migration 0017 stages (list_piece_take), and what a record breaks is said with its row, column and rule. Where it
// stands between two pieces is a value that is stored with them. Pure. Caller: uploads_door.
// Not here: whether a household exists; the registry checks that once the file is whole.
#pragma once

#include <array>
#include <boost/json.hpp>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/csv.hpp"
#include "console/lists/list_values.hpp"

namespace mlango::console {

inline constexpr std::int64_t most_list_rows = 100'000;

enum class list_file_kind { list, report };

struct list_file_shape {
    list_file_kind kind = list_file_kind::list;
    bool in_kind = false;         // the programme gives things
    std::string currency;         // of the list; empty: each row names its own
    std::set<std::string> items;  // that there are
};

// What a piece came to.
struct list_piece {
    boost::json::array rows;    // as list_piece_take reads them
    boost::json::array faults;  // {line, column, rule}
    bool refused = false;       // the header is no such file's, or there are too many rows
};

class list_file {
public:
    // What is stored between two pieces.
    struct standing {
        csv_place place;
        std::vector<std::string> columns;         // empty: the header is still to come
        std::array<unsigned char, 32> content{};  // chained over the rows as they were written
        std::int64_t rows = 0;
    };

    list_file(const list_file_shape& shape, standing from);

    [[nodiscard]] list_piece read(std::string_view piece);
    // The file is over.
    [[nodiscard]] list_piece finish();
    [[nodiscard]] standing stands() const;

private:
    bool take(const csv_record& record, list_piece& into);
    void take_header(const csv_record& record, list_piece& into);
    void take_row(const csv_record& record, list_piece& into);
    void chain(const csv_record& record);

    const list_file_shape& shape_;
    csv_reader reader_;
    standing now_;
};

// The names of the columns of one kind of file, those that must be there first. Items come beside them, as item:code.
struct list_column {
    std::string_view name;
    bool needed = false;
};
[[nodiscard]] std::vector<list_column> columns_of(const list_file_shape& shape);

}  // namespace mlango::console
