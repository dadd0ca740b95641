#include "gsm/smpp/ussd_dialogues.hpp"

namespace mlango::gsm::smpp {
namespace {

std::string key_of(const msisdn& number, const std::string& session) {
    return number.digits() + "/" + session;
}

}  // namespace

ussd_news ussd_dialogues::hear(ussd_heard heard, time_point now) {
    const std::string key = key_of(heard.from, heard.session);
    if (heard.step == ussd_step::begin) {
        // Ids are used again; the dialogue before is gone in the network.
        if (const dialogue* old = by_key(key)) forget(old->shared.id);
        const dialogue* made = begin(heard, key, turn::ours, now + limits_.reply_within);
        if (made == nullptr) return ussd_ignored{};
        return ussd_press{.id = made->shared.id, .dials = true, .text = std::move(heard.text)};
    }
    dialogue* one = known(heard, key);
    if (one == nullptr) {
        if (heard.step != ussd_step::answer) return ussd_ignored{};
        one = begin(heard, key, turn::hers, now + limits_.silence);
        if (one == nullptr) return ussd_ignored{};
    }
    const ussd_dialogue_id id = one->shared.id;
    const bool pushed = one->whose == turn::pushed;
    if (heard.step == ussd_step::end) {
        forget(id);
        if (pushed) return ussd_pushed{.id = id, .end = ussd_pushed::outcome::refused};
        return ussd_over{.id = id};
    }
    if (heard.step == ussd_step::acknowledged) {
        if (!pushed) return ussd_ignored{};
        forget(id);
        return ussd_pushed{.id = id, .end = ussd_pushed::outcome::acknowledged};
    }
    if (pushed) {
        forget(id);
        return ussd_pushed{.id = id, .end = ussd_pushed::outcome::answered, .answer = std::move(heard.text)};
    }
    if (one->whose != turn::hers) return ussd_ignored{};
    const auto count = one->shared.line.dialogue_count;
    one->shared.line = std::move(heard.line);
    one->shared.line.dialogue_count = count;
    await(*one, turn::ours, now + limits_.reply_within);
    return ussd_press{.id = id, .dials = false, .text = std::move(heard.text)};
}

std::vector<ussd_news> ussd_dialogues::expire(time_point now) {
    std::vector<ussd_news> over;
    while (!due_.empty() && due_.begin()->first <= now) {
        const ussd_dialogue_id id = due_.begin()->second;
        if (dialogues_.at(id).whose == turn::pushed)
            over.emplace_back(ussd_pushed{.id = id, .end = ussd_pushed::outcome::unconfirmed});
        else
            over.emplace_back(ussd_over{.id = id, .in_silence = true});
        forget(id);
    }
    return over;
}

ussd_dialogue_id ussd_dialogues::open(const msisdn& to, ussd_line line, time_point due) {
    const std::string session = session_of(profile_, line);
    std::string key = key_of(to, session);
    if (by_key(key) != nullptr) return 0;
    const ussd_heard as_hers{.step = ussd_step::begin,
                             .session = session,
                             .from = to,
                             .service_code = {},
                             .text = {},
                             .line = std::move(line)};
    const dialogue* made = begin(as_hers, std::move(key), turn::pushed, due);
    return made == nullptr ? 0 : made->shared.id;
}

ussd_dialogues::state* ussd_dialogues::find(ussd_dialogue_id id) {
    const auto at = dialogues_.find(id);
    return at == dialogues_.end() ? nullptr : &at->second.shared;
}

void ussd_dialogues::answered(ussd_dialogue_id id, bool ends, time_point now) {
    const auto at = dialogues_.find(id);
    if (at == dialogues_.end()) return;
    if (ends) return forget(id);
    await(at->second, turn::hers, now + limits_.silence);
}

void ussd_dialogues::forget(ussd_dialogue_id id) {
    const auto at = dialogues_.find(id);
    if (at == dialogues_.end()) return;
    due_.erase({at->second.due, id});
    keys_.erase(at->second.key);
    dialogues_.erase(at);
}

ussd_dialogues::dialogue* ussd_dialogues::by_key(const std::string& key) {
    const auto at = keys_.find(key);
    return at == keys_.end() ? nullptr : &dialogues_.at(at->second);
}

// Where ids change under way, an unknown one is the number's only dialogue.
ussd_dialogues::dialogue* ussd_dialogues::known(const ussd_heard& heard, const std::string& key) {
    if (dialogue* same = by_key(key)) return same;
    if (!profile_.falls_back_to_number) return nullptr;
    const std::string prefix = heard.from.digits() + "/";
    const auto first = keys_.lower_bound(prefix);
    if (first == keys_.end() || !first->first.starts_with(prefix)) return nullptr;
    const auto second = std::next(first);
    if (second != keys_.end() && second->first.starts_with(prefix)) return nullptr;
    dialogue& one = dialogues_.at(first->second);
    keys_.erase(first);
    keys_.emplace(key, one.shared.id);
    one.key = key;
    return &one;
}

ussd_dialogues::dialogue* ussd_dialogues::begin(const ussd_heard& heard, std::string key, turn whose, time_point due) {
    if (dialogues_.size() >= limits_.most) return nullptr;
    const ussd_dialogue_id id = ++last_;
    dialogue made{.shared = {.id = id,
                             .from = heard.from,
                             .session = heard.session,
                             .service_code = heard.service_code,
                             .line = heard.line},
                  .whose = whose,
                  .key = std::move(key),
                  .due = due};
    keys_.emplace(made.key, id);
    due_.emplace(due, id);
    return &dialogues_.emplace(id, std::move(made)).first->second;
}

void ussd_dialogues::await(dialogue& of, turn whose, time_point due) {
    due_.erase({of.due, of.shared.id});
    of.whose = whose;
    of.due = due;
    due_.emplace(due, of.shared.id);
}

}  // namespace mlango::gsm::smpp
