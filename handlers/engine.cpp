#include "handlers/engine.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "gsm/msisdn.hpp"
#include "templates/fit.hpp"

namespace mlango::handlers {

namespace {

constexpr std::size_t deepest = 16;       // session::stack's bound
constexpr std::size_t most_choices = 10;  // session::choices' bound
constexpr int most_steps = 16;            // screens passed in one hop; more is a loop in the menu
constexpr std::size_t longest_word = 40;  // UTF-16 units that she may type without a space: no word is ever cut

bool all_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// In UTF-16 units, as a screen counts them: what stands beyond U+FFFF takes two.
std::size_t units(std::string_view text) {
    std::size_t count = 0;
    for (const char c : text) count += (c & 0xc0) == 0x80 ? 0 : static_cast<unsigned char>(c) >= 0xf0 ? 2 : 1;
    return count;
}

bool has_too_long_word(std::string_view text) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (units(text.substr(0, end)) > longest_word) return true;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return false;
}

// The last resort for a record's word that is longer than a screen: what is above the ways on is shortened to what
// fits, because a gateway drops a text that is too long.
void shorten(std::string& text, const gsm::screen_size& screen) {
    const std::size_t ways = std::min(text.rfind('\n'), text.size());
    const std::string last = text.substr(ways);
    std::size_t end = ways;
    do {
        while (end > 0 && (text[end - 1] & 0xc0) == 0x80) --end;
        if (end > 0) --end;
        text.erase(end);
        text += last;
    } while (end > 0 && !screen.fits(text));
}

// It asks the PIN that opens, not a new one.
bool is_pin_screen(const templates::screen& screen) {
    return screen.input && screen.input->kind == templates::input_kind::pin && screen.input->field == "pin";
}

// What she came to stands below it: the PIN, or an apology.
bool stands_before(const templates::menu& screens, templates::screen_index screen) {
    return screen == screens.sorry() || is_pin_screen(screens.at(screen));
}

}  // namespace

bool resumable(const templates::menu& screens, const sessions::session& session) {
    const auto reached = std::ranges::find_if(session.stack.rbegin(), session.stack.rend(),
                                              [&](const auto& one) { return !stands_before(screens, one.screen); });
    if (reached == session.stack.rend()) return false;
    const auto& screen = screens.at(reached->screen);
    if (screen.resume == templates::resume_rule::unstated)
        return !session.fields.empty() && !screen.root && !screen.result && !screen.end;
    return screen.resume != templates::resume_rule::no;
}

void keep_field(sessions::session& session, std::string_view name, std::string value) {
    for (auto& [field, old] : session.fields)
        if (field == name) {
            old = std::move(value);
            return;
        }
    if (session.fields.size() == sessions::session_bounds::fields) session.fields.erase(session.fields.begin());
    session.fields.emplace_back(name, std::move(value));
}

std::string plain_digits(std::string_view input) {
    while (!input.empty() && (input.front() == ' ' || input.front() == '\r' || input.front() == '\n'))
        input.remove_prefix(1);
    while (!input.empty() && (input.back() == ' ' || input.back() == '\r' || input.back() == '\n'))
        input.remove_suffix(1);
    std::string plain;
    plain.reserve(input.size());
    for (std::size_t i = 0; i < input.size(); ++i) {
        const auto first = static_cast<unsigned char>(input[i]);
        const auto second = i + 1 < input.size() ? static_cast<unsigned char>(input[i + 1]) : 0;
        if (first == 0xd9 && second >= 0xa0 && second <= 0xa9) {  // U+0660 … U+0669
            plain += static_cast<char>('0' + (second - 0xa0));
            ++i;
        } else if (first == 0xdb && second >= 0xb0 && second <= 0xb9) {  // U+06F0 … U+06F9
            plain += static_cast<char>('0' + (second - 0xb0));
            ++i;
        } else {
            plain += static_cast<char>(first);
        }
    }
    return plain;
}

conversation::conversation(const surroundings& around, sessions::session& session)
    : around_(around), session_(session) {}

const templates::screen& conversation::top() const {
    return around_.screens.at(session_.stack.back().screen);
}

bool conversation::asks_pin(screen_index screen) const {
    return is_pin_screen(around_.screens.at(screen));
}

bool conversation::satisfied(templates::guard needs) const {
    const bool recent = session_.authenticated_at != 0 && around_.now - session_.authenticated_at < around_.pin_lasts;
    switch (needs) {
        case templates::guard::open:
            return true;
        case templates::guard::view:
            return !around_.view_needs_pin || recent;
        case templates::guard::pin:
            return recent;
        case templates::guard::fresh_pin:
            return fresh_ && recent;
    }
    return false;
}

demand conversation::dial() {
    session_.stack.clear();
    session_.fields.clear();
    session_.flags &= static_cast<std::uint16_t>(~flag_pin_first);
    return enter(around_.screens.entry(), {});
}

