#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "handlers/sms_conversation.hpp"
#include "proof/check.hpp"
#include "proof/drawing.hpp"

namespace mlango::proof {
namespace {

constexpr std::size_t longest_list = 24;
constexpr std::size_t more_than_a_page = 10;  // rows: nine have numbers
constexpr gsm::screen_size full_screen{};
// What a conversation's reply by SMS may take: three messages.
const named_profile& by_sms() {
    static const named_profile made = [] {
        named_profile sms{.name = "sms", .profile = {}};
        sms.profile.screen = handlers::sms_screen;
        return sms;
    }();
    return made;
}
constexpr gsm::screen_size one_sms{.septets = 160, .ucs2_units = 70};

std::size_t room(const gsm::screen_size& size, std::string_view text) {
    return gsm::measure(text).needs == gsm::alphabet::gsm7 ? size.septets : size.ucs2_units;
}

std::size_t beyond(const gsm::screen_size& size, std::string_view text) {
    const std::size_t units = gsm::measure(text).units, most = room(size, text);
    return units > most ? units - most : 0;
}

// How many pages a screen may take; menu.hpp states the rule.
std::size_t page_limit(const templates::edition& made, const templates::screen& screen) {
    if (screen.end) return 1;
    if (screen.pages != 0) return screen.pages;
    if (screen.input) return 1;
    if (screen.rows) return templates::any_pages;
    const bool plain = screen.load.empty() && (!screen.text || made.words.arguments_of(*screen.text, 0).empty());
    return plain && !screen.options.empty() && screen.options.size() <= 5 ? 1 : 4;
}

// The worst of each kind of fault on each screen.
class worst_faults {
public:
    explicit worst_faults(fault_list& faults) : faults_(faults) {}
    void add(proof_fault fault, std::string_view kind) {
        const auto [found, fresh] = at_.try_emplace(
            fmt::format("{} {} {} {}", fault.screen, fault.language, fault.profile, kind), faults_.size());
        if (fresh)
            faults_.push_back(std::move(fault));
        else if (auto& old = faults_[found->second]; old.excess < fault.excess)
            old = std::move(fault);
    }

private:
    fault_list& faults_;
    std::map<std::string, std::size_t> at_;
};

// Profiles that show the same: it is drawn once for all of them.
struct alike_profiles {
    gsm::screen_size size;
    bool has_hash_key = true;
    std::vector<std::string_view> names;
};

// One screen in one spelling: its cases are made and drawn without a limit once, then on each profile where they do not
// fit at once.
class screen_proof {
public:
    screen_proof(const templates::edition& made, std::span<const named_profile> profiles, templates::screen_index index,
                 const spelling& in, bool may_be_first, bool longest_alone, worst_faults& faults)
        : made_(made),
          screen_(made.screens.at(index)),
          profiles_(profiles),
          in_(in),
          code_(in.code(made.words)),
          may_be_first_(may_be_first),
          longest_alone_(longest_alone),
          where_{.screen = index,
                 .language = in.language,
                 .size = {},
                 .has_hash_key = true,
                 .first = false,
                 .refused = false,
                 .latin = in.latin},
          values_(made.screens.declared(), made.words, in),
          faults_(faults) {}

    void run() {
        for (const lettering letters : {lettering::own, lettering::beyond_gsm7}) {
            if (letters == lettering::beyond_gsm7 && !keeps_letters()) continue;
            letters_ = letters;
            seen_.clear();
            for (const bool first : {false, true}) alike_[first] = alike(first);
            shown_screens();
            if (screen_.input) refused_inputs();
        }
    }

private:
    // Whether a value can be of letters beyond GSM-7 in a language of Latin ones: all but these are folded.
    [[nodiscard]] bool keeps_letters() const {
        if (in_.latin || !in_.in_gsm_letters(made_.words)) return false;
        std::vector<templates::text_id> texts = texts_of(screen_).shown;
        if (screen_.rows) texts.push_back(screen_.rows->text);
        if (screen_.rows && screen_.rows->empty) texts.push_back(*screen_.rows->empty);
        if (screen_.input) texts.push_back(screen_.input->invalid);
        return std::ranges::any_of(texts, [&](templates::text_id text) {
            return std::ranges::any_of(made_.words.uses_of(text, in_.language), [](const auto& argument) {
                return argument.as == templates::argument_use::kind::verbatim;
            });
        });
    }

