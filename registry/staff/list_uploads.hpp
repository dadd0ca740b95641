// Files of lists and of payers' reports on their way in: pieces in order, each with the rows that became whole with it,
// one transaction a piece (migration 0017). A piece that comes twice is known by its digest. Caller: console/lists.
// Not here: what a file's bytes mean (console/lists/list_file).
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "registry/staff/lists.hpp"

namespace mlango::registry {

// What is needed to take the next piece.
struct upload_standing {
    std::string kind;   // list or report
    std::string state;  // receiving, …
    bool in_kind = false;
    std::string currency;  // of the list; may be empty
    std::set<std::string> items;
    std::int64_t next_piece = 0;
    std::string piece_digest;  // of the piece that was asked about, if it came before
    std::string place;         // JSON
    std::string unread;
    std::vector<std::string> columns;
    std::string content;  // digest over the rows so far; empty: none
    std::int64_t rows = 0;
};

struct taken_piece {
    std::int64_t number = 0;
    std::string_view digest;
    std::size_t size = 0;
    std::string place, unread;
    std::vector<std::string> columns;
    std::string_view content;
    std::string rows, faults;  // JSON
    bool refused = false;
};

// A line of the file of errors.
struct list_fault {
    std::int64_t line = 0;
    std::string column, rule;
};

class list_uploads {
public:
    list_uploads(pg_pool& pool, const clock& time) : pool_(pool), time_(time) {}

    task<list_verdict> make(staff_id who, payment_list_id list, std::string_view kind);
    // Her own only. `piece`: of whose digest it is asked.
    task<std::optional<upload_standing>> standing(staff_id who, list_upload_id upload, std::int64_t piece);
    // False: it was not the next one any more.
    task<bool> take(staff_id who, list_upload_id upload, const taken_piece& piece);
    // `pieces` with the last, empty one that ended the file.
    task<list_verdict> complete(staff_id who, list_upload_id upload, std::int64_t pieces);
    // Of a report that was checked.
    task<list_verdict> apply(staff_id who, list_upload_id upload, std::int64_t leaving_out);

    task<std::optional<std::string>> find(staff_id who, list_upload_id upload);
    task<std::optional<list_page>> rows_of(staff_id who, list_upload_id upload, std::int64_t after, int limit);
    task<std::optional<list_page>> faults_page(staff_id who, list_upload_id upload, std::int64_t after, int limit);
    // For the file, lines whole: faults of the next lines after one, until none is left. Whether she may was asked by
    // begin_faults(), which also writes it down.
    task<bool> begin_faults(staff_id who, list_upload_id upload);
    task<std::vector<list_fault>> faults(list_upload_id upload, std::int64_t after, int limit);

private:
    pg_pool& pool_;
    const clock& time_;
};

}  // namespace mlango::registry
