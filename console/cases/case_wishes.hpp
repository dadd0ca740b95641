// What the staff API's callers send about case updates, read within bounds, and how an outcome is told. Pure. Callers:
// cases_door.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "console/route.hpp"
#include "registry/staff/case_updates.hpp"

namespace mlango::console {

// Of a query: state, kind, due, channel, reference, office, trust, older_than. The fault names the field.
[[nodiscard]] std::expected<registry::case_filter, std::string> filter_of_query(const asked& from);
// The same of an object of a body.
[[nodiscard]] std::expected<registry::case_filter, std::string> filter_of_object(const boost::json::object& given);

// "revision" of a body: what was looked at.
[[nodiscard]] std::expected<std::int64_t, std::string> revision_of(const boost::json::object& body);
// "evidence", a list of words; absent: empty.
[[nodiscard]] std::expected<std::vector<std::string>, std::string> evidence_of(const boost::json::object& body);

// 200 with outcome, state and revision, or the problem that the outcome is.
[[nodiscard]] http_response answer_of(const registry::case_turn& turn);

}  // namespace mlango::console