    [[nodiscard]] std::vector<alike_profiles> alike(bool first) const {
        std::vector<alike_profiles> all;
        for (const named_profile& one : profiles_) {
            if (letters_ == lettering::beyond_gsm7 && !one.profile.ucs2) continue;
            gsm::screen_size size = one.profile.screen;
            if (first) {
                size.septets -= std::min(size.septets, one.profile.first_screen_reserve);
                size.ucs2_units -= std::min(size.ucs2_units, one.profile.first_screen_reserve);
            }
            auto same = std::ranges::find_if(all, [&](const alike_profiles& other) {
                return other.size.septets == size.septets && other.size.ucs2_units == size.ucs2_units &&
                       other.has_hash_key == one.profile.has_hash_key;
            });
            if (same == all.end())
                same = all.insert(same, {.size = size, .has_hash_key = one.profile.has_hash_key, .names = {}});
            same->names.emplace_back(one.name);
        }
        return all;
    }

    [[nodiscard]] std::vector<templates::values> cases(std::string_view place,
                                                       std::span<const templates::text_id> texts,
                                                       std::span<const std::string> flags) const {
        auto all = values_.at(place, texts, flags, letters_);
        if (longest_alone_) all.erase(all.begin() + 1, all.end());
        return all;
    }

    // The lines that the drawing must hold whole.
    std::vector<std::string> lines_of(const handlers::answer& given) const {
        std::vector<std::string> lines;
        for (const auto& row : given.rows) lines.push_back(format(screen_.rows->text, row.values));
        for (const auto& option : screen_.options)
            if (option.when.empty() || given.values.flag(option.when))
                lines.push_back(format(option.text, given.values));
        return lines;
    }

    std::string format(templates::text_id text, const templates::values& held) const {
        return made_.words.format(text, in_.index(made_.words), held);
    }

    // Many sets of values read the same.
    bool is_fresh(std::span<const templates::text_id> texts, std::span<const std::string> flags,
                  const templates::values& held) {
        std::string read = where_.refused ? "!" : "";
        for (const templates::text_id text : texts) {
            made_.words.append(read, text, in_.index(made_.words), held);
            read += '\f';
        }
        for (const std::string& flag : flags) read += held.flag(flag) ? '1' : '0';
        return seen_.insert(std::move(read)).second;
    }

    void shown_screens() {
        const screen_texts texts = texts_of(screen_);
        std::vector<handlers::row> rows, few;
        if (screen_.rows) {
            const auto in_rows = cases(screen_.name + ".rows", {&screen_.rows->text, 1}, {});
            std::set<std::string> different;
            for (const auto& held : in_rows)
                if (different.insert(format(screen_.rows->text, held)).second)
                    rows.push_back({.id = std::to_string(rows.size()), .values = held});
            // As many as a list can be, the longest again and again.
            while (rows.size() < longest_list)
                rows.push_back({.id = std::to_string(rows.size()), .values = in_rows[0]});
            few.assign(more_than_a_page, rows.front());
        }
        // Every row under the longest words; under all others they page as these do.
        for (bool longest = true; const auto& held : cases(screen_.name, texts.shown, texts.flags))
            if (is_fresh(texts.shown, texts.flags, held))
                prove({.outcome = {}, .values = held, .rows = std::exchange(longest, false) ? rows : few});
        if (screen_.rows && screen_.rows->empty) {
            std::vector<templates::text_id> empty = texts.shown;
            empty.push_back(*screen_.rows->empty);
            for (const auto& held : cases(screen_.name, empty, texts.flags))
                if (is_fresh(empty, texts.flags, held)) prove({.outcome = {}, .values = held, .rows = {}});
        }
    }

