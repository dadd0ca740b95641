// Answers the messages that wait in the inbox, with the same menu as USSD and a session of a day. A message is acted on
// once: the session says which message it was last moved by, what handlers write carries the message's key, and so does
// the reply in the outbox; who dies in between leaves the message to whoever claims it next. One a thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "handlers/handler.hpp"
#include "handlers/house.hpp"
#include "handlers/sms_conversation.hpp"

namespace mlango::handlers {

class sms_answering {
public:
    explicit sms_answering(house& rooms);

    // Everything that waits of this number, in the order in which it came. What fails is left for later: never throws
    // because a part of us is away.
    task<void> answer_all_of(std::string e164);

    // What was left by whoever died or found a part of us away; and words that she was asked about a day ago: they go
    // to staff, since she may not have understood the question. How many. One thread of a process calls it, by run().
    task<int> sweep();
    task<void> run();

private:
    struct message_state;
    task<void> respond(const registry::claimed_sms& message);
    task<bool> try_once(message_state& at);
    task<bool> allowed(message_state& at, const sms_meaning& meant);
    task<void> opt(message_state& at, sms_keyword word);
    task<std::string> converse(message_state& at, const templates::edition& edition, sessions::session& session,
                               const sms_meaning& meant, bool fresh);
    task<void> reply(message_state& at, std::string_view language, std::string_view text);
    task<void> send_words_unasked(const registry::claimed_sms& message, const registry::callers& found);

    house& rooms_;
    counter& answered_;
    counter& silent_;
    counter& again_;
    counter& given_up_;
};

}  // namespace mlango::handlers
