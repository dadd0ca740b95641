// Every form that is read is UTF-8, bounded, and reads back the same after it is encoded again.
#include <cstdlib>

#include "base/bytes.hpp"
#include "base/http/message.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto fields = mlango::parse_form(text, 16);
    if (fields) {
        if (fields->size() > 16) std::abort();
        for (const auto& [name, value] : *fields)
            if (!mlango::is_utf8(name) || !mlango::is_utf8(value) || name.size() + value.size() > size) std::abort();
        if (mlango::parse_form(mlango::encode_form(*fields), 16) != fields) std::abort();
        if (!fields->empty() && mlango::query_field(text, fields->front().first) != fields->front().second)
            std::abort();
    }
    (void)mlango::query_field(text, "key");
    return 0;
}
