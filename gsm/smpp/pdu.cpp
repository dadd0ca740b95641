#include "gsm/smpp/pdu.hpp"

namespace mlango::gsm::smpp {
namespace {

// What is read of a field that is longer than the specification allows: enough for every id seen in the field.
constexpr std::size_t text_limit = 255;

std::uint32_t number_at(std::string_view octets, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<std::uint8_t>(octets[at + i]);
    return value;
}

// Reads fields off the front. After the first that is not there `failed` stays true and every field is empty.
class reader {
public:
    explicit reader(std::string_view octets) : rest_(octets) {}

    std::uint8_t octet() {
        if (rest_.empty()) {
            failed_ = true;
            return 0;
        }
        const auto value = static_cast<std::uint8_t>(rest_.front());
        rest_.remove_prefix(1);
        return value;
    }
    std::string_view text() {
        const std::size_t end = rest_.find('\0');
        if (end == std::string_view::npos || end > text_limit) {
            failed_ = true;
            rest_ = {};
            return {};
        }
        const std::string_view value = rest_.substr(0, end);
        rest_.remove_prefix(end + 1);
        return value;
    }
    // As text(), but the octets may end without the NUL, or be absent.
    std::string_view text_or_rest() {
        if (rest_.find('\0') != std::string_view::npos) return text();
        const std::string_view value = rest_.substr(0, text_limit);
        rest_ = {};
        return value;
    }
    // In braces, arguments are evaluated in order ([dcl.init.list]).
    smpp::address address() { return smpp::address{octet(), octet(), text()}; }
    std::string_view octets(std::size_t count) {
        if (rest_.size() < count) {
            failed_ = true;
            rest_ = {};
            return {};
        }
        const std::string_view value = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return value;
    }
    tlv_view tlvs() const { return tlv_view(rest_); }
    std::string_view rest() const { return rest_; }
    bool failed() const { return failed_; }

private:
    std::string_view rest_;
    bool failed_ = false;
};

template <class T>
std::expected<body, status> whole(const reader& from, T value) {
    if (from.failed()) return std::unexpected(status::rinvcmdlen);
    return value;
}

// 5.0 §4.1 lets a refusal leave out the mandatory parameters and still carry congestion_state.
bool is_tlvs_only(std::string_view octets, status code) {
    return code != status::rok && !octets.empty() && tlv_view(octets).is_whole();
}

query_response read_query_response(std::string_view octets, status code) {
    if (is_tlvs_only(octets, code)) return {.message_id = {}, .final_date = {}, .tlvs = tlv_view(octets)};
    reader from(octets);
    return {from.text_or_rest(), from.text_or_rest(), from.octet(), from.octet(), from.tlvs()};
}

bind_response read_bind_response(std::string_view octets, status code) {
    if (is_tlvs_only(octets, code)) return {{}, tlv_view(octets)};
    reader from(octets);
    return {from.text_or_rest(), from.tlvs()};
}

}  // namespace

std::string_view name_of(command id) {
    switch (id) {
        case command::bind_receiver:
            return "bind_receiver";
        case command::bind_transmitter:
            return "bind_transmitter";
        case command::query_sm:
            return "query_sm";
        case command::submit_sm:
            return "submit_sm";
        case command::deliver_sm:
            return "deliver_sm";
        case command::unbind:
            return "unbind";
        case command::replace_sm:
            return "replace_sm";
        case command::cancel_sm:
            return "cancel_sm";
        case command::bind_transceiver:
            return "bind_transceiver";
        case command::outbind:
            return "outbind";
        case command::enquire_link:
            return "enquire_link";
        case command::alert_notification:
            return "alert_notification";
        case command::data_sm:
            return "data_sm";
        case command::generic_nack:
            return "generic_nack";
        case command::bind_receiver_resp:
            return "bind_receiver_resp";
        case command::bind_transmitter_resp:
            return "bind_transmitter_resp";
        case command::query_sm_resp:
            return "query_sm_resp";
        case command::submit_sm_resp:
            return "submit_sm_resp";
        case command::deliver_sm_resp:
            return "deliver_sm_resp";
        case command::unbind_resp:
            return "unbind_resp";
        case command::replace_sm_resp:
            return "replace_sm_resp";
        case command::cancel_sm_resp:
            return "cancel_sm_resp";
        case command::bind_transceiver_resp:
            return "bind_transceiver_resp";
        case command::enquire_link_resp:
            return "enquire_link_resp";
        case command::data_sm_resp:
            return "data_sm_resp";
    }
    return {};
}

std::expected<std::optional<frame>, frame_fault> take_frame(std::string_view& octets, std::size_t limit) {
    if (octets.size() < 4) return std::nullopt;
    const std::size_t length = number_at(octets, 0);
    if (length < header_size) return std::unexpected(frame_fault::too_short);
    if (length > limit) return std::unexpected(frame_fault::too_long);
    if (octets.size() < length) return std::nullopt;
    const frame taken{static_cast<command>(number_at(octets, 4)), static_cast<status>(number_at(octets, 8)),
                      number_at(octets, 12), octets.substr(header_size, length - header_size)};
    octets.remove_prefix(length);
    return taken;
}

std::expected<message, status> read_message(std::string_view octets) {
    reader from(octets);
    message content{.service_type = from.text(),
                    .source = from.address(),
                    .destination = from.address(),
                    .esm_class = from.octet(),
                    .protocol_id = from.octet(),
                    .priority = from.octet(),
                    .schedule = from.text(),
                    .validity = from.text(),
                    .registered_delivery = from.octet(),
                    .replace_if_present = from.octet(),
                    .data_coding = from.octet(),
                    .default_message_id = from.octet(),
                    .short_message = {},
                    .tlvs = {}};
    const std::size_t length = from.octet();
    if (from.failed()) return std::unexpected(status::rinvcmdlen);
    content.short_message = from.octets(length);
    if (from.failed()) return std::unexpected(status::rinvmsglen);
    content.tlvs = from.tlvs();
    return content;
}

std::expected<message, status> read_data_message(std::string_view octets) {
    reader from(octets);
    message content;
    content.service_type = from.text();
    content.source = from.address();
    content.destination = from.address();
    content.esm_class = from.octet();
    content.registered_delivery = from.octet();
    content.data_coding = from.octet();
    content.tlvs = from.tlvs();
    if (from.failed()) return std::unexpected(status::rinvcmdlen);
    return content;
}

message_response read_message_response(std::string_view octets, status code) {
    if (is_tlvs_only(octets, code)) return {{}, tlv_view(octets)};
    reader from(octets);
    return {from.text_or_rest(), from.tlvs()};
}

std::expected<body, status> read_body(const frame& of) {
    reader from(of.body);
    switch (of.id) {
        case command::bind_receiver:
        case command::bind_transmitter:
        case command::bind_transceiver: {
            const bind_request request{from.text(), from.text(), from.text(), from.octet(), from.address()};
            return whole(from, request);
        }
        case command::outbind: {
            const outbind_request request{from.text(), from.text()};
            return whole(from, request);
        }
        case command::submit_sm:
        case command::deliver_sm:
            return read_message(of.body);
        case command::data_sm:
            return read_data_message(of.body);
        case command::query_sm: {
            query_request request{from.text(), from.address(), {}};
            request.tlvs = from.tlvs();
            return whole(from, request);
        }
        case command::cancel_sm: {
            const cancel_request request{from.text(), from.text(), from.address(), from.address()};
            return whole(from, request);
        }
        case command::replace_sm: {
            replace_request request{from.text(),  from.address(), from.text(), from.text(),
                                    from.octet(), from.octet(),   {},          {}};
            const std::size_t length = from.octet();
            if (from.failed()) return std::unexpected(status::rinvcmdlen);
            request.short_message = from.octets(length);
            if (from.failed()) return std::unexpected(status::rinvmsglen);
            request.tlvs = from.tlvs();
            return request;
        }
        case command::alert_notification: {
            alert_notice notice{from.address(), from.address(), {}};
            notice.tlvs = from.tlvs();
            return whole(from, notice);
        }
        case command::bind_receiver_resp:
        case command::bind_transmitter_resp:
        case command::bind_transceiver_resp:
            return read_bind_response(of.body, of.code);
        case command::submit_sm_resp:
        case command::deliver_sm_resp:
        case command::data_sm_resp:
            return read_message_response(of.body, of.code);
        case command::query_sm_resp:
            return read_query_response(of.body, of.code);
        case command::unbind:
        case command::enquire_link:
        case command::generic_nack:
        case command::unbind_resp:
        case command::enquire_link_resp:
        case command::cancel_sm_resp:
        case command::replace_sm_resp:
            return no_body{tlv_view(of.body)};
    }
    return unknown_body{of.body};
}

}  // namespace mlango::gsm::smpp
