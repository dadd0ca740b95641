// The web phone's doors: the page, its JSON, and the SMS provider it plays. Each hop goes out by HTTP to our own real
// gateway endpoint, so what the page shows is what a gateway would get. For demonstrations, training and tests: who
// reaches these doors may dial as any number, therefore the server mounts them only where its configuration says so.
//
//   GET  /phone                        the page; its files below /phone/assets/{version}/
//   GET  /phone/api/setup              gateways and the people worth dialling as
//   POST /phone/api/hop                one key press by the gateway's dialect
//   GET  /phone/api/inbox?number=…     server-sent events: the last 20 SMS of the number, then each as it comes
//   POST /phone/api/sms                an SMS to the service, into /sms/{gateway}/in
//   POST /simulator/{dialect}/…        the SMS interface of each provider that a gateway has, with delivery reports:
//                                      /simulator/africastalking/version1/messaging, /simulator/kannel/cgi-bin/sendsms,
//                                      …
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/http/client.hpp"
#include "base/http/server.hpp"
#include "base/random.hpp"
#include "base/task_group.hpp"
#include "gsm/gateway.hpp"
#include "simulator/phone_inbox.hpp"
#include "simulator/phone_line.hpp"

namespace mlango::simulator {

struct web_phone_settings {
    std::string base_url = "http://127.0.0.1:8080";  // where our own server answers
    std::vector<gsm::gateway_settings> gateways;
    std::string service_code = "*384#";
    std::string short_code = "384";  // what she sends SMS to
    std::string network = "63902";
    std::chrono::milliseconds report_delay{300};  // from an SMS taken to its delivery report
};

// One for each thread's http_server; the inbox is shared by all. Everything given by reference must outlive it, and it
// must outlive the server that has its routes.
class web_phone {
public:
    web_phone(executor where, web_phone_settings settings, phone_inbox& inbox, http_client& client, const clock& time,
              random_source& random);
    ~web_phone();

    [[nodiscard]] std::vector<http_route> routes();
    // The port is known only when the server listens; before its first request.
    void answer_at(std::string base_url);

    // Ends the inbox streams, so that the server can drain, and the delivery reports under way.
    task<void> close(deadline patience);

private:
    task<http_response> hop(http_request& request);
    task<http_response> send_sms(http_request& request);
    task<http_response> take_sms(http_request& request, std::shared_ptr<const gsm::sms_dialect> provider);
    [[nodiscard]] const gsm::gateway_settings* owner_of(const gsm::played_submission& submission,
                                                        const gsm::sms_dialect& provider) const;
    http_response follow_inbox(const http_request& request);
    task<void> stream_inbox(http_stream& out, std::string number);
    task<void> report(http_request request);
    [[nodiscard]] const phone_line* line_named(std::string_view name) const;
    [[nodiscard]] std::string fresh_id(std::string_view prefix);

    executor where_;
    web_phone_settings settings_;
    phone_inbox& inbox_;
    http_client& client_;
    const clock& time_;
    random_source& random_;
    std::vector<std::unique_ptr<phone_line>> lines_;
    std::string setup_;
    std::string page_;
    std::string page_etag_;
    task_group reports_;
};

}  // namespace mlango::simulator
