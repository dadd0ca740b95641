#include "handlers/ussd_desk.hpp"

#include <sodium.h>

#include <algorithm>

#include "base/log.hpp"
#include "base/unix_seconds.hpp"
#include "handlers/duress.hpp"
#include "handlers/ussd_hop_state.hpp"

namespace mlango::handlers {

namespace {

constexpr std::size_t languages_remembered = 65'536;
constexpr int most_attempts = 4;                // to save a session that other deliveries save, too
constexpr std::uint16_t most_hops = 200;        // of one session: more is no person
constexpr std::chrono::seconds kept_after{60};  // a session outlives the network's, so that a late repeat is answered
constexpr std::chrono::seconds form_kept{600};  // what a dropped session was doing

std::string session_name(const gsm::ussd_hop& hop) {
    std::string name;
    name.reserve(hop.gateway.size() + hop.session.size() + 16);
    name.append(hop.gateway).append(1, '\0').append(hop.from.digits()).append(1, '\0').append(hop.session);
    return name;
}

// What every delivery of a hop has in common, and no other hop: gateways may use a session id again another day, and
// some say nothing that tells a hop from the one before, so when the session began and how far it is belongs to it.
std::string hop_name(std::string name, const gsm::ussd_hop& hop, std::int64_t began_at, std::uint16_t hops) {
    name.append(1, '\0').append(std::to_string(began_at)).append(1, '\0');
    switch (hop.identity) {
        case gsm::hop_identity::transcript:
            name.append(hop.transcript);
            break;
        case gsm::hop_identity::sequence:
            name.append(std::to_string(hop.sequence)).append(1, '\0').append(hop.input);
            break;
        case gsm::hop_identity::none:
            name.append(std::to_string(hops)).append(1, '\0').append(hop.input);
            break;
    }
    return name;
}

bool asks_for_pin(const templates::screen& screen) {
    return screen.input && screen.input->kind == templates::input_kind::pin;
}

}  // namespace

std::vector<std::string> faults_of(const templates::menu& screens) {
    std::vector<std::string> faults;
    for (const auto& name : screens.handler_names())
        if (!find_handler(name))
            faults.push_back("the menu names the handler function \"" + name + "\", which does not exist");
    return faults;
}

ussd_desk::ussd_desk(house& rooms)
    : rooms_(rooms),
      digest_(rooms.blind.blind("transcript digest", "")),
      apologies_(rooms.numbers.count("ussd_apologies_total", "Hops answered by an apology")),
      repeats_(rooms.numbers.count("ussd_repeated_hops_total", "Hops answered with the stored reply")),
      conflicts_(rooms.numbers.count("ussd_session_conflicts_total", "Sessions that another delivery saved first")),
      limited_(rooms.numbers.count("ussd_limited_dials_total", "Sessions refused because a number dials too often")),
      late_(rooms.numbers.count("ussd_late_hops_total", "Hops answered with the promise of an SMS")),
      finished_late_(rooms.numbers.count("ussd_late_hops_finished_total", "Such hops that were finished")) {
    bind(rooms.editions.current());
}

const ussd_desk::bound_edition& ussd_desk::bind(const templates::edition& what) {
    for (const auto& one : bound_)
        if (one->what == &what && one->version == what.version) return *one;
    // Of editions that left the shelf nothing is kept.
    std::erase_if(bound_, [&](const auto& one) { return rooms_.editions.find(one->version) != one->what; });
    auto made = std::make_unique<bound_edition>();
    made->what = &what;
    made->version = what.version;
    for (const auto& screen : what.screens.screens()) {
        made->loads.push_back(find_handler(screen.load));
        made->acts.push_back(find_handler(screen.act));
    }
    made->counts = tally_.page_of(what);
    bound_.push_back(std::move(made));
    return *bound_.back();
}

task<gsm::ussd_reply> ussd_desk::on_hop(gsm::ussd_hop hop, const gsm::gateway_profile& profile, deadline until) {
    const auto reserve = std::chrono::duration_cast<std::chrono::steady_clock::duration>(profile.deadline * 3 / 10);
    hop_state state{.hop = std::move(hop),
                    .profile = profile,
                    .last_start = until - reserve,
                    .e164 = {},
                    .name = {},
                    .session_id = {},
                    .session_began = 0,
                    .hops_before = 0,
                    .hop_key = std::nullopt,
                    .form_key = std::nullopt,
                    .language = {},
                    .began = rooms_.time.steady(),
                    .kept = std::nullopt};
    state.e164 = state.hop.from.e164();
    state.name = session_name(state.hop);
    state.letters_of({});
    state.session_id = rooms_.blind.blind("session", state.name);
    if (state.hop.event == gsm::ussd_event::abort || state.hop.event == gsm::ussd_event::timeout) {
        co_await end_session(state);
        co_return gsm::ussd_reply{.text = {}, .ends = true};
    }
    // No await in a handler of exceptions: what to say instead follows after it.
    bool slow = false;
    try {
        co_return co_await answer_hop(state);
    } catch (const registry::registry_unavailable&) {
        slow = was_slow(state);
    } catch (const house_busy&) {
    } catch (const std::exception& bug) {
        // The text may come from a library, so only the kind of failure is logged.
        log_error("hop_failed", {{"session", to_hex(state.session_id).substr(0, 8)}, {"what", typeid(bug).name()}});
    }
    if (slow) co_return co_await late(std::move(state));
    co_return co_await apology(state);
}

const blind_key& ussd_desk::key_of(hop_state& hop) {
    if (!hop.hop_key)
        hop.hop_key = rooms_.blind.blind("hop", hop_name(hop.name, hop.hop, hop.session_began, hop.hops_before));
    return *hop.hop_key;
}

const blind_key& ussd_desk::form_key_of(hop_state& hop) {
    if (!hop.form_key) hop.form_key = kept_form(rooms_.blind, hop.e164);
    return *hop.form_key;
}

task<gsm::ussd_reply> ussd_desk::answer_hop(hop_state& hop) {
    // A conflict means that another delivery of this session was saved meanwhile: look again at what is there now.
    for (int attempt = 0; attempt < most_attempts; ++attempt) {
        auto reply = co_await try_once(hop);
        if (reply) co_return std::move(*reply);
        conflicts_.add();
    }
    co_return co_await apology(hop);
}

// nullopt: somebody else saved the session meanwhile.
task<std::optional<gsm::ussd_reply>> ussd_desk::try_once(hop_state& hop) {
    std::optional<sessions::stored_session> stored, kept;
    // Whoever dials may have something to continue: both are asked for at once.
    const bool dials = hop.hop.event == gsm::ussd_event::begin;
    if (dials) {
        auto both = co_await rooms_.sessions.load(hop.session_id, form_key_of(hop));
        if (!both) co_return co_await apology(hop);
        stored = std::move(both->first);
        kept = std::move(both->second);
    } else {
        auto loaded = co_await rooms_.sessions.load(hop.session_id);
        if (!loaded) co_return co_await apology(hop);
        stored = std::move(*loaded);
    }
    std::optional<sessions::session_version> version;
    sessions::session session;
    if (stored) {
        version = stored->version;
        session = std::move(stored->value);
    }
    // A conversation stays on the edition that it began with, whatever was published since.
    const templates::edition* pinned = version ? rooms_.editions.find(session.menu_version) : nullptr;
    if (pinned) {
        hop.language = pinned->words.languages()[session.language].code;
        hop.letters_of(session);
    }
    const std::int64_t now = unix_seconds(rooms_.time.now());
    const judged found = judge(hop.hop, version ? &session : nullptr, digest_, now);
    if (found.what == delivery::repeat || found.what == delivery::stale) {
        repeats_.add();
        hop.saved = true;
        co_return gsm::ussd_reply{.text = std::move(session.last_reply), .ends = session.ended};
    }
    const bool begins = found.what == delivery::unknown || session.ended || !pinned || session.hops >= most_hops;
    const templates::edition* kept_edition = nullptr;
    if (begins) {
        if (!dials) {
            auto loaded = co_await rooms_.sessions.load(form_key_of(hop));
            if (!loaded) co_return co_await apology(hop);
            kept = std::move(*loaded);
        }
        hop.kept.reset();
        if (kept) kept_edition = rooms_.editions.find(kept->value.menu_version);
        if (kept_edition) hop.kept = std::move(kept->value);
    }
    const templates::edition& edition = kept_edition ? *kept_edition : begins ? rooms_.editions.current() : *pinned;
    if (begins) {
        if (rooms_.operation.dials_per_minute > 0) {
            const auto bucket = rooms_.blind.blind("dials", hop.e164);
            const auto allowed = co_await rooms_.limits.take(
                bucket, {.per_second = rooms_.operation.dials_per_minute / 60, .burst = rooms_.operation.dials_burst});
            if (!allowed) co_return co_await apology(hop);
            if (!*allowed) {
                limited_.add();
                co_return co_await apology(hop);
            }
        }
        session = {};
        session.menu_version = edition.version;
        session.began_at = now;
        if (const auto fallback = edition.words.find_language(rooms_.operation.language_for(hop.e164)))
            session.language = *fallback;
    }
    hop.session_began = session.began_at;
    hop.hops_before = session.hops;
    hop.hop_key.reset();
    surroundings around{.screens = edition.screens,
                        .words = edition.words,
                        .screen = hop.profile.screen,
                        .has_hash_key = hop.profile.has_hash_key,
                        .view_needs_pin = rooms_.operation.view_needs_pin,
                        .now = now,
                        .pin_lasts = rooms_.operation.pin_seconds,
                        .region = hop.profile.region,
                        .latin = !hop.profile.ucs2};
    if (begins) {
        around.screen.septets -= std::min(around.screen.septets, hop.profile.first_screen_reserve);
        around.screen.ucs2_units -= std::min(around.screen.ucs2_units, hop.profile.first_screen_reserve);
    }
    // Where she stood: after the answer it is another screen.
    const auto counts = bind(edition).counts;
    const std::size_t answered = begins || session.stack.empty() ? counts->screens.size() : session.stack.back().screen;
    shown screen = co_await converse(hop, session, bind(edition), around,
                                     begins ? std::nullopt : std::optional<std::string_view>(found.input));
    if (spoken_.size() >= languages_remembered) spoken_.clear();
    hop.language = edition.words.languages()[session.language].code;
    hop.letters_of(session);
    spoken_[hop.hop.from.value()] = hop.language;

    ++session.hops;
    if (hop.hop.identity == gsm::hop_identity::transcript) {
        session.transcript_length = static_cast<std::uint16_t>(hop.hop.transcript.size());
        session.transcript_digest = digest_.of(hop.hop.transcript);
    } else if (hop.hop.identity == gsm::hop_identity::sequence) {
        session.transcript_digest = hop.hop.sequence;
    } else {
        // Of the input and when it came, in seconds of the session.
        const std::int64_t since = unix_seconds(rooms_.time.now()) - session.began_at;
        session.transcript_length = static_cast<std::uint16_t>(std::clamp<std::int64_t>(since, 0, 0xffff));
        session.transcript_digest = digest_.of(hop.hop.input);
    }
    const bool was_kept = (session.flags & flag_resumable) != 0;
    const bool keeps = worth_keeping(hop, session, edition.screens, screen.ends);
    if (hop.is_late) {
        screen = {.text = hop.say(edition.words, edition.screens.common().late, session.language), .ends = true};
    }
    session.last_reply = screen.text;
    session.ended = screen.ends;
    const auto keep = screen.ends ? kept_after : hop.profile.session_time + kept_after;
    const auto saved = co_await rooms_.sessions.save(hop.session_id, session, version, keep);
    if (!saved) co_return co_await apology(hop);
    if (*saved == sessions::save_outcome::conflict) co_return std::nullopt;
    hop.saved = true;
    if (begins) tally_.began(hop.hop.gateway);
    if (answered < counts->screens.size()) ++counts->screens[answered].answered;
    if (!session.stack.empty() && session.stack.back().screen < counts->screens.size()) {
        auto& here = counts->screens[session.stack.back().screen];
        ++here.shown;
        if (screen.ends) ++here.ended;
    }
    ++counts->languages[session.language];
    // After the session, so that a delivery that lost does not bring back what came to its end. What can not be kept is
    // not continued; the session itself goes on.
    if (keeps) {
        session.last_reply.clear();
        session.choices.clear();
        session.ended = false;
        (void)co_await rooms_.sessions.put(form_key_of(hop), session, form_kept);
    } else if (was_kept) {
        co_await rooms_.sessions.remove(form_key_of(hop));
    }
    co_return gsm::ussd_reply{.text = std::move(screen.text), .ends = screen.ends};
}

// Drives the engine until there is something to show. When the registry fails in the middle of a session the screen
// says so and the session goes on: what needs no registry still works, and "back" tries again.
task<shown> ussd_desk::converse(hop_state& hop, sessions::session& session, const bound_edition& edition,
                                const surroundings& around, std::optional<std::string_view> input) {
    conversation talk(around, session);
    // The first step after a PIN was typed is the one that checks it, and is counted by its hop.
    bool checks_pin = !session.stack.empty() && asks_for_pin(around.screens.at(session.stack.back().screen));
    try {
        demand next = input ? talk.take(*input) : talk.dial();
        while (auto* asked = std::get_if<wanted>(&next)) {
            if (rooms_.time.steady() > hop.last_start) throw registry::registry_unavailable("out of time");
            // What only reads needs no key.
            const blind_key key = !asked->act ? blind_key{}
                                  : session.form != 0 && !checks_pin
                                      ? step_key(rooms_.blind, session, around.screens.at(asked->screen), *asked)
                                      : key_of(hop);
            checks_pin = false;
            hop_context context{.rooms = rooms_,
                                .edition = *edition.what,
                                .session = session,
                                .from = hop.e164,
                                .region = hop.profile.region,
                                .hop = key,
                                .asked = *asked,
                                .gateway = hop.hop.gateway,
                                .latin = around.latin || (session.flags & flag_latin) != 0};
            const auto function = asked->act ? edition.acts[asked->screen] : edition.loads[asked->screen];
            answer given =
                co_await ((session.flags & flag_duress) != 0 ? in_duress(context, function) : function(context));
            if (hop.kept && asked->screen == around.screens.entry()) offer_to_continue(hop, session, around, given);
            next = talk.resume(std::move(given));
        }
        co_return std::move(std::get<shown>(next));
    } catch (const registry::registry_unavailable&) {
        if (!input || session.stack.empty() || hop.is_late || was_slow(hop)) throw;
    } catch (const house_busy&) {
        if (!input || session.stack.empty()) throw;
    }
    apologies_.add();
    co_return std::get<shown>(talk.apologise());
}

// In her language as far as it is known: the session's, what this thread spoke with the number last, the registry's,
// else the operation's.
task<gsm::ussd_reply> ussd_desk::apology(hop_state& hop) {
    apologies_.add();
    tally_.apologised();
    const auto& edition = rooms_.editions.current();
    auto language = edition.words.find_language(hop.language);
    if (!language) {
        if (const auto known = spoken_.find(hop.hop.from.value()); known != spoken_.end())
            language = edition.words.find_language(known->second);
    }
    if (!language && rooms_.time.steady() < hop.last_start) {
        try {
            const auto found = co_await rooms_.registry.people.behind(hop.e164);
            if (found.people.size() == 1) language = edition.words.find_language(found.people.front().language);
            if (!language) language = edition.words.find_language(found.number_language);
        } catch (const std::exception&) {
            language.reset();  // the registry is away, too
        }
    }
    if (!language) language = edition.words.find_language(rooms_.operation.language_for(hop.e164));
    co_return gsm::ussd_reply{.text = hop.say(edition.words, edition.screens.common().sorry_end, language.value_or(0)),
                              .ends = true};
}

// The network ended it: nobody may go on in it.
task<void> ussd_desk::end_session(hop_state& hop) {
    for (int attempt = 0; attempt < most_attempts; ++attempt) {
        auto loaded = co_await rooms_.sessions.load(hop.session_id);
        if (!loaded || !*loaded || (*loaded)->value.ended) co_return;
        sessions::session ended;
        ended.ended = true;
        ended.language = (*loaded)->value.language;
        ended.transcript_length = (*loaded)->value.transcript_length;
        ended.transcript_digest = (*loaded)->value.transcript_digest;
        ended.last_reply = std::move((*loaded)->value.last_reply);
        const auto version = (*loaded)->version;
        const auto saved = co_await rooms_.sessions.save(hop.session_id, ended, version, kept_after);
        // A conflict: a last answer was saved meanwhile.
        if (!saved || *saved == sessions::save_outcome::saved) co_return;
    }
}

}  // namespace mlango::handlers
