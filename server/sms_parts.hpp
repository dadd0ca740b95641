// The first worker's part in short messages: the accounts and gateways that messages leave by, and what drains the
// outbox, turns broadcasts into messages and makes the rounds. It has PostgreSQL connections of its own, so that a
// broadcast holds up no key press. Caller: worker.
#pragma once

#include <memory>
#include <vector>

#include "base/http/client.hpp"
#include "gsm/smpp/client.hpp"
#include "handlers/broadcast_words.hpp"
#include "handlers/broadcaster.hpp"
#include "handlers/sms_desk.hpp"
#include "handlers/sms_rounds.hpp"
#include "handlers/sms_sender.hpp"
#include "registry/broadcasts.hpp"
#include "registry/pool.hpp"
#include "registry/repositories.hpp"
#include "server/config/config.hpp"

namespace mlango::server {

// Which ids an SMSC may write otherwise in its receipts.
[[nodiscard]] handlers::message_ids message_ids_of(const config& settings);

class sms_parts {
public:
    // What `rooms` and `desk` refer to outlives it; the desk's receipts go through here from now on.
    sms_parts(asio::io_context& context, const config& settings, const handlers::house& rooms, handlers::sms_desk& desk,
              http_client& client);

    void spawn(task_group& background);
    // No new messages; what is under way gets until `patience`.
    task<void> close(deadline patience);
    // Questions of verifiers are shown by it at once, beside their SMS.
    void show_questions_by(gsm::ussd_push& by) { sender_.show_questions_by(by); }
    [[nodiscard]] gsm::smpp::client* account(std::string_view name) const;

private:
    registry::pg_pool pool_;
    registry::repositories repositories_;
    registry::broadcasts broadcasts_;
    handlers::house rooms_;
    handlers::sms_desk& desk_;
    std::vector<std::unique_ptr<gsm::sms_gateway>> gateways_;
    std::vector<std::unique_ptr<gsm::smpp::client>> accounts_;
    handlers::broadcast_words words_;
    handlers::sms_sender sender_;
    handlers::broadcaster broadcaster_;
    handlers::sms_rounds rounds_;
};

}  // namespace mlango::server