    void refused_inputs() {
        where_.refused = true;
        for (const auto& held : cases(screen_.name, {&screen_.input->invalid, 1}, {}))
            if (is_fresh({&screen_.input->invalid, 1}, {}, held)) prove({.outcome = {}, .values = held, .rows = {}});
        where_.refused = false;
    }

    void prove(const handlers::answer& given) {
        for (const bool first : {false, true}) {
            if (first && (!may_be_first_ || where_.refused)) continue;
            where_.first = first;
            where_.size = unlimited;
            where_.has_hash_key = true;
            const drawing whole = draw(made_, where_, given);
            for (const alike_profiles& these : alike_[first]) prove_on(these, given, whole);
        }
        where_.first = false;
    }

    void prove_on(const alike_profiles& these, const handlers::answer& given, const drawing& whole) {
        where_.size = these.size;
        where_.has_hash_key = these.has_hash_key;
        if (whole.pages.size() == 1 && where_.size.fits(whole.pages.front())) return;
        const drawing drawn = draw(made_, where_, given);
        if (!drawn.complete) report(these, 0, "the pages do not end", drawn.pages.front());
        check_words(these, whole.pages.front());
        check_pages(these, given, drawn);
        check_limit(these, whole, drawn);
    }

    [[nodiscard]] std::string more() const {
        const auto& common = made_.screens.common();
        return format(where_.has_hash_key ? common.more : common.more_98, {});
    }

    void check_words(const alike_profiles& these, std::string_view whole) {
        while (!whole.empty()) {
            const std::size_t end = std::min(whole.find_first_of(" \n"), whole.size());
            const std::string alone = std::string(whole.substr(0, end)) + "\n" + more();
            if (const std::size_t excess = beyond(where_.size, alone); excess > 0)
                report(these, excess, "a word is longer than a screen", std::string(whole.substr(0, end)));
            whole.remove_prefix(std::min(end + 1, whole.size()));
        }
    }

    void check_pages(const alike_profiles& these, const handlers::answer& given, const drawing& drawn) {
        const std::string back = format(made_.screens.common().back, {});
        std::string all = "\n";
        for (const std::string& page : drawn.pages) {
            if (const std::size_t excess = beyond(where_.size, page); excess > 0)
                report(these, excess, "does not fit", page);
            if (!where_.first && !screen_.root && page.find(back) == std::string::npos)
                report(these, gsm::measure(back).units, "no way back fits", page);
            all += page + "\n";
        }
        if (where_.refused) return;
        const std::string ways = "\n" + back + " " + more();
        for (const std::string& line : lines_of(given))
            if (const std::string& alone = "1 " + line + ways; all.find(line + "\n") == std::string::npos) {
                const std::size_t excess = beyond(where_.size, alone);
                report(these, excess, excess > 0 ? "a line is longer than a screen" : "a line stands on no page", line);
            }
    }

    // What is larger than a full screen may page where letters come that nobody reckons with; a smaller screen may take
    // one page more.
    void check_limit(const alike_profiles& these, const drawing& whole, const drawing& drawn) {
        std::size_t limit = page_limit(made_, screen_);
        const bool unforeseen =
            letters_ == lettering::beyond_gsm7 && gsm::measure(whole.pages.front()).needs == gsm::alphabet::ucs2;
        if (limit == templates::any_pages || (unforeseen && !screen_.end)) return;
        const bool smaller =
            where_.size.septets < full_screen.septets || where_.size.ucs2_units < full_screen.ucs2_units;
        if (smaller && !screen_.end) ++limit;
        if (drawn.pages.size() <= limit) return;
        std::size_t excess = 0;
        for (std::size_t i = limit; i < drawn.pages.size(); ++i) excess += gsm::measure(drawn.pages[i]).units;
        if (limit == 1) excess = beyond(where_.size, whole.pages.front());
        report(these, excess, fmt::format("takes {} pages, at most {}", drawn.pages.size(), limit),
               whole.pages.front());
    }

