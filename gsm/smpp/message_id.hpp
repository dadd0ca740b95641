// Message ids of an SMSC, which writes the same one as "0000123A" in a response and as "4666", "123a" or "0x123A" in a
// receipt. Callers: what stores a submission's id, and what looks one up for a receipt or an answer to query_sm.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mlango::gsm::smpp {

// The one form to keep for looking up: decimal or hexadecimal (or a UUID) in lower case, without leading zeros and 0x;
// any other id as it is. Blanks around it are not part of it. At most 200 octets; longer ones are cut.
[[nodiscard]] std::string canonical_id(std::string_view id);

// The canonical forms under which the submission may have been kept, in the order to look them up: the id itself, then
// its decimal digits read as hexadecimal's number ("4666" → "123a"), then its hexadecimal digits read as decimal's
// ("123a" → "4666"), both up to 64 bit. Never empty, at most three; {""} for an id without content.
[[nodiscard]] std::vector<std::string> id_forms(std::string_view id);

}  // namespace mlango::gsm::smpp
