// A USSD dialect: how one kind of HTTP gateway words a hop and wants its answer. Pure codec, both sides: the server
// reads requests and writes answers; the phone simulator, the terminal phone and the load generator write requests and
// read answers. A dialect is one file in gsm/dialects.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <span>
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

// An address below /ussd/{gateway} that a kind of gateway calls.
struct dialect_address {
    enum class purpose {
        hop,     // read() and write()
        end,     // read_end() and write_end()
        status,  // write_status(): whether a session is still going on
    };
    std::string_view method;
    std::string_view path;  // as of an http_route: "", "/end", "/session/{session}/start"
    purpose what = purpose::hop;
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

    // What its gateways and the networks behind them usually carry; the configuration may say otherwise.
    [[nodiscard]] virtual gateway_profile profile() const { return {}; }
    // Each with its method; they live as long as the program. Others are 404. Here POST and GET of /ussd/{gateway}
    // itself, of which read() may refuse one.
    [[nodiscard]] virtual std::span<const dialect_address> addresses() const;

    // The server's side. `gateway` goes into ussd_hop::gateway. A hop may also be the end of a session.
    [[nodiscard]] virtual std::expected<ussd_hop, dialect_fault> read(const http_request& request,
                                                                      std::string_view gateway) const = 0;
    // `hop` is given without its transcript and input. Of the end of a session, `reply` says nothing.
    [[nodiscard]] virtual http_response write(const ussd_hop& hop, const ussd_reply& reply) const = 0;
    // nullopt: a problem document (RFC 9457) with the fault's status.
    [[nodiscard]] virtual std::optional<http_response> write_fault(const dialect_fault&) const { return std::nullopt; }

    // Whether this kind of gateway tells us the end of a session, at an address of its own or as a hop.
    [[nodiscard]] virtual bool tells_ends() const { return false; }
    // The request at the address of ends, as an abort or timeout hop; nullopt when there is nothing to end.
    [[nodiscard]] virtual std::expected<std::optional<ussd_hop>, dialect_fault> read_end(
        const http_request& request, std::string_view gateway) const;
    [[nodiscard]] virtual http_response write_end() const { return {}; }
    [[nodiscard]] virtual http_response write_status() const { return {}; }

    // The gateway's side. `target` is path and query of the endpoint, "/ussd/{gateway}?key=…", for every event; the
    // request's own may lie below it. A hop whose event is abort or timeout may only be asked for with tells_ends().
    [[nodiscard]] virtual http_request request_for(const phone_hop& hop, std::string_view target) const = 0;
    [[nodiscard]] virtual std::expected<ussd_reply, dialect_fault> understand(const http_response& response) const = 0;
};

// Africa's Talking: POST form sessionId, phoneNumber, networkCode, serviceCode, text; answer "CON …" or "END …".
[[nodiscard]] std::unique_ptr<ussd_dialect> make_africastalking_dialect();

// Hubtel Programmable Services: POST JSON SessionId, Type, Message, Mobile, Sequence, …; the hops are numbered.
[[nodiscard]] std::unique_ptr<ussd_dialect> make_hubtel_dialect();

// Arkesel: POST JSON sessionID, userID, newSession, msisdn, userData, network; nothing tells hops apart.
[[nodiscard]] std::unique_ptr<ussd_dialect> make_arkesel_dialect();

// Nalo: POST JSON USERID, MSISDN, USERDATA, MSGTYPE, NETWORK, SESSIONID; screens of 120 characters.
[[nodiscard]] std::unique_ptr<ussd_dialect> make_nalo_dialect();

// Infobip: JSON at session/{session}/start, response, end and status; faults are told with status 200.
[[nodiscard]] std::unique_ptr<ussd_dialect> make_infobip_dialect();

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
