#include <algorithm>
#include <array>

#include "gsm/sms_dialect.hpp"

namespace mlango::gsm {
namespace {

struct maker {
    std::string_view name;
    std::unique_ptr<sms_dialect> (*make)();
};
constexpr std::array makers{
    maker{"africastalking", make_africastalking_sms_dialect},
    maker{"infobip", make_infobip_sms_dialect},
    maker{"kannel", make_kannel_sms_dialect},
    maker{"twilio", make_twilio_sms_dialect},
};
constexpr auto names = [] {
    std::array<std::string_view, makers.size()> all;
    std::ranges::transform(makers, all.begin(), &maker::name);
    return all;
}();

}  // namespace

std::span<const std::string_view> sms_dialect_names() {
    return names;
}

std::unique_ptr<sms_dialect> make_sms_dialect(std::string_view name) {
    const auto found = std::ranges::find(makers, name, &maker::name);
    return found == makers.end() ? nullptr : found->make();
}

}  // namespace mlango::gsm