void conversation::push(sessions::frame next) {
    // The root stays, so that 00 still leads home after a long way.
    if (session_.stack.size() >= deepest) session_.stack.erase(session_.stack.begin() + 1);
    session_.stack.push_back(std::move(next));
}

demand conversation::enter(screen_index to, std::string subject) {
    const auto& screen = around_.screens.at(to);
    auto& stack = session_.stack;
    parent_subject_ = stack.empty() ? std::string() : stack.back().subject;
    if (screen.root) {
        stack.clear();
        session_.fields.clear();
    } else if (screen.result) {
        if (stack.size() > 1) stack.resize(1);
        session_.fields.clear();
    } else if (const auto earlier = std::ranges::find(stack, to, &sessions::frame::screen); earlier != stack.end()) {
        // Going forward to a screen she came through is going back to it.
        if (subject.empty()) subject = earlier->subject;
        stack.erase(earlier, stack.end());
    } else if (!stack.empty() && screen.input && top().input && top().input->to == screen.input->to) {
        stack.pop_back();  // asked again in other words
    }
    // What a step found out (a reference) stays with the form's fields, so that the screen can be shown again.
    for (const auto& [name, found] : carried_)
        if (const auto* text = std::get_if<std::string>(&found);
            text && text->size() <= sessions::session_bounds::field_bytes)
            keep_field(session_, name, *text);
    carried_ = {};
    push({.screen = to, .page = 0, .subject = std::move(subject)});
    return open();
}

demand conversation::open() {
    if (++steps_ > most_steps) throw std::logic_error("the menu runs in a circle");
    const screen_index index = session_.stack.back().screen;
    const auto& screen = around_.screens.at(index);
    if (around_.by_sms && !opens_by_sms(screen)) return instead_by_sms();
    // A form that is shown again because of what she typed has had its fresh PIN; so has its next page.
    const bool asked_again =
        (notice_ || session_.stack.back().page != 0) && screen.needs == templates::guard::fresh_pin;
    if (!around_.by_sms && !satisfied(asked_again ? templates::guard::pin : screen.needs)) {
        // What was wrong with her last input is not said of the PIN.
        notice_.reset();
        notice_instead_ = false;
        // A new PIN that she typed is gone by the time the old one is right: its screen asks for it again.
        auto& stack = session_.stack;
        if (!screen.act.empty() && stack.size() > 1) {
            const auto& before = around_.screens.at(stack[stack.size() - 2].screen);
            if (before.input && before.input->kind == templates::input_kind::pin) stack.pop_back();
        }
        const bool has_none = (session_.flags & flag_no_pin) != 0;
        return enter(has_none ? around_.screens.no_pin() : around_.screens.pin(), {});
    }
    if (!screen.act.empty()) {
        sessions::frame step = std::move(session_.stack.back());
        session_.stack.pop_back();
        if (parent_subject_.empty() && !session_.stack.empty()) parent_subject_ = session_.stack.back().subject;
        waiting_ = {
            .screen = index, .act = true, .input = input_, .subject = step.subject, .parent_subject = parent_subject_};
        return *waiting_;
    }
    if (!screen.load.empty() && !notice_instead_) {
        waiting_ = {.screen = index,
                    .act = false,
                    .input = {},
                    .subject = session_.stack.back().subject,
                    .parent_subject = parent_subject_};
        return *waiting_;
    }
    return show({}, {});
}

bool conversation::opens_by_sms(const templates::screen& screen) const {
    return screen.sms == templates::sms_rule::open ||
           (screen.sms == templates::sms_rule::ask && (session_.flags & flag_may_ask) != 0);
}

// The one on top does not open: another one that does, or the word that this goes by USSD.
demand conversation::instead_by_sms() {
    const auto& refused = top();
    const screen_index to = refused.sms == templates::sms_rule::instead ? refused.sms_at : around_.screens.by_ussd();
    if (to == templates::no_screen) throw std::logic_error("the menu has no words for what does not open by SMS");
    sessions::frame left = std::move(session_.stack.back());
    session_.stack.pop_back();
    notice_.reset();
    notice_instead_ = false;
    return enter(to, refused.sms == templates::sms_rule::instead ? std::move(left.subject) : std::string());
}

demand conversation::visit(screen_index to, std::string subject) {
    return enter(to, std::move(subject));
}

