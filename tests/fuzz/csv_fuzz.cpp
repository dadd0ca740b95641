// Any file, whole and in pieces with the reader stored and taken up between them: the same records, in bounded memory.
// And what is written is read back.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/bytes.hpp"
#include "base/csv.hpp"

namespace {

using namespace mlango;

constexpr csv_limits limits{.record_bytes = 60, .fields = 5};

std::string records_of(std::string_view data, std::size_t piece) {
    std::string found;
    std::int64_t last = 0;
    const auto take = [&](const csv_record& record) {
        if (record.row <= last || record.fields.size() > limits.fields) std::abort();
        if ((record.fault == csv_fault::none) == record.fields.empty()) std::abort();
        last = record.row;
        found += std::to_string(record.row) + '!' + std::to_string(static_cast<int>(record.fault));
        for (const std::string_view field : record.fields) (found += '|') += field;
        return true;
    };
    csv_place where;
    for (std::size_t at = 0; at < data.size(); at += piece) {
        csv_reader reader(limits, where);
        reader.read(data.substr(at, piece), take);
        where = reader.place();
        if (where.unread.size() > limits.record_bytes) std::abort();
    }
    csv_reader(limits, where).finish(take);
    return found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto whole = records_of(text, std::max<std::size_t>(1, size));
    if (records_of(text, 1) != whole || records_of(text, 7) != whole) std::abort();

    const std::string_view one = text.substr(0, size / 2), two = text.substr(size / 2);
    if (!is_utf8(one) || !is_utf8(two)) return 0;
    std::string written;
    append_csv_record(written, {"x", one, two});
    bool back = false;
    csv_reader reader({.record_bytes = written.size(), .fields = 3});
    reader.read(written, [&](const csv_record& record) {
        back = record.fields.size() == 3 && record.fields[1].ends_with(one) && record.fields[2].ends_with(two);
        return true;
    });
    if (!back) std::abort();
    return 0;
}
