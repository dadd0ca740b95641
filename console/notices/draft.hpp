// A notice as the page sends it, read within bounds. Pure. Caller: notices_door.
#pragma once

#include <boost/json.hpp>
#include <expected>
#include <string>
#include <vector>

#include "console/sms_port.hpp"
#include "registry/staff/notices.hpp"

namespace mlango::console {

// What is not of the form it should have, worded; the words themselves are not looked at here.
[[nodiscard]] std::expected<registry::notice_draft, std::string> read_notice(const boost::json::object& body);

struct notice_text_fault {
    std::string language, code;
};
// What may not be sent, by language: the port's faults, "twice", and "no_text" where there is none, or none in the
// language that stands for the others.
[[nodiscard]] std::vector<notice_text_fault> faults_of(const registry::notice_draft& draft, const sms_port& sms);

}  // namespace mlango::console