demand conversation::resume(answer given) {
    const wanted asked = std::move(*waiting_);
    waiting_.reset();
    auto& stack = session_.stack;
    if (given.outcome == returned) {
        fresh_ = true;
        session_.flags &= static_cast<std::uint16_t>(~flag_pin_first);
        while (!stack.empty() && asks_pin(stack.back().screen)) stack.pop_back();
        return stack.empty() ? enter(around_.screens.root(), {}) : open();
    }
    if (given.outcome == continued) return go_on(given.values.flag("pin"));
    if (given.outcome.empty()) {
        if (asked.act) throw std::logic_error("a step gave no outcome");
        return show(given.values, given.rows);
    }
    const screen_index to = around_.screens.at(asked.screen).outcome(given.outcome);
    if (to == templates::no_screen) throw std::logic_error("an outcome leads nowhere");
    if (!asked.act) stack.pop_back();
    notice_.reset();  // what was wrong with her input is not said of another screen
    carried_ = std::move(given.values);
    return enter(to, asked.subject);
}

// By the rule of the screen that she had reached.
demand conversation::go_on(bool pin_first) {
    auto& stack = session_.stack;
    while (!stack.empty() && stands_before(around_.screens, stack.back().screen)) stack.pop_back();
    if (stack.empty()) return enter(around_.screens.root(), {});
    using templates::resume_rule;
    const auto& reached = top();
    if (reached.resume == resume_rule::start) {
        const auto of_form = [&](const sessions::frame& one) {
            const auto rule = around_.screens.at(one.screen).resume;
            return rule != resume_rule::unstated && rule != resume_rule::no;
        };
        while (stack.size() > 1 && of_form(stack[stack.size() - 2])) stack.pop_back();
        session_.fields.clear();
    } else if (reached.resume == resume_rule::screen) {
        const auto at = std::ranges::find(stack, reached.resume_at, &sessions::frame::screen);
        if (at != stack.end())
            stack.erase(at + 1, stack.end());
        else
            stack.back() = {.screen = reached.resume_at, .page = 0, .subject = stack.back().subject};
    }
    if (around_.by_sms) {
        // Behind her there are screens that do not open now: nothing leads back to them.
        const auto closed = [&](const sessions::frame& one) { return !opens_by_sms(around_.screens.at(one.screen)); };
        stack.erase(std::remove_if(stack.begin(), stack.end() - 1, closed), stack.end() - 1);
        return open();
    }
    if (!pin_first || satisfied(templates::guard::pin)) return open();
    session_.flags |= flag_pin_first;
    return enter((session_.flags & flag_no_pin) != 0 ? around_.screens.no_pin() : around_.screens.pin(), {});
}

demand conversation::apologise() {
    waiting_.reset();
    notice_.reset();
    if (session_.stack.empty() || session_.stack.back().screen != around_.screens.sorry())
        push({.screen = around_.screens.sorry(), .page = 0, .subject = {}});
    return show({}, {});
}

demand conversation::back() {
    auto& stack = session_.stack;
    if (stack.size() <= 1) return again(around_.screens.common().not_understood, false);
    const bool from_pin = asks_pin(stack.back().screen);
    if (from_pin && (session_.flags & flag_pin_first) != 0) return dial();
    stack.pop_back();
    // She does not want to give the PIN: leave what wanted it, too.
    if (from_pin)
        while (stack.size() > 1 && (!satisfied(top().needs) || !top().act.empty())) stack.pop_back();
    if (!top().act.empty()) return dial();
    return open();
}

demand conversation::home() {
    auto& stack = session_.stack;
    if (stack.empty()) return dial();
    stack.resize(1);
    session_.fields.clear();
    if (!top().root || (session_.flags & flag_pin_first) != 0) return dial();
    return open();
}

demand conversation::again(templates::text_id notice, bool instead) {
    notice_ = notice;
    notice_instead_ = instead;
    return open();
}

demand conversation::take(std::string_view input) {
    if (session_.stack.empty()) return dial();
    input_ = plain_digits(input);
    const auto& here = top();
    if (input_ == "00") return home();
    if (input_ == "0") return back();
    if (session_.next_page != 0 && (input_ == "#" || input_ == "98")) {
        sessions::frame next = session_.stack.back();
        next.page = session_.next_page;
        push(std::move(next));
        return open();
    }
    return here.input ? typed(here) : chosen(here, input_);
}

