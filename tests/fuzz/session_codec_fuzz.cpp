// Any bytes: decode refuses them or gives a session within the bounds that survives another round.
#include <cstdint>
#include <cstdlib>

#include "sessions/session.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mlango::sessions;
    const auto found = decode({reinterpret_cast<const char*>(data), size});
    if (!found) return 0;
    if (!within_bounds(*found)) std::abort();
    const auto again = decode(encode(*found));
    if (!again || *again != *found) std::abort();
    return 0;
}
