// The one place that every outgoing short message passes: its words, and the check that they may be sent by SMS at all.
// An SMS is read by whoever holds the handset, lies in the operator's systems for years and is easily forwarded; so it
// never holds a PIN, a share code, a transaction or recovery code, a registration or identity number, a name of hers or
// of her children, nationality, religion, the state of her case, a word that tells what the service is, or a link that
// opens something by itself. Pure.
#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "registry/outbox.hpp"
#include "templates/edition.hpp"

namespace mlango::handlers {

// Why a text is not sent; the names stand in outbox.reason and in the log, without the text.
enum class wording_fault {
    not_wordable,         // no such text, or not one that is meant for SMS
    private_value,        // fills in a value that the menu declares private
    forbidden_word,       // of the menu's list for the language, or of any list
    registration_number,  // a household's or a person's number
    long_number,          // nine digits or more: an identity number, a share code, an account
    pin_or_code,          // a number beside a word for PIN or code
    link,                 // with a query, a fragment, a user name or a part that may be a token
    not_text,             // not UTF-8, a control character, empty or over 1,600 bytes
};
[[nodiscard]] std::string_view name_of(wording_fault fault);
// For programs: forbidden_word, long_number …
[[nodiscard]] std::string_view code_of(wording_fault fault);

// The final check of a text, whoever wrote it, in whatever language; nullopt: it may go. `declared` has the words that
// the menu forbids (templates/menus/main/forbidden.yaml).
[[nodiscard]] std::optional<wording_fault> fault_in(std::string_view text, const templates::declarations& declared);

// The key of a conversation's reply: it was worded when she was answered, and is the argument "text". "sender" is the
// short code that she wrote to, "gateway" the one that her message came by: it is asked first.
inline constexpr std::string_view conversation_text = "sms.screen";

// The words of a notice, checked: `broadcast_text` where it is of a broadcast, a reply's own, else the catalogue's text
// of the key, which begins with "sms.".
[[nodiscard]] std::expected<std::string, wording_fault> words_of(const registry::outgoing_notice& notice,
                                                                 std::string_view broadcast_text,
                                                                 const templates::edition& edition,
                                                                 std::string_view service_code);

// Empty where it has none of that name.
[[nodiscard]] std::string_view argument_of(const registry::outgoing_notice& notice, std::string_view name);

// Keys of texts that do no harm when they come twice: they tell of no event and carry no reference. Only these may be
// sent again when nobody can say whether they went. Not so a request's reference (she would think there are two), a
// warning (the second reads as a second theft, and every one of her numbers got the first), the answers to STOP and
// START (she may have changed her mind since), and nothing that staff sent to many.
[[nodiscard]] std::span<const std::string_view> harmless_twice();

}  // namespace mlango::handlers
