// What every subject needs that asks for a change: the wish with who asks from where, its reference, the answers that
// menus know. For handler functions only.
#pragma once

#include <string>
#include <string_view>

#include "handlers/handler.hpp"

namespace mlango::handlers {

[[nodiscard]] inline answer outcome(std::string_view name) {
    return {.outcome = name, .values = {}, .rows = {}};
}

// A reference as every request screen shows it.
[[nodiscard]] inline answer referenced(std::string reference, std::string_view name = "done") {
    answer given = outcome(name);
    given.values.set("reference", std::move(reference));
    return given;
}

using phone_records = std::vector<registry::phone_record>;

// Of the phone she asks from: what staff weigh a wish by.
[[nodiscard]] int trust_of_caller(const phone_records& all, const hop_context& hop);

// Hers and her group's, with the trust still to be filled in.
[[nodiscard]] registry::change_wish wish_of(const hop_context& hop, std::string kind);

// Stores the wish once for this hop and tells her number by SMS; the reference.
task<std::string> ask(hop_context& hop, const registry::change_wish& wish);
// The same; looks up the trust first.
task<std::string> ask_from_here(hop_context& hop, registry::change_wish wish);

}  // namespace mlango::handlers
