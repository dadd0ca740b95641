// CAMARA SIM Swap 2.x and Number Recycling 0.2, `check` of each, and the OAuth 2.0 token that they want: what is sent
// and what comes back. Pure. Caller: client.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gsm/msisdn.hpp"

namespace mlango::gsm::camara {

// What an operator says; unknown when it does not know the number, may not tell, or did not answer.
enum class answer : std::uint8_t { unknown, no, yes };

// `hours` 1 to 2400 (SIM Swap §check, maxAge).
inline constexpr int longest_hours = 2'400;
[[nodiscard]] std::string sim_swap_body(msisdn number, int hours);
// Since that day (Number Recycling, specifiedDate): the last one on which she was surely behind the number.
[[nodiscard]] std::string number_recycling_body(msisdn number, std::chrono::year_month_day since);

enum class reply_kind : std::uint8_t {
    told,          // value is set
    out_of_range,  // the operator may not look so far back: ask for less
    not_known,     // it has no such number, or does not serve it
    not_allowed,   // the token is missing or old: get another
    refused,       // it will not tell us, whatever we do
    busy,          // too many questions, or it is out of order
    broken,        // no answer of the form
};
struct check_reply {
    reply_kind kind = reply_kind::broken;
    bool value = false;
};
// `member`: swapped, phoneNumberRecycled.
[[nodiscard]] check_reply read_check(unsigned status, std::string_view body, std::string_view member);
inline constexpr std::string_view swapped_member = "swapped";
inline constexpr std::string_view recycled_member = "phoneNumberRecycled";

// RFC 6749 §4.4.2, RFC 6749 §2.3.1 for the credentials.
[[nodiscard]] std::string token_body(std::string_view scope);
[[nodiscard]] std::string basic_credentials(std::string_view client_id, std::string_view client_secret);
struct access_token {
    std::string value;
    std::chrono::seconds life{0};
};
// nullopt: no bearer token that fits a header.
[[nodiscard]] std::optional<access_token> read_token(unsigned status, std::string_view body);

}  // namespace mlango::gsm::camara
