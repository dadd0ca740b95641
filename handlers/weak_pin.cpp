#include "handlers/weak_pin.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace mlango::handlers {

namespace {

// Those that no pattern below finds, of what lists of leaked PINs begin with.
constexpr std::array<std::string_view, 30> commonest{
    "1004",   "1010",   "1313",   "2001",       "1342",  "4200",   "6969",   "0007",   "1478",   "1029",
    "2468",   "1357",   "8520",   "7410",       "9630",  "159753", "123321", "112233", "147258", "258369",
    "142536", "102030", "121314", "1234554321", "13579", "24680",  "11223",  "12321",  "54345",  "78963"};

bool repeats_itself(std::string_view pin) {
    for (std::size_t length = 1; length <= pin.size() / 2; ++length) {
        if (pin.size() % length != 0) continue;
        bool same = true;
        for (std::size_t i = length; i < pin.size(); ++i) same = same && pin[i] == pin[i - length];
        if (same) return true;
    }
    return false;
}

// 1234, 9876, 2468; 0 stands after 9 as on the keypad.
bool runs(std::string_view pin) {
    for (const int step : {1, 2, 8, 9}) {
        bool is_run = true;
        for (std::size_t i = 1; i < pin.size(); ++i) is_run = is_run && (pin[i - 1] - '0' + step) % 10 == pin[i] - '0';
        if (is_run) return true;
    }
    return false;
}

// Doubled digits side by side (1122, 112233), and mirrored ones (1221, 123321).
bool mirrored_or_doubled(std::string_view pin) {
    const std::string back(pin.rbegin(), pin.rend());
    if (back == pin) return true;
    bool doubled = pin.size() % 2 == 0;
    for (std::size_t i = 0; doubled && i < pin.size(); i += 2) doubled = pin[i] == pin[i + 1];
    return doubled;
}

// Straight over the keypad's columns, its corners round, or its rows one below the other.
bool keypad_way(std::string_view pin) {
    static constexpr std::string_view ways[] = {"1470",   "2580",   "3690",   "0741",   "0852",   "0963",
                                                "1590",   "3570",   "0951",   "0753",   "147852", "147369",
                                                "258147", "369258", "159357", "357159", "789456", "456123",
                                                "123789", "456789", "789123", "741852", "963852"};
    static constexpr std::string_view corners = "13971397139", corners_back = "17931793179";
    return std::ranges::find(ways, pin) != std::end(ways) || corners.find(pin) != std::string_view::npos ||
           corners_back.find(pin) != std::string_view::npos;
}

int two(std::string_view pin, std::size_t at) {
    return (pin[at] - '0') * 10 + (pin[at + 1] - '0');
}
bool day(int value) {
    return value >= 1 && value <= 31;
}
bool month(int value) {
    return value >= 1 && value <= 12;
}

}  // namespace

bool is_common_pin(std::string_view pin) {
    if (repeats_itself(pin) || runs(pin) || mirrored_or_doubled(pin) || keypad_way(pin)) return true;
    if (pin.size() == 4 && (pin.starts_with("19") || pin.starts_with("20"))) return true;
    return std::ranges::find(commonest, pin) != commonest.end();
}

bool is_date_pin(std::string_view pin) {
    if (pin.size() == 4) {
        const int first = two(pin, 0), last = two(pin, 2);
        return (day(first) && month(last)) || (month(first) && day(last)) || month(last) || month(first);
    }
    if (pin.size() != 6) return false;
    const int first = two(pin, 0), middle = two(pin, 2), last = two(pin, 4);
    return (day(first) && month(middle)) || (month(first) && day(middle)) ||
           (month(first) && (middle == 19 || middle == 20)) || ((first == 19 || first == 20) && month(last));
}

bool is_of_person(std::string_view pin, std::string_view birth_date, std::span<const std::string_view> numbers) {
    if (birth_date.size() >= 10) {
        const std::string year(birth_date.substr(0, 4)), month_in(birth_date.substr(5, 2)),
            day_in(birth_date.substr(8, 2));
        const std::string short_year = year.substr(2);
        for (const std::string& y : {year, short_year})
            for (const std::string& written :
                 {day_in + month_in + y, month_in + day_in + y, y + month_in + day_in, y + day_in + month_in,
                  month_in + y, y + month_in, day_in + y, y + day_in})
                if (written.find(pin) != std::string::npos) return true;
        // Without the leading zeros: 5 March is 53.
        const auto bare = [](const std::string& part) { return part.front() == '0' ? part.substr(1) : part; };
        for (const std::string& y : {year, short_year})
            if (bare(day_in) + bare(month_in) + y == pin || bare(month_in) + bare(day_in) + y == pin) return true;
    }
    for (const auto number : numbers) {
        std::string digits;
        for (const char c : number)
            if (c >= '0' && c <= '9') digits += c;
        if (digits.find(pin) != std::string::npos) return true;
    }
    return false;
}

}  // namespace mlango::handlers
