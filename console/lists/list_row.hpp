// One record of a list's file as the row that is staged, and what it breaks by itself. Pure. Caller: list_file.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/csv.hpp"
#include "console/lists/list_values.hpp"

namespace mlango::console {

struct list_file_shape;

class list_row {
public:
    // The columns are the header's; the record may have fewer fields than they, the rest is empty then.
    list_row(const list_file_shape& shape, const std::vector<std::string>& columns, const csv_record& record);

    [[nodiscard]] boost::json::object& values() { return values_; }
    [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& faults() const { return faults_; }

private:
    [[nodiscard]] std::string_view field(std::string_view column) const;
    void fault(std::string_view column, std::string_view rule);
    void need(std::string_view column);
    // Puts what `read` makes of a column that is filled.
    template <class Read>
    bool put(std::string_view column, std::string_view name, Read read);
    void read_list();
    void read_report();
    void read_money();
    void read_items();
    void read_distribution();

    const list_file_shape& shape_;
    const std::vector<std::string>& columns_;
    const csv_record& record_;
    boost::json::object values_;
    std::vector<std::pair<std::string, std::string>> faults_;
};

}  // namespace mlango::console
