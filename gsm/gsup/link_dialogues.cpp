#include "gsm/gsup/link.hpp"
#include "gsm/ussd_text.hpp"

namespace mlango::gsm::gsup {
namespace {

constexpr std::uint8_t invalid_mandatory_information = 0x60;  // TS 24.008 §10.5.5.14

// Ours is always another than hers, and hers can be told from it, whichever process sent it. One invoke of ours waits
// at a time, so its id may be used again (ITU-T Q.773).
std::uint8_t our_invoke(std::uint8_t first) {
    return first ^ 0x40;
}

return_error error_to(std::uint8_t invoke, std::uint8_t code) {
    return {.id = invoke, .code = code};
}

}  // namespace

void link::on_message(std::string_view octets, time_point now) {
    const auto read = read_message(octets);
    if (!read) {
        ++counts_.malformed;
        return;
    }
    const message& from = *read;
    if (from.type == message_type::ss_error) {
        ++counts_.errors;
        if (!from.session) return;
        const auto at = dialogues_.find({from.imsi, *from.session});
        if (at != dialogues_.end()) drop(at, false);
        return;
    }
    if (from.type != message_type::ss_request && from.type != message_type::ss_result) return;
    if (!from.session || !from.state) {
        ++counts_.malformed;
        if (from.type == message_type::ss_request) {
            message answer{.type = message_type::ss_error, .imsi = from.imsi};
            answer.cause = invalid_mandatory_information;
            answer.session = from.session;
            put(answer, now);
        }
        return;
    }
    switch (*from.state) {
        case session_state::begin:
            return on_begin(from, now);
        case session_state::go_on:
            return on_continue(from, now);
        case session_state::end:
            return on_end(from);
    }
}

void link::on_begin(const message& from, time_point now) {
    // An MSC that restarted counts from the beginning: the old dialogue is gone there.
    if (const auto old = dialogues_.find({from.imsi, *from.session}); old != dialogues_.end()) drop(old, false);
    const auto read = read_component(from.component);
    const invoke* asked = read ? std::get_if<invoke>(&*read) : nullptr;
    if (asked == nullptr) {
        ++counts_.malformed;
        return turn_away(
            from, reject{.id = std::nullopt, .problem = ussd_problem::general, .code = ussd_problem::badly_structured},
            now);
    }
    if (asked->what != operation::process_unstructured_request || !asked->text)
        return turn_away(
            from,
            reject{.id = asked->id, .problem = ussd_problem::of_invoke, .code = ussd_problem::unrecognized_operation},
            now);
    if (dialogues_.size() >= settings_.dialogue_limit) {
        ++counts_.turned_away;
        return turn_away(from, error_to(asked->id, ussd_error::system_failure), now);
    }
    ++counts_.dialogues;
    const auto at = open({from.imsi, *from.session}, turn::ours, now + settings_.reply_within);
    at->second.first_invoke = asked->id;
    press(at, from, *asked->text, true, now);
}

void link::on_continue(const message& from, time_point now) {
    auto at = dialogues_.find({from.imsi, *from.session});
    const auto read = read_component(from.component);
    if (!read) {
        ++counts_.malformed;
        if (at != dialogues_.end()) drop(at, false);
        return turn_away(
            from, reject{.id = std::nullopt, .problem = ussd_problem::general, .code = ussd_problem::badly_structured},
            now);
    }
    const auto* result = std::get_if<return_result>(&*read);
    if (result == nullptr) {
        // An error or a rejection of our screen; a phone that asks anew within a dialogue does not exist.
        if (at == dialogues_.end() || std::holds_alternative<invoke>(*read))
            ++counts_.out_of_place;
        else
            drop(at, false);
        return;
    }
    if (at == dialogues_.end()) {
        if (result->what != operation::unstructured_request || !result->text ||
            dialogues_.size() >= settings_.dialogue_limit) {
            ++counts_.out_of_place;
            return;
        }
        ++counts_.taken_over;
        at = open({from.imsi, *from.session}, turn::hers, now + settings_.silence);
        at->second.first_invoke = our_invoke(result->id);
    }
    on_answer(at, from, *result, now);
}

void link::on_end(const message& from) {
    const auto at = dialogues_.find({from.imsi, *from.session});
    if (at == dialogues_.end()) return;
    if (at->second.whose != turn::notice) return drop(at, false);
    const auto read = read_component(from.component);
    const bool shown = read && std::holds_alternative<return_result>(*read);
    events_.emplace_back(notified{.id = at->second.id, .end = shown ? notice_end::acknowledged : notice_end::refused});
    forget(at);
}

void link::on_answer(dialogue_place at, const message& from, const return_result& result, time_point now) {
    if (at->second.whose == turn::notice) {
        events_.emplace_back(notified{.id = at->second.id, .end = notice_end::acknowledged});
        return forget(at);
    }
    if (at->second.whose != turn::hers || result.id != our_invoke(at->second.first_invoke) || !result.text) {
        ++counts_.out_of_place;
        return;
    }
    press(at, from, *result.text, false, now);
}

void link::press(dialogue_place at, const message& from, const ussd_string& text, bool dials, time_point now) {
    auto decoded = decode_ussd(text.coding, text.octets);
    if (!decoded) {
        ++counts_.malformed;
        turn_away(from, error_to(at->second.first_invoke, ussd_error::unexpected_data_value), now);
        return dials ? forget(at) : drop(at, false);
    }
    at->second.message_class = from.message_class;
    await(at, turn::ours, now + settings_.reply_within);
    events_.emplace_back(key_press{
        .id = at->second.id, .imsi = from.imsi, .session = *from.session, .dials = dials, .text = std::move(*decoded)});
}

bool link::reply(dialogue_id id, std::string_view text, bool ends, time_point now) {
    const auto at = find(id);
    if (at == dialogues_.end() || at->second.whose != turn::ours) return false;
    const ussd_octets octets = encode_ussd(text);
    const ussd_string shown{.coding = octets.coding, .octets = octets.octets};
    const std::uint8_t first = at->second.first_invoke;
    const component what =
        ends ? component(return_result{.id = first, .what = operation::process_unstructured_request, .text = shown})
             : component(invoke{.id = our_invoke(first), .what = operation::unstructured_request, .text = shown});
    if (write_component(what, settings_.lengths).empty()) {
        ++counts_.too_long;
        return refuse(id, ussd_error::system_failure, now);
    }
    if (!ends) {
        send(at, message_type::ss_request, session_state::go_on, what, now);
        await(at, turn::hers, now + settings_.silence);
        return true;
    }
    send(at, message_type::ss_result, session_state::end, what, now);
    forget(at);
    return true;
}

bool link::refuse(dialogue_id id, std::uint8_t error, time_point now) {
    const auto at = find(id);
    if (at == dialogues_.end() || at->second.whose != turn::ours) return false;
    send(at, message_type::ss_result, session_state::end, error_to(at->second.first_invoke, error), now);
    forget(at);
    return true;
}

dialogue_id link::notify(std::string_view imsi, std::string_view text, std::chrono::milliseconds within,
                         time_point now) {
    if (!is_up() || dialogues_.size() >= settings_.dialogue_limit) return 0;
    const ussd_octets octets = encode_ussd(text);
    const invoke what{.id = 1,
                      .what = operation::unstructured_notify,
                      .text = ussd_string{.coding = octets.coding, .octets = octets.octets}};
    if (write_component(what, settings_.lengths).empty()) return 0;
    dialogue_key key{std::string(imsi), next_session_};
    next_session_ = 0x8000'0000 | (next_session_ + 1);
    if (dialogues_.contains(key)) return 0;
    ++counts_.notices;
    const auto at = open(std::move(key), turn::notice, now + within);
    at->second.first_invoke = what.id;
    send(at, message_type::ss_request, session_state::begin, what, now);
    return at->second.id;
}

link::dialogue_place link::open(dialogue_key key, turn whose, time_point due) {
    const auto at = dialogues_.emplace(std::move(key), dialogue{}).first;
    at->second.id = ++last_id_;
    at->second.whose = whose;
    at->second.due = due;
    keys_.emplace(at->second.id, at->first);
    due_.emplace(due, at->second.id);
    return at;
}

void link::await(dialogue_place at, turn whose, time_point due) {
    due_.erase({at->second.due, at->second.id});
    at->second.whose = whose;
    at->second.due = due;
    due_.emplace(due, at->second.id);
}

void link::drop(dialogue_place at, bool in_silence) {
    if (at->second.whose == turn::notice)
        events_.emplace_back(
            notified{.id = at->second.id, .end = in_silence ? notice_end::unconfirmed : notice_end::refused});
    else
        events_.emplace_back(dropped{.id = at->second.id, .in_silence = in_silence});
    forget(at);
}

void link::forget(dialogue_place at) {
    due_.erase({at->second.due, at->second.id});
    keys_.erase(at->second.id);
    dialogues_.erase(at);
}

void link::send(dialogue_place at, message_type type, session_state state, const component& what, time_point now) {
    const std::string octets = write_component(what, settings_.lengths);
    message out{.type = type, .imsi = at->first.first, .component = octets};
    out.message_class = at->second.message_class;
    out.session = at->first.second;
    out.state = state;
    put(out, now);
}

// Ends a session of hers that is no dialogue of ours.
void link::turn_away(const message& from, const component& with, time_point now) {
    const std::string octets = write_component(with, settings_.lengths);
    message out{.type = message_type::ss_result, .imsi = from.imsi, .component = octets};
    out.message_class = from.message_class;
    out.session = from.session;
    out.state = session_state::end;
    put(out, now);
}

void link::expire(time_point now) {
    while (!due_.empty() && due_.begin()->first <= now) {
        const auto at = find(due_.begin()->second);
        // The HLR's own memory of a dialogue is freed at once, not after its guard time.
        if (at->second.whose == turn::hers) {
            message end{.type = message_type::ss_result, .imsi = at->first.first};
            end.session = at->first.second;
            end.state = session_state::end;
            put(end, now);
        } else if (at->second.whose == turn::ours) {
            send(at, message_type::ss_result, session_state::end,
                 error_to(at->second.first_invoke, ussd_error::system_failure), now);
        }
        drop(at, true);
    }
}

link::dialogue_place link::find(dialogue_id id) {
    const auto key = keys_.find(id);
    return key == keys_.end() ? dialogues_.end() : dialogues_.find(key->second);
}

}  // namespace mlango::gsm::gsup
