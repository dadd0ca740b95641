// Values of a list's file (docs/lists.md): numbers of households and people, money, days. Each comes back in the one
// form that the registry keeps, or the rule that it breaks. Pure. Callers: list_file.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace mlango::console {

// The name of a rule (list_rules.hpp).
using rule_name = std::string_view;
template <class T>
using by_rule = std::expected<T, rule_name>;

[[nodiscard]] std::string_view trimmed(std::string_view text);

// Any written form of a registration number, as the key that all of them share: KEN-12C01234 is KEN1201234.
[[nodiscard]] by_rule<std::string> read_registration_number(std::string_view text);
[[nodiscard]] by_rule<std::string> read_individual_number(std::string_view text);
[[nodiscard]] by_rule<std::string> read_order_number(std::string_view text);

// How many decimal places a currency has (ISO 4217, active codes); nullopt: no such currency.
[[nodiscard]] std::optional<int> minor_digits(std::string_view currency);
// 8500 or 8500.50, no grouping, more than nothing; in the minor unit.
[[nodiscard]] by_rule<std::int64_t> read_amount(std::string_view text, int digits);
// As it is shown: the reverse.
[[nodiscard]] std::string amount_text(std::int64_t minor, int digits);
// 12 or 12.5, at most three decimal places, more than nothing; without trailing zeros.
[[nodiscard]] by_rule<std::string> read_quantity(std::string_view text);

[[nodiscard]] by_rule<std::string> read_day(std::string_view text);                      // ISO 8601, 2000 to 2099
[[nodiscard]] by_rule<std::string> read_time(std::string_view text);                     // HH:MM
[[nodiscard]] by_rule<std::string> read_moment(std::string_view text);                   // a day, or with a time and Z
[[nodiscard]] by_rule<std::int64_t> read_key(std::string_view text);                     // of a record
[[nodiscard]] by_rule<std::string> read_words(std::string_view text, std::size_t most);  // characters to be seen
[[nodiscard]] by_rule<std::string> read_code(std::string_view text);                     // [a-z0-9_], at most 40

}  // namespace mlango::console
