#include "gsm/gsup/ipa.hpp"

namespace mlango::gsm::gsup {
namespace {

std::size_t number_at(std::string_view octets, std::size_t at) {
    return static_cast<std::size_t>(static_cast<unsigned char>(octets[at])) << 8 |
           static_cast<unsigned char>(octets[at + 1]);
}

void append_number(std::string& into, std::size_t value) {
    into += static_cast<char>(value >> 8);
    into += static_cast<char>(value & 0xFF);
}

}  // namespace

std::expected<std::optional<ipa_frame>, frame_too_long> take_frame(std::string_view& octets, std::size_t limit) {
    if (octets.size() < 2) return std::nullopt;
    const std::size_t length = number_at(octets, 0);
    if (length > limit) return std::unexpected(frame_too_long{});
    if (octets.size() < ipa_header_size + length) return std::nullopt;
    const ipa_frame frame{static_cast<stream>(octets[2]), octets.substr(ipa_header_size, length)};
    octets.remove_prefix(ipa_header_size + length);
    return frame;
}

void append_frame(std::string& into, stream on, std::string_view payload) {
    append_number(into, payload.size());
    into += static_cast<char>(on);
    into += payload;
}

void append_frame(std::string& into, char extension, std::string_view payload) {
    append_number(into, payload.size() + 1);
    into += static_cast<char>(stream::osmo);
    into += extension;
    into += payload;
}

std::optional<std::string_view> payload_of(const ipa_frame& frame, char extension) {
    if (frame.on != stream::osmo || frame.payload.empty() || frame.payload.front() != extension) return std::nullopt;
    return frame.payload.substr(1);
}

std::optional<ccm> ccm_of(std::string_view payload) {
    if (payload.empty()) return std::nullopt;
    return static_cast<ccm>(payload.front());
}

void append_ccm(std::string& into, ccm what) {
    const char octet = static_cast<char>(what);
    append_frame(into, stream::ccm, std::string_view(&octet, 1));
}

std::optional<std::vector<std::uint8_t>> requested_identities(std::string_view payload) {
    if (ccm_of(payload) != ccm::id_get) return std::nullopt;
    payload.remove_prefix(1);
    std::vector<std::uint8_t> tags;
    while (!payload.empty()) {
        const std::size_t length = static_cast<unsigned char>(payload.front());  // of tag and value
        if (length == 0 || payload.size() < 1 + length) return std::nullopt;
        tags.push_back(static_cast<std::uint8_t>(payload[1]));
        payload.remove_prefix(1 + length);
    }
    return tags;
}

void append_identity(std::string& into, std::string_view name) {
    std::string payload(1, static_cast<char>(ccm::id_resp));
    const auto element = [&payload](identity tag, std::string_view value) {
        append_number(payload, value.size() + 2);  // the tag and the final NUL
        payload += static_cast<char>(tag);
        payload += value;
        payload += '\0';
    };
    element(identity::serial_number, name);
    element(identity::unit_name, name);
    element(identity::unit_id, "0/0/0");
    append_frame(into, stream::ccm, payload);
}

}  // namespace mlango::gsm::gsup
