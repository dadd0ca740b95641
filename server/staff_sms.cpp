#include "server/staff_sms.hpp"

#include "gsm/sms_cost.hpp"
#include "handlers/broadcast_draft.hpp"

namespace mlango::server {

console::sms_shape staff_sms::shape(std::string_view language, std::string_view text) const {
    const auto& declared = editions_.current().screens.declared();
    const std::string code(settings_.operation.longest_code());
    console::sms_shape shape{.text = handlers::worded(text, code), .encoding = {}, .faults = {}};
    if (const auto cost = gsm::cost_of(shape.text)) {
        shape.encoding = gsm::encoding_name(cost->size);
        shape.units = cost->size.units;
        shape.holds = cost->size.holds;
        shape.segments = cost->size.segments;
    }
    for (const auto& fault : handlers::faults_of(language, text, declared, code)) shape.faults.emplace_back(fault.code);
    return shape;
}

std::vector<std::string> staff_sms::languages() const {
    std::vector<std::string> codes;
    for (const auto& [language, words] : editions_.current().screens.declared().forbidden) codes.push_back(language);
    return codes;
}

std::string staff_sms::default_language() const {
    return settings_.operation.default_language;
}

}  // namespace mlango::server
