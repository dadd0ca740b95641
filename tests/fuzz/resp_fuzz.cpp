// Any bytes from Redis, whole and in pieces: the same replies, or broken in the same way. And commands of any words are
// read back as what they are, arrays.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "sessions/resp.hpp"

namespace {

using namespace mlango::sessions;

struct printed {
    std::string operator()(redis_nil) const { return "n"; }
    std::string operator()(std::int64_t value) const { return "i" + std::to_string(value); }
    std::string operator()(const std::string& value) const { return "s" + value; }
    std::string operator()(const redis_refusal& value) const { return "r" + value.text; }
};

std::string replies_of(std::string_view data, std::size_t piece) {
    resp_reader reader(1 << 16);
    std::string found;
    for (std::size_t at = 0; at < data.size(); at += piece) {
        reader.feed(data.substr(at, piece));
        for (redis_reply reply;;) {
            const auto outcome = reader.next(reply);
            if (outcome == resp_reader::outcome::broken) return found + "|broken";
            if (outcome == resp_reader::outcome::incomplete) break;
            found += "|" + std::visit(printed{}, reply);
        }
    }
    return found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // Below the reader's limit, beyond which the size of the pieces may matter.
    const std::string_view wire(reinterpret_cast<const char*>(data), std::min<std::size_t>(size, 1 << 15));
    const auto whole = replies_of(wire, std::max<std::size_t>(1, wire.size()));
    if (replies_of(wire, 1) != whole || replies_of(wire, 7) != whole) std::abort();

    const auto half = wire.size() / 2;
    const std::string_view words[] = {wire.substr(0, half), wire.substr(half)};
    std::string command;
    append_command(command, words);
    if (!replies_of(command, 13).starts_with("|rARRAY")) std::abort();
    return 0;
}
