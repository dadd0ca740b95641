#include "gsm/sms.hpp"

namespace mlango::gsm {

bool is_final(receipt_state state) {
    switch (state) {
        case receipt_state::delivered:
        case receipt_state::failed:
        case receipt_state::expired:
        case receipt_state::rejected:
            return true;
        case receipt_state::accepted:
        case receipt_state::buffered:
        case receipt_state::not_there:
        case receipt_state::unknown:
            break;
    }
    return false;
}

std::string_view name_of(receipt_state state) {
    switch (state) {
        case receipt_state::accepted:
            return "accepted";
        case receipt_state::buffered:
            return "buffered";
        case receipt_state::delivered:
            return "delivered";
        case receipt_state::failed:
            return "failed";
        case receipt_state::expired:
            return "expired";
        case receipt_state::rejected:
            return "rejected";
        case receipt_state::not_there:
            return "not there";
        case receipt_state::unknown:
            break;
    }
    return "unknown";
}

void sms_sink::on_confirmed(std::string_view, std::string_view) {}

task<std::optional<sms_receipt>> sms_gateway::query(const sms_out&, std::string_view, deadline) {
    co_return std::nullopt;
}

}  // namespace mlango::gsm