demand conversation::typed(const templates::screen& here) {
    const auto& field = *here.input;
    const std::size_t length = units(input_);
    // A PIN is longer than one digit: that is a line of the screen.
    if (field.kind == templates::input_kind::pin && length == 1 && !here.options.empty()) return chosen(here, input_);
    const auto refuse = [&] { return again(field.invalid, true); };
    if (length < field.min || length > field.max) return refuse();
    switch (field.kind) {
        case templates::input_kind::pin:
            if (!all_digits(input_)) return refuse();
            break;
        case templates::input_kind::digits:
            if (!all_digits(input_)) return refuse();
            keep_field(session_, field.field, input_);
            break;
        case templates::input_kind::msisdn: {
            const auto number = gsm::msisdn::from_typed(input_, around_.region);
            if (!number) return refuse();
            keep_field(session_, field.field, number->e164());
            break;
        }
        case templates::input_kind::text:
            if (std::ranges::any_of(input_, [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
                return refuse();
            // More than a session keeps goes to the step that follows, and nowhere else.
            if (field.max > sessions::session_bounds::field_bytes) break;
            if (input_.size() > sessions::session_bounds::field_bytes || has_too_long_word(input_)) return refuse();
            keep_field(session_, field.field, input_);
            break;
    }
    return enter(field.to, session_.stack.back().subject);
}

demand conversation::chosen(const templates::screen& here, std::string_view input) {
    const auto not_understood = [&] { return again(around_.screens.common().not_understood, false); };
    if (!all_digits(input)) return not_understood();
    for (const auto& option : here.options) {
        if (option.key != input) continue;
        const bool hidden = std::ranges::any_of(
            session_.choices, [&](const std::string& c) { return c.starts_with('!') && c.substr(1) == option.key; });
        if (hidden) return not_understood();
        if (option.special == templates::option::special_target::back) return back();
        if (option.special == templates::option::special_target::home) return home();
        return enter(option.to, option.subject.empty() ? session_.stack.back().subject : option.subject);
    }
    if (here.rows && here.rows->to != templates::no_screen && input.size() == 1) {
        const auto number = static_cast<std::size_t>(input[0] - '0');
        if (number >= 1 && number <= session_.choices.size() && !session_.choices[number - 1].starts_with('!'))
            return enter(here.rows->to, session_.choices[number - 1]);
    }
    return not_understood();
}

demand conversation::show(templates::values values, const std::vector<row>& rows) {
    const auto& screen = top();
    for (const auto& [name, typed] : session_.fields)
        if (!values.find(name)) values.set(name, typed);
    const auto& words = around_.words;
    const auto& common = around_.screens.common();
    const bool latin = around_.latin || (session_.flags & flag_latin) != 0;
    const auto language = latin ? words.in_latin(session_.language) : session_.language;
    templates::sheet sheet;
    std::string notice;
    if (notice_) words.append(notice, *notice_, language, values);
    if (notice_instead_) {
        sheet.head = std::exchange(notice, {});
        session_.stack.back().page = 0;
    } else {
        if (screen.rows && rows.empty() && screen.rows->empty)
            words.append(sheet.head, *screen.rows->empty, language, values);
        else if (screen.text)
            words.append(sheet.head, *screen.text, language, values);
    }
    if (sheet.head.ends_with('\n')) sheet.head.pop_back();

    session_.choices.clear();
    std::vector<std::string> hidden;
    sheet.numbers_rows = screen.rows && screen.rows->to != templates::no_screen;
    sheet.lines.reserve(rows.size() + screen.options.size());
    if (screen.rows)
        for (const auto& one : rows)
            sheet.lines.push_back({.key = {}, .text = words.format(screen.rows->text, language, one.values)});
    for (const auto& option : screen.options) {
        if (!option.when.empty() && !values.flag(option.when)) {
            hidden.push_back("!" + option.key);
            continue;
        }
        sheet.lines.push_back({.key = option.key, .text = words.format(option.text, language, values)});
        if (option.key.size() == 1) sheet.rows_a_page = std::min(sheet.rows_a_page, option.key[0] - '1');
    }
    if (session_.stack.size() > 1) sheet.back = words.format(common.back, language, {});
    if (session_.stack.size() > 2) sheet.home = words.format(common.home, language, {});
    // Behind each number on the screen and each line that is not there stands a choice.
    sheet.rows_a_page =
        std::min(sheet.rows_a_page, static_cast<int>(most_choices - std::min(hidden.size(), most_choices - 1)));
    sheet.more = words.format(around_.has_hash_key ? common.more : common.more_98, language, {});

    const auto fits = [&](std::string_view text) { return around_.screen.fits(text); };
    templates::page page;
    if (!notice.empty()) {
        // Above the page, not part of it: pages are cut where they are cut without it.
        notice += '\n';
        std::string both;
        page = templates::fit(sheet, session_.stack.back().page,
                              [&](std::string_view text) { return fits(both.assign(notice).append(text)); });
        page.text.insert(0, notice);
        if (!page.fits) notice.clear();
    }
    if (notice.empty()) page = templates::fit(sheet, session_.stack.back().page, fits);
    if (!page.fits) shorten(page.text, around_.screen);
    for (std::size_t i = 0; i < page.rows && session_.choices.size() < most_choices; ++i)
        session_.choices.push_back(rows[page.first_row + i].id);
    for (auto& key : hidden)
        if (session_.choices.size() < most_choices) session_.choices.push_back(std::move(key));
    session_.next_page = page.next;
    session_.ended = screen.end;
    notice_.reset();
    notice_instead_ = false;
    return shown{.text = std::move(page.text), .ends = screen.end};
}

}  // namespace mlango::handlers
