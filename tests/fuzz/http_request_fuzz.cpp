// A request reads the same whole and cut in two, within its limits; the first byte says where the cut is.
#include <algorithm>
#include <cstdlib>

#include "base/http/reader.hpp"

namespace {

constexpr std::size_t header_limit = 512;
constexpr std::size_t body_limit = 256;

struct outcome {
    mlango::read_state state = mlango::read_state::need_more;
    std::size_t taken = 0;
    bool keep_alive = false;
};

// As a connection feeds it: what was not taken is given again with more behind it.
outcome read(std::string_view text, std::size_t cut, mlango::http_request& into) {
    mlango::request_reader reader(header_limit, body_limit);
    reader.start(into);
    outcome out;
    for (const std::size_t end : {std::min(cut, text.size()), text.size()}) {
        if (out.state != mlango::read_state::need_more) break;
        const std::string_view given = text.substr(out.taken, end - out.taken);
        const auto [taken, state] = reader.feed(given);
        if (taken > given.size()) std::abort();
        out.taken += taken;
        out.state = state;
    }
    if (out.state == mlango::read_state::complete) out.keep_alive = reader.keep_alive();
    if (out.state == mlango::read_state::fault && reader.fault_status() < 400) std::abort();
    if (into.body.size() > body_limit || into.headers.size() > mlango::http_field_limit) std::abort();
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, std::min<std::size_t>(size - 1, header_limit));
    mlango::http_request whole;
    mlango::http_request parts;
    const outcome first = read(text, text.size(), whole);
    const outcome second = read(text, data[0], parts);

    if (first.state == mlango::read_state::complete &&
        (second.state != mlango::read_state::complete || second.taken != first.taken ||
         second.keep_alive != first.keep_alive || parts.method != whole.method || parts.target != whole.target ||
         parts.body != whole.body || parts.headers.size() != whole.headers.size()))
        std::abort();

    mlango::response_reader response(body_limit, false);
    if (response.feed(text).state == mlango::read_state::need_more) (void)response.finish();
    return 0;
}
