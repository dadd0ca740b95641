#include "gsm/smpp/receipt_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "gsm/sms.hpp"

namespace mlango::gsm::smpp {
namespace {

constexpr std::size_t longest_id = 64;
constexpr std::size_t longest_error = 16;
constexpr std::size_t longest_text = 1'024;  // of which fields are read
constexpr std::uint8_t receipt_bits = esm::receipt | esm::delivery_acknowledged | esm::intermediate;

struct state_word {
    std::string_view word;  // the first of a state is the one of appendix B
    message_state state;
};
constexpr auto words = std::to_array<state_word>({
    {"SCHEDLD", message_state::scheduled},
    {"SCHEDULED", message_state::scheduled},
    {"ENROUTE", message_state::enroute},
    {"EN_ROUTE", message_state::enroute},
    {"BUFFRED", message_state::enroute},
    {"BUFFERED", message_state::enroute},
    {"DELIVRD", message_state::delivered},
    {"DELIVERED", message_state::delivered},
    {"DELIVERD", message_state::delivered},
    {"EXPIRED", message_state::expired},
    {"DELETED", message_state::deleted},
    {"UNDELIV", message_state::undeliverable},
    {"UNDELIVERABLE", message_state::undeliverable},
    {"UNDELIVERED", message_state::undeliverable},
    {"FAILED", message_state::undeliverable},
    {"ACCEPTD", message_state::accepted},
    {"ACCEPTED", message_state::accepted},
    {"UNKNOWN", message_state::unknown},
    {"REJECTD", message_state::rejected},
    {"REJECTED", message_state::rejected},
    {"SKIPPED", message_state::skipped},
});

char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}
bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0';
}

bool starts_with(std::string_view text, std::string_view upper_case) {
    return text.size() >= upper_case.size() &&
           std::ranges::equal(text.substr(0, upper_case.size()), upper_case, {}, upper);
}

std::optional<message_state> state_of(std::string_view word) {
    for (const auto& [known, state] : words) {
        if (word.size() == known.size() && starts_with(word, known)) return state;
    }
    return std::nullopt;
}

std::string_view skip_blanks(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    return text;
}

// The value behind "name:", where the name begins a word and `:` may stand apart. Names in upper case.
std::optional<std::string_view> find_field(std::string_view text, std::string_view name) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool begins = at == 0 || is_blank(text[at - 1]) || text[at - 1] == ',' || text[at - 1] == ';';
        if (!begins || !starts_with(text.substr(at), name)) continue;
        std::string_view rest = skip_blanks(text.substr(at + name.size()));
        if (rest.empty() || rest.front() != ':') continue;
        rest = skip_blanks(rest.substr(1));
        const auto end = std::ranges::find_if(rest, [](char c) { return is_blank(c) || c == ',' || c == ';'; });
        const std::string_view value(rest.begin(), end);
        // "id: sub:001": the field is there and empty.
        return value.contains(':') ? std::string_view{} : value;
    }
    return std::nullopt;
}

// The fields stand before the quoted beginning of the message, which may say anything.
std::string_view before_quotation(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool begins = at == 0 || is_blank(text[at - 1]);
        if (!begins || !starts_with(text.substr(at), "TEXT")) continue;
        const std::string_view rest = skip_blanks(text.substr(at + 4));
        if (!rest.empty() && rest.front() == ':') return text.substr(0, at);
    }
    return text;
}

// A receipt is ASCII, whatever its coding: with UCS-2 every second octet is dropped.
std::string ascii_of(const message& content) {
    const std::string_view octets = content.octets().substr(0, 2 * longest_text);
    const bool is_wide = octets.size() >= 2 && octets[0] == '\0' && octets[1] != '\0';
    std::string text;
    for (std::size_t at = is_wide ? 1 : 0; at < octets.size() && text.size() < longest_text; at += is_wide ? 2 : 1) {
        text += octets[at];
    }
    return text;
}

std::string printable(std::string_view value, std::size_t limit) {
    std::string cut(value.substr(0, limit));
    std::ranges::replace_if(cut, [](char c) { return c < 0x20 || c > 0x7e; }, '?');
    return cut;
}

}  // namespace

std::string_view name_of(message_state state) {
    for (const auto& [word, of] : words) {
        if (of == state) return word;
    }
    return "UNKNOWN";
}

message_state message_state_of(std::uint8_t octet) {
    return octet <= static_cast<std::uint8_t>(message_state::skipped) ? static_cast<message_state>(octet)
                                                                      : message_state::unknown;
}

receipt_state receipt_state_of(message_state state) {
    switch (state) {
        case message_state::scheduled:
        case message_state::enroute:
            return receipt_state::buffered;
        case message_state::delivered:
            return receipt_state::delivered;
        case message_state::expired:
            return receipt_state::expired;
        case message_state::deleted:
        case message_state::undeliverable:
        case message_state::skipped:
            return receipt_state::failed;
        case message_state::accepted:
            return receipt_state::accepted;
        case message_state::rejected:
            return receipt_state::rejected;
        case message_state::unknown:
            break;
    }
    return receipt_state::unknown;
}

std::string receipt::reason() const {
    const bool has_error = error.find_first_not_of('0') != std::string::npos;
    return has_error ? fmt::format("{} err {}", name_of(state), error) : std::string(name_of(state));
}

bool is_receipt(const message& content) {
    return (content.esm_class & receipt_bits) != 0 || content.tlvs.find(tlv::receipted_message_id.tag).has_value();
}

std::optional<receipt> read_receipt(const message& content) {
    if (!is_receipt(content)) return std::nullopt;
    receipt said;
    const std::string all = ascii_of(content);
    const std::string_view text = before_quotation(all);
    const auto named = content.tlvs.get(tlv::receipted_message_id);
    said.id = printable(named && !named->empty() ? *named : find_field(text, "ID").value_or(""), longest_id);
    if (const auto state = content.tlvs.get(tlv::message_state)) {
        said.state = message_state_of(*state);
    } else if (const auto word = find_field(text, "STAT")) {
        said.state = state_of(*word).value_or(message_state::unknown);
    }
    if (const auto network = content.tlvs.get(tlv::network_error_code)) {
        said.error = fmt::format("{}-{}", network->network, network->code);
    } else {
        said.error = printable(find_field(text, "ERR").value_or(""), longest_error);
    }
    said.reference = content.tlvs.get(tlv::user_message_reference).value_or(0);
    said.is_intermediate = (content.esm_class & esm::type_mask) == esm::intermediate;
    return said;
}

std::string write_receipt_text(std::string_view id, message_state state, std::string_view error,
                               std::string_view submitted, std::string_view done) {
    return fmt::format("id:{} sub:001 dlvrd:{} submit date:{} done date:{} stat:{} err:{} text:", id,
                       state == message_state::delivered ? "001" : "000", submitted, done, name_of(state), error);
}

}  // namespace mlango::gsm::smpp
