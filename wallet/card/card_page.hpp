// The page that is printed for her: an ID-1 card to cut and fold (ISO/IEC 7810, 85.6 × 54 mm) with her credential as a
// QR code, and, on a part of its own to keep at home, the codes that give her PIN back. Draws only; nothing is stored.
// Caller: `mlango card`.
#pragma once

#include <boost/json/object.hpp>
#include <expected>
#include <string>
#include <vector>

#include "wallet/card/card_words.hpp"

namespace mlango::wallet {

struct printed_card {
    std::string service;                      // its public name; never an agency's or a status
    std::string kind;                         // of the credential
    boost::json::object facts;                // what the credential tells
    std::vector<std::string> order;           // of the facts
    std::string credential;                   // SD-JWT, what the QR code holds
    std::string valid_until;                  // YYYY-MM-DD
    std::string address;                      // where it is checked: "id.example.org/verify"
    std::string dial;                         // "*384#"
    std::vector<std::string> recovery_codes;  // digits; may be none
};

enum class card_fault {
    too_long,       // the credential does not fit a QR code that can be scanned from paper
    lacks_letters,  // no font of this machine has the language's letters
};

// The PDF, one A4 page.
[[nodiscard]] std::expected<std::string, card_fault> draw_card(const printed_card& card, const card_words& words);

}  // namespace mlango::wallet
