#include "base/new_password.hpp"

#include <string_view>

namespace mlango {

std::string new_password(random_source& random) {
    constexpr std::string_view letters = "abcdefghjkmnpqrstuvwxyz23456789";
    std::string out;
    for (int i = 0; i < 20; ++i) {
        if (i > 0 && i % 5 == 0) out += '-';
        out += letters[random.below(letters.size())];
    }
    return out;
}

}  // namespace mlango
