// measure() and typed numbers: any bytes, and what always holds of them.
#include <cstdlib>

#include "base/bytes.hpp"
#include "gsm/msisdn.hpp"
#include "gsm/text.hpp"

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mlango::gsm;
    const std::string_view text(reinterpret_cast<const char*>(data), size);

    const text_size whole = measure(text);
    require(whole.units <= 2 * size);
    require(whole.needs == alphabet::ucs2 || mlango::is_utf8(text));
    if (whole.needs == alphabet::gsm7) {
        // The alphabet has no character of more than three bytes, and all but one have at most two.
        require(whole.units * 3 >= size);
        for (std::size_t at = 0; at <= size; ++at) {
            const text_size head = measure(text.substr(0, at));
            const text_size tail = measure(text.substr(at));
            if (head.needs == alphabet::gsm7 && tail.needs == alphabet::gsm7) {
                require(head.units + tail.units == whole.units);
            }
            if (at == 64) break;
        }
    }

    if (const auto number = msisdn::from_e164(text)) {
        require(msisdn::from_e164(number->e164()) == *number);
        require(msisdn::from_e164(number->digits()) == *number);
    }
    if (const auto number = msisdn::from_typed(text, "KE")) {
        require(msisdn::from_e164(number->e164()) == *number);
        const auto again = msisdn::from_typed(number->e164(), "KE");
        require(again && *again == *number);
    }
    return 0;
}
