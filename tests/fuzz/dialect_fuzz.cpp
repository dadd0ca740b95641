// The USSD dialects from both sides: the first byte chooses the dialect, the rest is a body, a query, a session in an
// address, an answer, and what she types.
#include <cstdlib>

#include "base/bytes.hpp"
#include "gsm/dialect.hpp"
#include "gsm/networks.hpp"

namespace {

using namespace mlango;
using namespace mlango::gsm;

void require(bool holds) {
    if (!holds) std::abort();
}

const std::array<std::unique_ptr<ussd_dialect>, 7>& dialects() {
    static const std::array<std::unique_ptr<ussd_dialect>, 7> all = [] {
        con_end_fields by_get;
        by_get.by_get = true;
        by_get.whole_transcript = false;
        by_get.service_code.clear();
        con_end_fields piped;
        piped.separator = "|~";
        piped.network.clear();
        return std::array{make_africastalking_dialect(), make_con_end_dialect(by_get), make_con_end_dialect(piped),
                          make_hubtel_dialect(),         make_arkesel_dialect(),       make_nalo_dialect(),
                          make_infobip_dialect()};
    }();
    return all;
}

void check(const ussd_hop& hop) {
    require(hop.gateway == "fuzz");
    require(!hop.session.empty() && hop.session.size() <= 128 && is_utf8(hop.session));
    require(hop.transcript.size() <= 2'000 && is_utf8(hop.transcript));
    require(hop.input.size() <= 2'000 && is_utf8(hop.input));
    require(hop.service_code.size() <= 64 && hop.network.size() <= 64);
    require(hop.echo.size() <= 128 && is_utf8(hop.echo));
    require(hop.event == ussd_event::answer || hop.input.empty());
    require(hop.transcript.empty() || hop.input.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const ussd_dialect& dialect = *dialects()[data[0] % dialects().size()];
    const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);

    http_request request;
    for (const std::string_view method : {"POST", "GET", "session"}) {
        request.method = method == "GET" ? "GET" : "POST";
        // Infobip's address; the others read no further than the gateway.
        request.target = method == "GET"       ? "/ussd/fuzz?" + text
                         : method == "session" ? "/ussd/fuzz/session/" + text + "/response?key=demo"
                                               : "/ussd/fuzz/session/7/start?key=demo";
        request.body = method == "GET" ? "" : method == "session" ? R"({"msisdn":"254711000001","text":"1"})" : text;
        const auto hop = dialect.read(request, "fuzz");
        if (hop) {
            check(*hop);
            const bool is_over = hop->event == ussd_event::abort || hop->event == ussd_event::timeout;
            const auto reply = dialect.understand(dialect.write(*hop, {"Karibu", text.size() % 2 == 0}));
            require(reply && (is_over || (reply->text == "Karibu" && reply->ends == (text.size() % 2 == 0))));
        } else {
            require(!hop.error().message.empty() && is_utf8(hop.error().message));
            if (const auto told = dialect.write_fault(hop.error())) require(told->status == 200 && is_utf8(told->body));
        }
        if (method == "POST" && dialect.tells_ends()) {
            const auto end = dialect.read_end(request, "fuzz");
            if (end && *end) {
                check(**end);
                require((*end)->event == ussd_event::abort || (*end)->event == ussd_event::timeout);
                require((*end)->transcript.empty() && (*end)->input.empty());
            }
        }
    }

    http_response response;
    response.body = text;
    if (const auto reply = dialect.understand(response)) require(is_utf8(reply->text));

    // What a phone may type arrives as it was typed.
    if (is_utf8(text) && !text.contains('\0') && text.size() <= 1'000 && !text.empty() && !text.contains("|~")) {
        phone_hop phone{.session = "s",
                        .from = *msisdn::from_e164("+254700000001"),
                        .service_code = "*384#",
                        .network = "63902",
                        .inputs = {text},
                        .sequence = 2,
                        .event = ussd_event::answer};
        const auto hop = dialect.read(dialect.request_for(phone, "/ussd/fuzz?key=demo"), "fuzz");
        require(hop.has_value());
        if (hop->event == ussd_event::answer) {
            require((hop->identity == hop_identity::transcript ? hop->transcript : hop->input) == text);
        } else {
            require(hop->identity == hop_identity::none && text.starts_with('*') && text.ends_with('#'));
        }
    }

    if (const auto network = ip_network::parse(text)) {
        const auto base = parse_ip_address(text.substr(0, text.find('/')));
        require(base && network->holds(*base));
    }
    return 0;
}
