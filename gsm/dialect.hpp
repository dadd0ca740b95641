// A USSD dialect: how one kind of HTTP gateway words a hop and wants its answer. Pure codec, both sides: the server
// reads requests and writes answers; the phone simulator, the terminal phone and the load generator write requests and
// read answers. A dialect is one file in gsm/dialects.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/http/message.hpp"
#include "gsm/ussd.hpp"

namespace mlango::gsm {

// A request that is not of the dialect's form. `message` says what is wrong and what to send, without its content.
struct dialect_fault {
    unsigned status = 400;
    std::string message;
};

// What a phone does next, for the side that plays the gateway.
struct phone_hop {
    std::string session;
    msisdn from;
    std::string service_code;
    std::string network;
    std::vector<std::string> inputs;  // all so far; empty on the first hop
    std::uint64_t sequence = 1;
    ussd_event event = ussd_event::begin;
};

class ussd_dialect {
public:
    virtual ~ussd_dialect() = default;
    [[nodiscard]] virtual std::string_view name() const = 0;

    // The server's side. `gateway` goes into ussd_hop::gateway.
    [[nodiscard]] virtual std::expected<ussd_hop, dialect_fault> read(const http_request& request,
                                                                      std::string_view gateway) const = 0;
    // `hop` is given without its transcript and input.
    [[nodiscard]] virtual http_response write(const ussd_hop& hop, const ussd_reply& reply) const = 0;

    // Whether this kind of gateway tells us the end of a session by a request of its own (POST /ussd/{gateway}/end).
    [[nodiscard]] virtual bool tells_ends() const { return false; }
    // Such a request as an abort or timeout hop; nullopt when the session had its regular end. Asked only when
    // tells_ends().
    [[nodiscard]] virtual std::expected<std::optional<ussd_hop>, dialect_fault> read_end(
        const http_request& request, std::string_view gateway) const;

    // The gateway's side. `target` is path and query of the endpoint, "/ussd/{gateway}?key=…", for every event; with
    // tells_ends() a hop whose event is abort or timeout goes to its "/end". Without, such a hop is not to be asked
    // for.
    [[nodiscard]] virtual http_request request_for(const phone_hop& hop, std::string_view target) const = 0;
    [[nodiscard]] virtual std::expected<ussd_reply, dialect_fault> understand(const http_response& response) const = 0;
};

// Africa's Talking: POST form sessionId, phoneNumber, networkCode, serviceCode, text; answer "CON …" or "END …".
[[nodiscard]] std::unique_ptr<ussd_dialect> make_africastalking_dialect();

// The CON/END look-alikes: the same answer with renamed fields, by GET or POST form, with the whole transcript or only
// the last input.
struct con_end_fields {
    std::string name = "con_end";
    bool by_get = false;
    std::string session = "sessionId";
    std::string msisdn = "phoneNumber";
    std::string service_code = "serviceCode";  // empty: not sent
    std::string network = "networkCode";       // empty: not sent
    std::string input = "text";
    bool whole_transcript = true;
    std::string separator = "*";
    std::string continue_prefix = "CON ";
    std::string end_prefix = "END ";
};
[[nodiscard]] std::unique_ptr<ussd_dialect> make_con_end_dialect(con_end_fields fields);

}  // namespace mlango::gsm
