// What staff may send by SMS, by the rules of the menu that is served now. Caller: console_parts.
#pragma once

#include "console/sms_port.hpp"
#include "server/config/config.hpp"
#include "templates/edition.hpp"

namespace mlango::server {

class staff_sms : public console::sms_port {
public:
    staff_sms(const config& settings, const templates::edition_shelf& editions)
        : settings_(settings), editions_(editions) {}
    [[nodiscard]] console::sms_shape shape(std::string_view language, std::string_view text) const override;
    [[nodiscard]] std::vector<std::string> languages() const override;
    [[nodiscard]] std::string default_language() const override;

private:
    const config& settings_;
    const templates::edition_shelf& editions_;
};

}  // namespace mlango::server
