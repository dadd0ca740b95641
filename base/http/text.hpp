// Small pieces of HTTP's text that the files of this folder share.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mlango {

// ASCII letters only, as header names compare (RFC 9110 §5.1).
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b);
// nullopt: '%' without two hexadecimal digits. In forms '+' stands for a space.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);
// RFC 9110 §5.6.2.
[[nodiscard]] bool is_token(std::string_view text);
// No control character, so that it cannot end the line it is written in.
[[nodiscard]] bool is_header_value(std::string_view text);
// "Not Found" of 404; empty for a status that has no name here.
[[nodiscard]] std::string_view status_title(unsigned status);

}  // namespace mlango
