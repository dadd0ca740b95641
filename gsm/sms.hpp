// Short messages as the conversation and the outbox see them, whatever the gateway's dialect.
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/task.hpp"
#include "gsm/msisdn.hpp"

namespace mlango::gsm {

struct sms_in {
    std::string gateway;
    std::string provider_id;  // the gateway's id of the message: the key for duplicate suppression
    msisdn from;
    std::string to;    // our short code
    std::string text;  // UTF-8, at most 1,600 bytes
};

enum class receipt_state { accepted, buffered, delivered, failed, expired, rejected, unknown };
[[nodiscard]] bool is_final(receipt_state state);
[[nodiscard]] std::string_view name_of(receipt_state state);

struct sms_receipt {
    std::string gateway;
    std::string provider_id;
    std::optional<msisdn> to;
    receipt_state state = receipt_state::unknown;
    std::string reason;  // the gateway's word, at most 64 bytes
};

class sms_sink {
public:
    virtual ~sms_sink() = default;
    // Durable when it returns; a duplicate returns as the first did. Throws only when it could not be stored, and the
    // gateway is then told to send it again.
    virtual task<void> on_message(sms_in message) = 0;
    virtual task<void> on_receipt(sms_receipt receipt) = 0;
};

struct sms_out {
    msisdn to;
    std::string sender;  // short code or alphanumeric sender
    std::string text;    // UTF-8
};

// What became of a submission. `unknown` may have been sent and must not be repeated before it is settled.
struct sms_accepted {
    std::string provider_id;
};
enum class submit_refusal { temporary, permanent, unknown };

class sms_gateway {
public:
    virtual ~sms_gateway() = default;
    virtual task<std::expected<sms_accepted, submit_refusal>> submit(const sms_out& message, deadline until) = 0;
    [[nodiscard]] virtual std::string_view name() const = 0;
};

}  // namespace mlango::gsm