    void report(const alike_profiles& these, std::size_t excess, std::string what, const std::string& text) {
        const std::string kind = what.starts_with("takes") ? "takes" : what;
        if (letters_ == lettering::beyond_gsm7) what += " once a name has a letter beyond GSM-7";
        for (const std::string_view name : these.names)
            faults_.add({.screen = screen_.name,
                         .language = code_,
                         .profile = std::string(name),
                         .excess = excess,
                         .what = what,
                         .text = text},
                        kind);
    }

    const templates::edition& made_;
    const templates::screen& screen_;
    std::span<const named_profile> profiles_;
    const spelling in_;
    const std::string code_;
    const bool may_be_first_, longest_alone_;
    drawing_place where_;
    worst_values values_;
    worst_faults& faults_;
    lettering letters_ = lettering::own;
    std::array<std::vector<alike_profiles>, 2> alike_;  // by whether the session begins with it
    std::set<std::string> seen_;
};

// What ends the session, or goes out as one SMS.
void check_what_cannot_page(const templates::edition& made, std::span<const named_profile> profiles, const spelling& in,
                            worst_faults& faults, const proof_part& only) {
    static const named_profile sms{.name = "sms", .profile = {}};
    const worst_values values(made.screens.declared(), made.words, in);
    for (std::size_t i = 0; i < made.words.size(); ++i) {
        const auto text = static_cast<templates::text_id>(i);
        if (only.text && text != *only.text) continue;
        const auto key = made.words.key_of(text);
        const bool is_sms = key.starts_with("sms.");
        if (is_sms ? in.latin : key != "sorry.end" && !key.starts_with("late.")) continue;
        const std::span<const named_profile> shown_on = is_sms ? std::span(&sms, 1) : profiles;
        for (const auto& held : values.at(key, {&text, 1}, {}, lettering::own)) {
            const std::string shown = made.words.format(text, in.index(made.words), held);
            for (const named_profile& one : shown_on) {
                if (!is_sms && !in.shown_on(one.profile, made.words)) continue;
                const std::size_t reserve = one.profile.first_screen_reserve;
                const gsm::screen_size size =
                    is_sms ? one_sms
                           : gsm::screen_size{.septets = one.profile.screen.septets - reserve,
                                              .ucs2_units = one.profile.screen.ucs2_units - reserve};
                if (const std::size_t excess = beyond(size, shown); excess > 0)
                    faults.add({.screen = "texts." + std::string(key),
                                .language = in.code(made.words),
                                .profile = one.name,
                                .excess = excess,
                                .what = is_sms ? "is longer than one SMS" : "does not fit, and has no next page",
                                .text = shown},
                               "long");
            }
        }
    }
}

}  // namespace

void check_screens(const templates::edition& made, std::span<const named_profile> profiles, fault_list& faults,
                   const proof_part& only) {
    const std::vector<bool> first = first_screens(made.screens);
    const std::vector<bool> on_ussd = ussd_screens(made.screens), on_sms = sms_screens(made.screens);
    worst_faults worst(faults);
    for (const spelling& in : spellings_of(made.words)) {
        if (only.language && in.language != *only.language) continue;
        std::vector<named_profile> showing;
        std::ranges::copy_if(profiles, std::back_inserter(showing),
                             [&](const named_profile& one) { return in.shown_on(one.profile, made.words); });
        for (std::size_t i = 0; i < made.screens.screens().size(); ++i)
            if (made.screens.screens()[i].act.empty() && only.holds(i)) {
                std::vector<named_profile> shown_on;
                if (on_ussd[i]) shown_on = showing;
                if (on_sms[i] && made.screens.by_ussd() != templates::no_screen) shown_on.push_back(by_sms());
                if (shown_on.empty()) continue;
                screen_proof(made, shown_on, static_cast<templates::screen_index>(i), in, first[i], only.longest_alone,
                             worst)
                    .run();
            }
        check_what_cannot_page(made, profiles, in, worst, only);
    }
}

}  // namespace mlango::proof
