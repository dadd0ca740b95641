#include "handlers/sms_answering.hpp"

#include <algorithm>
#include <cstring>

#include "base/exception_kind.hpp"
#include "base/log.hpp"
#include "handlers/sms_conversation.hpp"
#include "handlers/subjects.hpp"
#include "templates/folding.hpp"

namespace mlango::handlers {

namespace {

using namespace std::chrono_literals;
using kind = sms_meaning::kind;

constexpr std::chrono::seconds session_kept = 24h;
constexpr std::chrono::seconds lease = 30s;
constexpr std::chrono::milliseconds pause_between_sweeps = 2s;
constexpr int most_attempts = 8;            // of one message, by whoever claims it
constexpr int most_conflicts = 4;           // to save a session
constexpr int most_at_once = 20;            // messages of one number, and of a sweep
constexpr std::size_t shortest_number = 8;  // digits of a person's number; fewer is a short code
constexpr std::string_view unfinished = "unfinished";

// Two machines must never write to each other for long. A person does not come near any of these.
constexpr sessions::bucket_rate an_hour{.per_second = 40.0 / 3600, .burst = 40};
constexpr sessions::bucket_rate a_day{.per_second = 150.0 / 86'400, .burst = 150};
constexpr sessions::bucket_rate words_an_hour{.per_second = 4.0 / 3600, .burst = 6};
constexpr sessions::bucket_rate same_words{.per_second = 1.0 / 3600, .burst = 2};
constexpr sessions::bucket_rate same_keyword{.per_second = 10.0 / 3600, .burst = 10};

std::uint64_t mark_of(const blind_key& key) {
    std::uint64_t mark = 0;
    std::memcpy(&mark, key.data(), sizeof mark);
    return mark;
}

[[noreturn]] void sessions_away() {
    throw registry::registry_unavailable("the sessions are away");
}

}  // namespace

// One message's own things.
struct sms_answering::message_state {
    const registry::claimed_sms& message;
    blind_key key{};         // of what it writes
    blind_key session_id{};  // of number and short code, not of the gateway
    registry::callers found;
    std::optional<sessions::session> kept;  // what the number was doing by USSD
    registry::sms_end ends = registry::sms_end::done;
};

sms_answering::sms_answering(house& rooms)
    : rooms_(rooms),
      answered_(rooms.numbers.count("sms_answered_total", "Short messages that were answered")),
      silent_(
          rooms.numbers.count("sms_unanswered_total", "Short messages that were met with silence: machines, limits")),
      again_(rooms.numbers.count("sms_answered_again_total", "Answers that somebody else had begun")),
      given_up_(rooms.numbers.count("sms_given_up_total", "Short messages that could not be answered")) {}

task<void> sms_answering::answer_all_of(std::string e164) {
    try {
        for (int i = 0; i < most_at_once; ++i) {
            const auto message = co_await rooms_.registry.waiting.claim_of(e164, lease);
            if (!message) co_return;
            co_await respond(*message);
        }
    } catch (const registry::registry_unavailable&) {
        co_return;  // it waits
    } catch (const std::exception&) {
        const auto failure = std::current_exception();
        if (is_cancellation(failure)) throw;
        log_error("sms_not_answered", {{"kind", exception_kind(failure)}});
    }
}

task<int> sms_answering::sweep() {
    int handled = 0;
    for (const auto& message : co_await rooms_.registry.waiting.claim(most_at_once, lease)) {
        ++handled;
        try {
            co_await respond(message);
        } catch (const registry::registry_unavailable&) {
            throw;
        } catch (const std::exception&) {
            const auto failure = std::current_exception();
            if (is_cancellation(failure)) throw;
            // One that can not be answered must not stop all that come after it.
            log_error("sms_not_answered", {{"kind", exception_kind(failure)}});
        }
    }
    for (const auto& message :
         co_await rooms_.registry.waiting.unanswered(most_at_once, rooms_.time.now() - session_kept)) {
        ++handled;
        const auto found = co_await rooms_.registry.people.behind(message.e164);
        co_await send_words_unasked(message, found);
    }
    co_return handled;
}

task<void> sms_answering::run() {
    coarse_timer pause(co_await asio::this_coro::executor);
    for (;;) {
        int handled = 0;
        try {
            handled = co_await sweep();
        } catch (const std::exception&) {
            const auto failure = std::current_exception();
            if (is_cancellation(failure)) throw;
            log_debug("sms_sweep_waits", {{"kind", exception_kind(failure)}});
        }
        if (handled > 0) continue;
        pause.expires_after(pause_between_sweeps);
        co_await pause.async_wait(use_task);
    }
}

task<void> sms_answering::respond(const registry::claimed_sms& message) {
    auto& waiting = rooms_.registry.waiting;
    if (message.e164.empty() || message.attempts > most_attempts) {
        given_up_.add();
        log_error("sms_given_up", {{"inbox", message.id.value}, {"attempts", message.attempts}});
        co_return co_await waiting.finish(message.id, registry::sms_end::failed);
    }
    message_state at{.message = message, .key = {}, .session_id = {}, .found = {}, .kept = std::nullopt};
    at.key = rooms_.blind.blind("sms hop", std::to_string(message.id.value));
    at.session_id = rooms_.blind.blind("sms session", message.e164 + '\0' + message.recipient);
    if (message.attempts > 1) again_.add();
    at.found = co_await rooms_.registry.people.behind(message.e164);
    const auto& screens = rooms_.editions.current().screens;
    if (const auto word = keyword_of(message.text, screens); word != sms_keyword::none) {
        co_await opt(at, word);
    } else if (message.e164.size() <= shortest_number) {  // with its '+'
        silent_.add();
    } else if (!(co_await rooms_.registry.preferences.of(message.e164)).sms_allowed) {
        // She said STOP, so nothing is answered; what she writes still reaches staff.
        silent_.add();
        if (templates::plain_words(message.text).contains(' ')) co_await send_words_unasked(message, at.found);
    } else if (screens.by_ussd() == templates::no_screen) {
        co_await reply(at, std::string(language_of(at.found)), {});
    } else {
        int left = most_conflicts;
        while (!co_await try_once(at))
            if (--left == 0) sessions_away();
    }
    co_await waiting.finish(message.id, at.ends);
}

task<void> sms_answering::opt(message_state& at, sms_keyword word) {
    const bool stops = word == sms_keyword::stop;
    co_await rooms_.registry.inbox.allow_sms(at.message.e164, !stops);
    if (stops) co_await rooms_.sessions.remove(at.session_id);
    std::string language(language_of(at.found));
    if (language.empty()) {
        const auto* listed = rooms_.editions.current().screens.keywords().first_word_of(at.message.text);
        language = listed != nullptr ? listed->language : rooms_.operation.language_for(at.message.e164);
    }
    const auto told =
        registry::make_notice(rooms_.record, at.message.e164, language,
                              stops ? registry::stop_confirmed : "sms.started", {{"gateway", at.message.gateway}});
    co_await rooms_.registry.outbox.put_once(told, at.key, {.priority = registry::message_priority::reply});
    if (says_more_than_a_word(at.message.text)) co_await send_words_unasked(at.message, at.found);
}

// False: somebody else saved the session meanwhile.
task<bool> sms_answering::try_once(message_state& at) {
    auto loaded = co_await rooms_.sessions.load(at.session_id);
    if (!loaded) sessions_away();
    std::optional<sessions::session_version> version;
    sessions::session session;
    if (*loaded) {
        version = (*loaded)->version;
        session = std::move((*loaded)->value);
    }
    const templates::edition* pinned = version ? rooms_.editions.find(session.menu_version) : nullptr;
    const auto about_these_words = [&] {
        const auto subject = std::to_string(at.message.id.value);
        const auto& screens = pinned->screens;
        return !session.stack.empty() && session.stack.back().screen == screens.sms_words() &&
               session.stack.back().subject == subject;
    };
    if (pinned && session.transcript_digest == mark_of(at.key)) {
        if (about_these_words()) at.ends = registry::sms_end::asked;
        co_await reply(at, pinned->words.languages()[session.language].code, session.last_reply);
        co_return true;
    }
    const std::int64_t was = session.person;
    look_again(session, at.found, rooms_.time.now());
    const bool fresh = !pinned || session.ended || session.stack.empty() || session.person != was;
    auto kept = co_await rooms_.sessions.load(kept_form(rooms_.blind, at.message.e164));
    if (!kept) sessions_away();
    at.kept.reset();
    const templates::edition* kept_edition = *kept ? rooms_.editions.find((*kept)->value.menu_version) : nullptr;
    if (kept_edition) at.kept = std::move((*kept)->value);
    const templates::edition& edition = !fresh ? *pinned : kept_edition ? *kept_edition : rooms_.editions.current();

    std::vector<std::string_view> preferred;
    if (!fresh) preferred.emplace_back(edition.words.languages()[session.language].code);
    if (const auto known = language_of(at.found); !known.empty()) preferred.push_back(known);
    preferred.emplace_back(rooms_.operation.language_for(at.message.e164));
    const sms_meaning meant =
        meaning_of(at.message.text, edition, fresh ? nullptr : &session, at.kept.has_value(), preferred);
    if (!co_await allowed(at, meant)) co_return true;
    if (fresh) {
        session = {};
        session.menu_version = edition.version;
        look_again(session, at.found, rooms_.time.now());
        for (const std::string_view code :
             {language_of(at.found), std::string_view(meant.language),
              language_by_letters(at.message.text, edition.words), rooms_.operation.language_for(at.message.e164)})
            if (const auto language = edition.words.find_language(code)) {
                session.language = *language;
                break;
            }
    }
    // Going back from the question whether her words go to staff is a no.
    registry::inbox_id left_words{};
    if (meant.what == kind::answer && (meant.input == "0" || meant.input == "00") &&
        session.stack.back().screen == edition.screens.sms_words())
        left_words.value = hop_context::number_in(session.stack.back().subject);
    session.last_reply = co_await converse(at, edition, session, meant, fresh);
    session.transcript_digest = mark_of(at.key);
    ++session.hops;
    const bool was_kept = (session.flags & flag_resumable) != 0;
    const bool form_ended = was_kept && !resumable(edition.screens, session);
    if (form_ended) {
        session.form = 0;
        session.flags &= static_cast<std::uint16_t>(~flag_resumable);
    }
    const auto saved = co_await rooms_.sessions.save(at.session_id, session, version, session_kept);
    if (!saved) sessions_away();
    if (*saved == sessions::save_outcome::conflict) co_return false;
    if (left_words.value != 0) co_await rooms_.registry.waiting.finish(left_words, registry::sms_end::done);
    if (form_ended) co_await rooms_.sessions.remove(kept_form(rooms_.blind, at.message.e164));
    pinned = &edition;
    if (about_these_words()) at.ends = registry::sms_end::asked;
    co_await reply(at, edition.words.languages()[session.language].code, session.last_reply);
    co_return true;
}

// Where it is not: nothing is said, and what she wrote is kept.
task<bool> sms_answering::allowed(message_state& at, const sms_meaning& meant) {
    bool may = meant.what != kind::machine;
    const std::string& from = at.message.e164;
    const auto take = [&](std::string_view what, const std::string& of,
                          const sessions::bucket_rate& rate) -> task<void> {
        if (!may) co_return;
        const auto got = co_await rooms_.limits.take(rooms_.blind.blind(what, of), rate);
        if (!got) sessions_away();
        may = *got;
    };
    // Who claims it again has taken them before.
    if (at.message.attempts == 1) {
        const std::string same = from + '\0' + templates::plain_words(at.message.text);
        if (meant.what == kind::words) {
            co_await take("sms same words", same, same_words);
            co_await take("sms words", from, words_an_hour);
        } else if (meant.what != kind::answer) {
            co_await take("sms same keyword", same, same_keyword);
        }
        co_await take("sms hour", from, an_hour);
        co_await take("sms day", from, a_day);
    }
    if (may) co_return true;
    silent_.add();
    if (meant.what == kind::words || meant.what == kind::machine) at.ends = registry::sms_end::kept;
    co_return false;
}

// Drives the engine until there is something to say.
task<std::string> sms_answering::converse(message_state& at, const templates::edition& edition,
                                          sessions::session& session, const sms_meaning& meant, bool fresh) {
    const auto& screens = edition.screens;
    const surroundings around{.screens = screens,
                              .words = edition.words,
                              .screen = sms_screen,
                              .has_hash_key = true,
                              .view_needs_pin = true,
                              .now = session.began_at,
                              .pin_lasts = 0,
                              .region = "KE",
                              .latin = false,
                              .by_sms = true};
    static const std::string region;
    const bool offers = at.kept && meant.what == kind::begin && at.kept->person == session.person &&
                        at.kept->menu_version == edition.version && continues_by_sms(screens, *at.kept);
    const auto run = [&](conversation& talk, demand next) -> task<std::string> {
        while (auto* asked = std::get_if<wanted>(&next)) {
            const auto& screen = screens.at(asked->screen);
            const blind_key key = session.form != 0 ? step_key(rooms_.blind, session, screen, *asked) : at.key;
            hop_context context{.rooms = rooms_,
                                .edition = edition,
                                .session = session,
                                .from = at.message.e164,
                                .region = region,
                                .hop = key,
                                .asked = *asked,
                                .gateway = at.message.gateway,
                                .by_sms = true};
            const auto function = find_handler(asked->act ? screen.act : screen.load);
            answer given = co_await function(context);
            if (offers && asked->screen == screens.entry() && screen.outcome(unfinished) != templates::no_screen)
                given.outcome = unfinished;
            next = talk.resume(std::move(given));
        }
        co_return std::move(std::get<shown>(next).text);
    };
    // Whatever she wrote, a session begins where every session does; what follows stands above that.
    if (fresh || meant.what == kind::begin) {
        conversation talk(around, session);
        std::string first = co_await run(talk, talk.dial());
        if (meant.what == kind::begin || meant.what == kind::answer) co_return first;
    }
    conversation talk(around, session);
    const std::string subject = std::to_string(at.message.id.value);
    switch (meant.what) {
        case kind::answer:
            co_return co_await run(talk, talk.take(meant.input));
        case kind::visit:
            co_return co_await run(talk, talk.visit(meant.to));
        case kind::resume:
            co_return co_await run(talk, talk.visit(screens.find("resume_continue")));
        case kind::pin:
            co_return co_await run(talk, talk.visit(screens.sms_pin()));
        case kind::words:
        default:
            const auto to = rooms_.operation.asks_before_words ? screens.sms_words() : screens.find("by_sms_words_go");
            co_return co_await run(talk, talk.visit(to, subject));
    }
}

// Without a text: how to dial, for a menu that is for USSD only.
task<void> sms_answering::reply(message_state& at, std::string_view language, std::string_view text) {
    answered_.add();
    const std::string in(language.empty() ? rooms_.operation.language_for(at.message.e164) : language);
    const auto told =
        text.empty()
            ? registry::make_notice(rooms_.record, at.message.e164, in, "sms.how", {{"gateway", at.message.gateway}})
            : registry::make_notice(
                  rooms_.record, at.message.e164, in, "sms.screen",
                  {{"text", std::string(text)}, {"sender", at.message.recipient}, {"gateway", at.message.gateway}});
    // After a day the conversation is over.
    co_await rooms_.registry.outbox.put_once(
        told, at.key, {.priority = registry::message_priority::reply, .expires_at = rooms_.time.now() + session_kept});
}

task<void> sms_answering::send_words_unasked(const registry::claimed_sms& message, const registry::callers& found) {
    registry::ticket_wish wish;
    wish.category = "message";
    wish.channel = "sms";
    if (found.people.size() == 1) {
        wish.person = found.people.front().person;
        wish.group = found.people.front().group;
    }
    wish.e164 = message.e164;
    wish.language = language_of(found);
    if (wish.language.empty()) wish.language = rooms_.operation.language_for(message.e164);
    wish.words = message.text;
    wish.sensitive = true;
    (void)co_await rooms_.registry.tickets.open(wish, words_key(rooms_.blind, message.id), {});
    co_await rooms_.registry.waiting.finish(message.id, registry::sms_end::done);
}

}  // namespace mlango::handlers
