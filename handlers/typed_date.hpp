// A day as people type it on a keypad: 05062019, 5/6/2019, 5-6-19. Caller: reports. Not for times or day names.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace mlango::handlers {

// The day comes first, then the month, then the year; eight digits may also begin with the year (20190605), because the
// two can not be confused. One of / - . , or spaces may stand between. A year of two digits is the latest that is not
// after `today`. Nothing for a day that does not exist, lies after `today` or before 1900. ASCII digits only: the
// engine has made them so.
[[nodiscard]] std::optional<std::chrono::year_month_day> typed_date(std::string_view typed,
                                                                    std::chrono::year_month_day today);

}  // namespace mlango::handlers
