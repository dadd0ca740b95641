// Status lists of strangers: any octets as a compressed list and as a token; and writing what was read.
#include <cstdlib>

#include "base/bytes.hpp"
#include "wallet/jose/json_text.hpp"
#include "wallet/status_list.hpp"

namespace {

using namespace mlango;
using namespace mlango::wallet;

void require(bool holds) {
    if (!holds) std::abort();
}

constexpr std::size_t most = 1 << 16;

void open(int bits, std::string_view data) {
    const auto read = status_list::from_compressed(bits, data, most);
    if (!read) return;
    require(read->octets().size() <= most);
    require(!read->get(read->size()));
    for (const auto effort : {status_list::effort::quick, status_list::effort::smallest})
        require(status_list::from_compressed(bits, read->compressed(effort), most) == *read);
}

// Sets what the octets say; the rest stays as it was.
void set(int bits, std::string_view data) {
    status_list list(bits, 300);
    std::vector<std::uint8_t> expected(list.size(), 0);
    for (std::size_t at = 0; at + 2 < data.size(); at += 3) {
        const auto octet = [&](std::size_t more) { return static_cast<unsigned char>(data[at + more]); };
        const std::size_t index = octet(0) | (octet(1) & 1U) << 8;
        const bool taken = list.set(index, octet(2));
        require(taken == (index < expected.size() && octet(2) < (1U << bits)));
        if (taken) expected[index] = octet(2);
    }
    for (std::size_t index = 0; index < expected.size(); ++index) require(list.get(index) == expected[index]);
    require(status_list::from_compressed(bits, list.compressed(status_list::effort::quick)) == list);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
    const int bits = 1 << (data[0] & 3);
    switch (data[0] >> 2 & 3) {
        case 0:
            open(bits, rest);
            break;
        case 1:
            set(bits, rest);
            break;
        case 2:
            require(!verify_status_token(rest, "u", {}, {}));
            break;
        default:
            if (const auto value = read_json(rest))
                if (const auto status = read_status_claim(*value))
                    require(read_status_claim(to_claim(*status)) == status);
    }
    return 0;
}
