#include <algorithm>
#include <cstring>

#include "gsm/smpp/pdu.hpp"

namespace mlango::gsm::smpp {
namespace {

// SMPP 3.4 §5.2, without the NUL.
constexpr std::size_t system_id_size = 15;
constexpr std::size_t password_size = 64;  // the specification has 8; SMSCs that ask for more exist
constexpr std::size_t system_type_size = 12;
constexpr std::size_t range_size = 40;
constexpr std::size_t service_type_size = 5;
constexpr std::size_t address_size = 20;
constexpr std::size_t data_address_size = 64;
constexpr std::size_t time_size = 16;
constexpr std::size_t message_id_size = 64;
constexpr std::size_t short_message_size = 255;  // 254 in 3.4, 255 in 5.0; encoders end at 140
constexpr std::size_t tlvs_size = 65'000;        // so that a frame stays below the limit that readers have

// Writes to where there is room for all of it.
class writer {
public:
    explicit writer(char* at) : at_(at) {}

    writer& octet(std::uint8_t value) {
        *at_++ = static_cast<char>(value);
        return *this;
    }
    writer& number(std::uint32_t value) {
        for (int shift = 24; shift >= 0; shift -= 8) *at_++ = static_cast<char>(value >> shift);
        return *this;
    }
    writer& octets(std::string_view value) {
        if (!value.empty()) std::memcpy(at_, value.data(), value.size());
        at_ += value.size();
        return *this;
    }
    writer& text(std::string_view value) { return octets(value).octet(0); }
    writer& address(const smpp::address& value) { return octet(value.ton).octet(value.npi).text(value.digits); }

private:
    char* at_;
};

template <class Write>
void append(std::string& into, command id, status code, std::uint32_t sequence, std::size_t body_size, Write write) {
    const std::size_t begin = into.size();
    const std::size_t length = header_size + body_size;
    into.resize_and_overwrite(begin + length,
                              [&](char* octets, std::size_t /* libstdc++ 12 gives what there is room for */) {
                                  writer to(octets + begin);
                                  to.number(static_cast<std::uint32_t>(length)).number(static_cast<std::uint32_t>(id));
                                  to.number(static_cast<std::uint32_t>(code)).number(sequence);
                                  write(to);
                                  return begin + length;
                              });
}

bool fits(std::string_view value, std::size_t limit) {
    return value.size() <= limit && value.find('\0') == std::string_view::npos;
}
bool is_time(std::string_view value) {
    return value.empty() || (value.size() == time_size && fits(value, time_size));
}
std::string_view cut(std::string_view value, std::size_t limit) {
    return value.substr(0, std::min(value.find('\0'), limit));
}

std::size_t size_of(const address& value) {
    return 3 + value.digits.size();
}
std::size_t size_of(std::string_view text) {
    return text.size() + 1;
}

// The first field that does not fit, as the status that refuses it.
status fault_of(const message& content, bool is_data) {
    const std::size_t longest = is_data ? data_address_size : address_size;
    if (!fits(content.service_type, service_type_size)) return status::rinvsertyp;
    if (!fits(content.source.digits, longest)) return status::rinvsrcadr;
    if (!fits(content.destination.digits, longest)) return status::rinvdstadr;
    if (!is_time(content.schedule)) return status::rinvsched;
    if (!is_time(content.validity)) return status::rinvexpiry;
    if (content.short_message.size() > (is_data ? 0 : short_message_size)) return status::rinvmsglen;
    if (content.tlvs.octets().size() > tlvs_size) return status::rinvtlvlen;
    return status::rok;
}

}  // namespace

void append_header(std::string& into, command id, status code, std::uint32_t sequence, tlv_view tlvs) {
    append(into, id, code, sequence, tlvs.octets().size(), [&](writer& to) { to.octets(tlvs.octets()); });
}

written append_message(std::string& into, command id, std::uint32_t sequence, const message& content) {
    const bool is_data = id == command::data_sm;
    if (const status fault = fault_of(content, is_data); fault != status::rok) return std::unexpected(fault);
    const std::size_t common = size_of(content.service_type) + size_of(content.source) + size_of(content.destination) +
                               content.tlvs.octets().size();
    if (is_data) {
        append(into, id, status::rok, sequence, common + 3, [&](writer& to) {
            to.text(content.service_type).address(content.source).address(content.destination);
            to.octet(content.esm_class).octet(content.registered_delivery).octet(content.data_coding);
            to.octets(content.tlvs.octets());
        });
        return {};
    }
    const std::size_t size =
        common + size_of(content.schedule) + size_of(content.validity) + content.short_message.size() + 8;
    append(into, id, status::rok, sequence, size, [&](writer& to) {
        to.text(content.service_type).address(content.source).address(content.destination);
        to.octet(content.esm_class).octet(content.protocol_id).octet(content.priority);
        to.text(content.schedule).text(content.validity);
        to.octet(content.registered_delivery).octet(content.replace_if_present);
        to.octet(content.data_coding).octet(content.default_message_id);
        to.octet(static_cast<std::uint8_t>(content.short_message.size())).octets(content.short_message);
        to.octets(content.tlvs.octets());
    });
    return {};
}

written append_bind(std::string& into, command id, std::uint32_t sequence, const bind_request& request) {
    if (!fits(request.system_id, system_id_size)) return std::unexpected(status::rinvsysid);
    if (!fits(request.password, password_size)) return std::unexpected(status::rinvpaswd);
    if (!fits(request.system_type, system_type_size)) return std::unexpected(status::rinvsystyp);
    if (!fits(request.range.digits, range_size)) return std::unexpected(status::rbindfail);
    const std::size_t size = size_of(request.system_id) + size_of(request.password) + size_of(request.system_type) + 1 +
                             size_of(request.range);
    append(into, id, status::rok, sequence, size, [&](writer& to) {
        to.text(request.system_id).text(request.password).text(request.system_type);
        to.octet(request.interface_version).address(request.range);
    });
    return {};
}

written append_outbind(std::string& into, std::uint32_t sequence, const outbind_request& request) {
    if (!fits(request.system_id, system_id_size)) return std::unexpected(status::rinvsysid);
    if (!fits(request.password, password_size)) return std::unexpected(status::rinvpaswd);
    append(into, command::outbind, status::rok, sequence, size_of(request.system_id) + size_of(request.password),
           [&](writer& to) { to.text(request.system_id).text(request.password); });
    return {};
}

written append_query(std::string& into, std::uint32_t sequence, const query_request& request) {
    if (!fits(request.message_id, message_id_size)) return std::unexpected(status::rinvmsgid);
    if (!fits(request.source.digits, address_size)) return std::unexpected(status::rinvsrcadr);
    const std::size_t size = size_of(request.message_id) + size_of(request.source) + request.tlvs.octets().size();
    append(into, command::query_sm, status::rok, sequence, size,
           [&](writer& to) { to.text(request.message_id).address(request.source).octets(request.tlvs.octets()); });
    return {};
}

written append_cancel(std::string& into, std::uint32_t sequence, const cancel_request& request) {
    if (!fits(request.service_type, service_type_size)) return std::unexpected(status::rinvsertyp);
    if (!fits(request.message_id, message_id_size)) return std::unexpected(status::rinvmsgid);
    if (!fits(request.source.digits, address_size)) return std::unexpected(status::rinvsrcadr);
    if (!fits(request.destination.digits, address_size)) return std::unexpected(status::rinvdstadr);
    const std::size_t size = size_of(request.service_type) + size_of(request.message_id) + size_of(request.source) +
                             size_of(request.destination);
    append(into, command::cancel_sm, status::rok, sequence, size, [&](writer& to) {
        to.text(request.service_type).text(request.message_id).address(request.source).address(request.destination);
    });
    return {};
}

written append_replace(std::string& into, std::uint32_t sequence, const replace_request& request) {
    if (!fits(request.message_id, message_id_size)) return std::unexpected(status::rinvmsgid);
    if (!fits(request.source.digits, address_size)) return std::unexpected(status::rinvsrcadr);
    if (!is_time(request.schedule)) return std::unexpected(status::rinvsched);
    if (!is_time(request.validity)) return std::unexpected(status::rinvexpiry);
    if (request.short_message.size() > short_message_size) return std::unexpected(status::rinvmsglen);
    if (request.tlvs.octets().size() > tlvs_size) return std::unexpected(status::rinvtlvlen);
    const std::size_t size = size_of(request.message_id) + size_of(request.source) + size_of(request.schedule) +
                             size_of(request.validity) + 3 + request.short_message.size() +
                             request.tlvs.octets().size();
    append(into, command::replace_sm, status::rok, sequence, size, [&](writer& to) {
        to.text(request.message_id).address(request.source).text(request.schedule).text(request.validity);
        to.octet(request.registered_delivery).octet(request.default_message_id);
        to.octet(static_cast<std::uint8_t>(request.short_message.size())).octets(request.short_message);
        to.octets(request.tlvs.octets());
    });
    return {};
}

written append_alert(std::string& into, std::uint32_t sequence, const alert_notice& notice) {
    if (!fits(notice.source.digits, data_address_size)) return std::unexpected(status::rinvsrcadr);
    if (!fits(notice.esme.digits, data_address_size)) return std::unexpected(status::rinvdstadr);
    if (notice.tlvs.octets().size() > tlvs_size) return std::unexpected(status::rinvtlvlen);
    const std::size_t size = size_of(notice.source) + size_of(notice.esme) + notice.tlvs.octets().size();
    append(into, command::alert_notification, status::rok, sequence, size,
           [&](writer& to) { to.address(notice.source).address(notice.esme).octets(notice.tlvs.octets()); });
    return {};
}

void append_bind_response(std::string& into, command id, status code, std::uint32_t sequence,
                          const bind_response& response) {
    const std::string_view system_id = cut(response.system_id, system_id_size);
    append(into, id, code, sequence, size_of(system_id) + response.tlvs.octets().size(),
           [&](writer& to) { to.text(system_id).octets(response.tlvs.octets()); });
}

void append_message_response(std::string& into, command id, status code, std::uint32_t sequence,
                             const message_response& response) {
    const std::string_view message_id = cut(response.message_id, message_id_size);
    append(into, id, code, sequence, size_of(message_id) + response.tlvs.octets().size(),
           [&](writer& to) { to.text(message_id).octets(response.tlvs.octets()); });
}

void append_query_response(std::string& into, status code, std::uint32_t sequence, const query_response& response) {
    const std::string_view message_id = cut(response.message_id, message_id_size);
    const std::string_view final_date = cut(response.final_date, time_size);
    const std::size_t size = size_of(message_id) + size_of(final_date) + 2 + response.tlvs.octets().size();
    append(into, command::query_sm_resp, code, sequence, size, [&](writer& to) {
        to.text(message_id).text(final_date).octet(response.state).octet(response.error_code);
        to.octets(response.tlvs.octets());
    });
}

}  // namespace mlango::gsm::smpp
