#include "gsm/smpp/tlv.hpp"

#include <limits>

namespace mlango::gsm::smpp {
namespace {

constexpr std::size_t tlv_header = 4;

std::uint8_t octet(std::string_view octets, std::size_t at) {
    return static_cast<std::uint8_t>(octets[at]);
}

bool append_number(std::string& into, std::uint16_t tag, std::uint32_t value, std::size_t width) {
    std::string_view::value_type octets[4];
    for (std::size_t i = 0; i < width; ++i) octets[i] = static_cast<char>(value >> (8 * (width - 1 - i)));
    return append_tlv(into, tag, {octets, width});
}

}  // namespace

std::optional<raw_tlv> tlv_view::take(std::string_view& rest) {
    if (rest.size() < tlv_header) return std::nullopt;
    const auto tag = static_cast<std::uint16_t>(octet(rest, 0) << 8 | octet(rest, 1));
    const auto length = static_cast<std::size_t>(octet(rest, 2) << 8 | octet(rest, 3));
    if (rest.size() - tlv_header < length) return std::nullopt;
    const raw_tlv taken{tag, rest.substr(tlv_header, length)};
    rest.remove_prefix(tlv_header + length);
    return taken;
}

bool tlv_view::is_whole() const {
    std::string_view rest = octets_;
    while (take(rest)) {
    }
    return rest.empty();
}

std::optional<std::string_view> tlv_view::find(std::uint16_t tag) const {
    std::string_view rest = octets_;
    while (const auto one = take(rest)) {
        if (one->tag == tag) return one->value;
    }
    return std::nullopt;
}

std::optional<std::uint32_t> tlv_view::find_number(std::uint16_t tag) const {
    const auto value = find(tag);
    if (!value || value->empty() || value->size() > 4) return std::nullopt;
    std::uint32_t number = 0;
    for (const char c : *value) number = number << 8 | static_cast<std::uint8_t>(c);
    return number;
}

std::optional<std::string_view> tlv_view::get(tlv_name<c_string> name) const {
    const auto value = find(name.tag);
    if (!value) return std::nullopt;
    return value->substr(0, value->find('\0'));
}

std::optional<network_error> tlv_view::get(tlv_name<network_error> name) const {
    const auto value = find(name.tag);
    if (!value || value->size() != 3) return std::nullopt;
    return network_error{octet(*value, 0), static_cast<std::uint16_t>(octet(*value, 1) << 8 | octet(*value, 2))};
}

bool append_tlv(std::string& into, std::uint16_t tag, std::string_view value) {
    if (value.size() > std::numeric_limits<std::uint16_t>::max()) return false;
    const char head[tlv_header] = {static_cast<char>(tag >> 8), static_cast<char>(tag),
                                   static_cast<char>(value.size() >> 8), static_cast<char>(value.size())};
    into.append(head, tlv_header);
    into.append(value);
    return true;
}

bool append_tlv(std::string& into, tlv_name<std::string_view> name, std::string_view value) {
    return append_tlv(into, name.tag, value);
}

bool append_tlv(std::string& into, tlv_name<c_string> name, std::string_view value) {
    value = value.substr(0, value.find('\0'));
    if (value.size() >= std::numeric_limits<std::uint16_t>::max()) return false;
    const auto length = value.size() + 1;
    const char head[tlv_header] = {static_cast<char>(name.tag >> 8), static_cast<char>(name.tag),
                                   static_cast<char>(length >> 8), static_cast<char>(length)};
    into.append(head, tlv_header);
    into.append(value);
    into += '\0';
    return true;
}

bool append_tlv(std::string& into, tlv_name<std::uint8_t> name, std::uint8_t value) {
    return append_number(into, name.tag, value, 1);
}

bool append_tlv(std::string& into, tlv_name<std::uint16_t> name, std::uint16_t value) {
    return append_number(into, name.tag, value, 2);
}

bool append_tlv(std::string& into, tlv_name<std::uint32_t> name, std::uint32_t value) {
    return append_number(into, name.tag, value, 4);
}

bool append_tlv(std::string& into, tlv_name<network_error> name, network_error value) {
    return append_number(into, name.tag, std::uint32_t{value.network} << 16 | value.code, 3);
}

}  // namespace mlango::gsm::smpp
