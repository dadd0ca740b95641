#include "server/console_ports_words.hpp"

#include <algorithm>
#include <functional>
#include <stdexcept>

#include "console/words/drafted.hpp"
#include "handlers/ussd_desk.hpp"
#include "proof/map.hpp"
#include "proof/typing.hpp"
#include "server/edition_diff.hpp"
#include "server/editions.hpp"

namespace mlango::server {

namespace {

// `work` on the pool's thread; this coroutine waits for it, so it may refer to what the caller holds.
template <class Result>
task<std::optional<Result>> on_pool(worker_pool& pool, std::function<Result()> work) {
    std::optional<Result> made;
    if (!co_await pool.run([&] {
            try {
                made = work();
            } catch (const std::exception&) {
                made.reset();
            }
        }))
        co_return std::nullopt;
    if (!made) throw std::runtime_error("words could not be worked on");
    co_return made;
}

std::vector<console::word_fault> told(std::vector<proof::proof_fault> faults) {
    std::vector<console::word_fault> out;
    for (auto& one : faults)
        out.push_back({.screen = std::move(one.screen),
                       .language = std::move(one.language),
                       .profile = std::move(one.profile),
                       .excess = one.excess,
                       .what = std::move(one.what),
                       .text = std::move(one.text)});
    return out;
}

console::typed_words told(proof::typed_proof proven) {
    console::typed_words out{.faults = told(std::move(proven.faults)),
                             .pictures = {},
                             .screens = std::move(proven.screens),
                             .characters = proven.characters,
                             .room = proven.room};
    for (auto& one : proven.pictures) {
        console::phone_picture made{.screen = std::move(one.screen), .profile = std::move(one.profile), .pages = {}};
        for (auto& [text, units, room, gsm7] : one.pages)
            made.pages.push_back({.text = std::move(text), .units = units, .room = room, .gsm7 = gsm7});
        out.pictures.push_back(std::move(made));
    }
    return out;
}

std::vector<console::word_fault> broken(std::string what) {
    return {{.screen = {}, .language = {}, .profile = {}, .excess = 0, .what = std::move(what), .text = {}}};
}

console::typed_words untyped(std::string what) {
    console::typed_words out;
    out.faults = broken(std::move(what));
    return out;
}

// She may well go away content: a result, something of hers shown, or nothing more to choose.
bool is_goal(const templates::screen& screen) {
    if (!screen.act.empty()) return false;
    if (screen.result || screen.end) return true;
    if (screen.input) return false;
    return !screen.load.empty() || (screen.options.empty() && !screen.rows);
}

console::menu_outline outline_of(const templates::edition& made, const templates::edition_sources& from) {
    console::menu_outline all;
    for (const auto& file : from.menu) all.files.push_back(file.name);
    for (const auto& language : made.words.languages()) {
        const auto* file = templates::file_of(from.texts, language.code);
        all.languages.push_back(
            {.code = language.code,
             .own_name = language.own_name,
             .right_to_left = language.right_to_left,
             .reviewed = language.reviewed,
             .texts = file == nullptr ? std::vector<templates::text_entry>() : templates::entries_of(*file)});
    }
    for (const auto& screen : made.screens.screens()) {
        console::menu_outline::screen one{.name = screen.name,
                                          .subject = screen.subject,
                                          .goal = is_goal(screen),
                                          .acts = !screen.act.empty(),
                                          .texts = {}};
        const auto add = [&](templates::text_id text) { one.texts.emplace_back(made.words.key_of(text)); };
        if (screen.text) add(*screen.text);
        for (const auto& option : screen.options) add(option.text);
        if (screen.rows) add(screen.rows->text);
        if (screen.rows && screen.rows->empty) add(*screen.rows->empty);
        if (screen.input) add(screen.input->invalid);
        all.screens.push_back(std::move(one));
    }
    return all;
}

bool shows_the_same(const gsm::gateway_profile& one, const gsm::gateway_profile& other) {
    return one.screen.septets == other.screen.septets && one.screen.ucs2_units == other.screen.ucs2_units &&
           one.has_hash_key == other.has_hash_key && one.first_screen_reserve == other.first_screen_reserve &&
           one.ucs2 == other.ucs2;
}

}  // namespace

console_words::console_words(const config& settings, worker_pool& proving) : proving_(proving) {
    auto from = edition_sources_of(settings);
    if (!from) throw std::runtime_error(from.error().front());
    files_ = std::make_shared<const templates::edition_sources>(std::move(*from));
    // What shows the same is proven once, by all of their names.
    for (const auto& gateway : ussd_doors_of(settings)) {
        const auto same = std::ranges::find_if(
            profiles_, [&](const auto& one) { return shows_the_same(one.profile, gateway.profile); });
        if (same == profiles_.end())
            profiles_.push_back({.name = gateway.name, .profile = gateway.profile});
        else
            same->name += ", " + gateway.name;
    }
    if (profiles_.empty()) profiles_ = proof::known_profiles();
}

console::sources_ptr console_words::sources_of(registry::publication_content content) const {
    return std::make_shared<const templates::edition_sources>(server::sources_of(std::move(content)));
}

std::vector<std::string> console_words::profiles() const {
    std::vector<std::string> names;
    for (const auto& one : profiles_) names.push_back(one.name);
    return names;
}

task<std::optional<console::typed_words>> console_words::prove_text(console::drafted_words all, std::string key,
                                                                    std::string language) {
    co_return co_await on_pool<console::typed_words>(proving_, [&] {
        // Other languages are not loaded.
        std::erase_if(all.drafts, [&](const auto& one) {
            return !one.language.empty() && one.language != language && one.language != all.from->languages.front();
        });
        const auto from = console::with_drafts(*all.from, all.drafts);
        if (!from) return untyped(from.error());
        return told(proof::prove_text(*from, key, language, profiles_));
    });
}

task<std::optional<console::typed_words>> console_words::prove_file(console::drafted_words all, std::string file,
                                                                    std::string language) {
    co_return co_await on_pool<console::typed_words>(proving_, [&] {
        const auto from = console::with_drafts(*all.from, all.drafts);
        if (!from) return untyped(from.error());
        return told(proof::prove_file(*from, file, language, profiles_));
    });
}

task<std::optional<console::whole_proof>> console_words::prove(console::drafted_words all) {
    co_return co_await on_pool<console::whole_proof>(proving_, [&] {
        const auto from = console::with_drafts(*all.from, all.drafts);
        console::whole_proof proven;
        if (!from) {
            proven.faults = broken(from.error());
            return proven;
        }
        const auto made = servable(*from);
        if (!made) {
            proven.faults = told(proof::prove(*from, profiles_));
            // It loads, and names functions that this program does not have.
            if (proven.faults.empty())
                for (const auto& fault : made.error()) proven.faults.push_back(broken(fault).front());
            return proven;
        }
        proven.faults = told(proof::prove(**made, *from, profiles_));
        proven.screens = static_cast<int>((*made)->screens.screens().size());
        proven.words = static_cast<int>((*made)->words.size());
        if (proven.faults.empty()) proven.content = content_of(*from);
        return proven;
    });
}

task<std::optional<std::vector<console::word_change>>> console_words::difference(console::drafted_words before,
                                                                                 console::drafted_words after) {
    co_return co_await on_pool<std::vector<console::word_change>>(proving_, [&] {
        std::vector<console::word_change> changes;
        const auto old = console::with_drafts(*before.from, before.drafts);
        const auto fresh = console::with_drafts(*after.from, after.drafts);
        // A draft that can not be laid over its version differs in nothing that could be told; the proof says why.
        if (!old || !fresh) return changes;
        try {
            for (auto& one : changes_between(*old, *fresh))
                changes.push_back({.kind = one.kind == change_kind::added     ? '+'
                                           : one.kind == change_kind::removed ? '-'
                                                                              : '~',
                                   .what = std::move(one.what),
                                   .was = std::move(one.was),
                                   .is = std::move(one.is)});
        } catch (const std::runtime_error& no_yaml) {
            changes.push_back({.kind = '~', .what = no_yaml.what(), .was = {}, .is = {}});
        }
        return changes;
    });
}

task<std::optional<console::menu_outline>> console_words::outline(console::sources_ptr from) {
    co_return co_await on_pool<console::menu_outline>(proving_, [&] {
        const auto made = templates::edition::load(*from);
        return made ? outline_of(**made, *from) : console::menu_outline{};
    });
}

task<std::optional<std::string>> console_words::map(console::sources_ptr from,
                                                    std::vector<console::screen_count> counts) {
    co_return co_await on_pool<std::string>(proving_, [&] {
        const auto made = templates::edition::load(*from);
        if (!made) return std::string();
        std::vector<proof::screen_figures> figures;
        for (const auto& one : counts) figures.push_back({.screen = one.screen, .shown = one.shown, .left = one.left});
        return proof::map_of(**made, figures);
    });
}

}  // namespace mlango::server
