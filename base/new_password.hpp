// Passwords that are made for people and programs. Callers: whoever opens an account, at the command line or in the
// console.
#pragma once

#include <string>

#include "base/random.hpp"

namespace mlango {

// Four groups of five letters and digits that are not taken for one another: 98 bits, read aloud without a mistake.
[[nodiscard]] std::string new_password(random_source& random);

}  // namespace mlango
