// Plays a transcript that names texts by their keys, in one language on one kind of gateway: turns pages as she would,
// and looks at every page whether it fits and gives nothing away before the PIN.
#pragma once

#include "tests/integration/handlers/transcript_run.hpp"
#include "tests/support/profiles.hpp"
#include "tests/support/telltale_words.hpp"

namespace mlango::test {

class everywhere_run {
public:
    everywhere_run(std::filesystem::path file, std::string language, const test_profile& profile)
        : file_(std::move(file)), language_(std::move(language)), on_(profile) {}

    void run(const parsed_transcript& parsed) {
        house_.emplace(world_).connected();
        language_index_ = *words().find_language(language_);
        sql_session sql(world_.registry.conninfo());
        sql.run("UPDATE individual SET language = '" + language_ + "'");
        sql.run("UPDATE number_preference SET language = '" + language_ + "'");
        const auto& steps = parsed.steps;
        for (std::size_t i = 0; i < steps.size() && !failed_; ++i) {
            if (steps[i].what == kind::line || steps[i].what == kind::part) {
                std::size_t end = i + 1;
                while (end < steps.size() && (steps[end].what == kind::line || steps[end].what == kind::part)) ++end;
                compare(std::span(steps).subspan(i, end - i));
                i = end - 1;
            } else {
                take(steps[i]);
            }
        }
    }

private:
    using kind = transcript_step::kind;

    void fail(int line, const std::string& what) {
        failed_ = true;
        ADD_FAILURE_AT(file_.c_str(), line) << language_ << " on " << on_.name << ": " << what;
    }
    [[nodiscard]] const templates::catalogue& words() const { return house_->editions.current().words; }
    [[nodiscard]] const templates::menu& screens() const { return house_->editions.current().screens; }
    [[nodiscard]] std::string said(templates::text_id text) const {
        templates::values anything;
        const auto names = words().arguments_of(text, language_index_);
        // Letters that every language shows as they are.
        constexpr std::string_view any = "QQQQ";
        for (const auto& name : names) anything.set(name, std::string(any));
        std::string out = words().format(text, language_index_, anything);
        for (std::size_t at = 0; (at = out.find(any, at)) != std::string::npos;) out.replace(at, any.size(), "…");
        return out;
    }

    void take(const transcript_step& step) {
        switch (step.what) {
            case kind::as:
                from_ = step.text;
                phone_.reset();
                sms_.reset();
                break;
            case kind::sms:
                by_sms(step);
                break;
            case kind::sms_none:
                if (!screen_.text.empty()) fail(step.line, "she gets:\n" + screen_.text);
                break;
            case kind::sms_again:
                if (const auto more = sms_->deliver_again(); !more.empty()) fail(step.line, "she gets again:\n" + more);
                break;
            case kind::clock:
                house_->pass(step.time);
                break;
            case kind::hang_up:
                phone_->hang_up();
                break;
            case kind::again: {
                const auto before = screen_.text;
                show(step.line, phone_->deliver_again());
                if (screen_.text != before)
                    fail(step.line, "the same request again gave another screen: " + screen_.text);
                break;
            }
            case kind::type:
                typed(step);
                break;
            case kind::view_guard:
                world_.operation.view_needs_pin = step.text != "open";
                break;
            case kind::registry:
                step.text == "away" ? world_.registry.away() : world_.registry.back();
                house_->run_until([&] { return house_->pool.connected() == (step.text == "back"); });
                break;
            case kind::asks:
                if (!ask_first(*house_, world_.registry.conninfo(), step)) fail(step.line, "it may not ask");
                break;
            case kind::check: {
                const auto value = sql_session(world_.registry.conninfo()).value(step.text);
                if (value != step.expected) fail(step.line, "the query gives: " + value);
                break;
            }
            case kind::profile:
            case kind::line:
            case kind::part:
                break;
        }
    }

    // A keyword by its target, a line by its words, or what stands there.
    void by_sms(const transcript_step& step) {
        if (!sms_) sms_.emplace(*house_, from_);
        std::string text = step.text;
        if (text.starts_with('@')) {
            const auto& all = screens().keywords().all();
            const auto found = std::ranges::find_if(
                all, [&](const auto& one) { return one.target == text.substr(1) && one.language == language_; });
            if (found == all.end()) return fail(step.line, "no keyword for " + text);
            text = found->written;
        } else if (text.starts_with('[')) {
            const auto wanted = expanded(step.line, text);
            const auto before = text;
            for (const auto& line : lines_of(screen_.text))
                if (const auto space = line.find(' ');
                    space != std::string::npos && line_matches(wanted, line.substr(space + 1)))
                    text = line.substr(0, space);
            if (text == before) return fail(step.line, "no line reads \"" + wanted + "\":\n" + screen_.text);
        }
        screen_ = {.text = sms_->send(text), .ends = false};
        sms_shown_ = true;
        if (const auto word = telltale_in(screen_.text); !word.empty())
            fail(step.line, "\"" + std::string(word) + "\" in an SMS:\n" + screen_.text);
        if (screen_.text.find_first_of("{}") != std::string::npos)
            fail(step.line, "braces in the SMS:\n" + screen_.text);
    }

    void typed(const transcript_step& step) {
        if (step.text.starts_with('*') && step.text.ends_with('#')) return dial(step.line);
        if (step.text == "{number}") return type(step.line, number_);
        if (!step.text.starts_with('[')) return type(step.line, step.text);
        const auto wanted = expanded(step.line, step.text);
        while (!failed_) {
            for (const auto& line : lines_of(screen_.text)) {
                const auto space = line.find(' ');
                if (space != std::string::npos && line_matches(wanted, line.substr(space + 1)))
                    return type(step.line, line.substr(0, space));
            }
            if (!has_more()) return fail(step.line, "no line reads \"" + wanted + "\":\n" + screen_.text);
            turn(step.line);
        }
    }

    // Who dials for the first time is asked for her language.
    void dial(int line) {
        phone_.emplace(*house_, from_, "everywhere " + std::to_string(++sessions_));
        phone_->profile = on_.profile();
        phone_->identity = on_.identity;
        had_pin_ = false;
        first_ = true;
        last_input_.clear();
        show(line, phone_->dial());
        const auto& languages = words().languages();
        if (screen_.text.find(languages.front().own_name) == std::string::npos) return;
        const auto own = " " + languages[language_index_].own_name;
        while (!failed_) {
            for (const auto& each : lines_of(screen_.text))
                if (each.ends_with(own)) return type(line, each.substr(0, each.find(' ')));
            if (!has_more()) return fail(line, "her language is not offered:\n" + screen_.text);
            turn(line);
        }
    }

    void type(int line, const std::string& input) {
        // A gateway that names no hop takes the same input at once for a repeat.
        if (input == last_input_) world_.time.advance(std::chrono::seconds(2));
        last_input_ = input;
        first_ = false;
        had_pin_ = had_pin_ || input == "4826" || input == "573914";
        show(line, phone_->type(input));
    }

    // In whichever language the screen is: the choice of one comes before it is known.
    [[nodiscard]] bool has_more() const {
        const auto& common = screens().common();
        for (templates::language_index language = 0; language < words().languages().size(); ++language)
            if (screen_.text.ends_with(words().format(on_.has_hash_key ? common.more : common.more_98, language, {})))
                return true;
        return false;
    }
    void turn(int line) { type(line, on_.has_hash_key ? "#" : "98"); }

    void show(int line, gsm::ussd_reply reply) {
        screen_ = std::move(reply);
        sms_shown_ = false;
        if (auto number = long_number_in(screen_.text); !number.empty()) number_ = std::move(number);
        if (screen_.text.empty()) fail(line, "the screen is empty");
        if (!(first_ ? on_.first_screen() : on_.screen).fits(screen_.text))
            fail(line, fmt::format("{} units do not fit:\n{}", gsm::measure(screen_.text).units, screen_.text));
        if (screen_.text.find_first_of("{}") != std::string::npos) fail(line, "braces on the screen:\n" + screen_.text);
        if (const auto word = telltale_in(screen_.text); !had_pin_ && !word.empty())
            fail(line, "\"" + std::string(word) + "\" before the PIN:\n" + screen_.text);
    }

    // Every page from this one on, without the ways on, as one line; then back to where she was.
    std::string whole(int line) {
        std::string all;
        int turned = 0;
        while (!failed_) {
            auto lines = lines_of(screen_.text);
            const auto& common = screens().common();
            for (const auto way : {common.back, common.home, common.more, common.more_98})
                if (!lines.empty() && lines.back().starts_with(said(way))) lines.pop_back();
            for (const auto& each : lines) all += each + "\n";
            if (sms_shown_ || !has_more()) break;
            turn(line);
            ++turned;
        }
        for (; turned > 0 && !failed_; --turned) type(line, "0");
        std::ranges::replace(all, '\n', ' ');
        return all;
    }

    void compare(std::span<const transcript_step> expected) {
        const auto shown = whole(expected.front().line);
        std::size_t from = 0;
        for (const auto& step : expected) {
            if (failed_) return;
            auto rest = expanded(step.line, step.text);
            std::ranges::replace(rest, '\n', ' ');
            while (!rest.empty()) {
                const auto gap = std::min(rest.find("…"), rest.size());
                const auto part = std::string(without_spaces_around(rest.substr(0, gap)));
                const auto at = shown.find(part, from);
                if (at == std::string::npos) return fail(step.line, "\"" + part + "\" is not shown in:\n" + shown);
                from = at + part.size();
                rest.erase(0, std::min(gap + std::string_view("…").size(), rest.size()));
            }
        }
    }

    // With the words in place of the keys.
    std::string expanded(int line, std::string text) {
        for (std::size_t open = 0; (open = text.find('[', open)) != std::string::npos;) {
            const auto close = text.find(']', open);
            if (close == std::string::npos) break;
            const auto key = text.substr(open + 1, close - open - 1);
            if (key.find("…") != std::string::npos) {  // words of her record
                text.replace(open, close - open + 1, key);
                open += key.size();
                continue;
            }
            const auto id = words().find(key);
            if (!id) {
                fail(line, "there is no text \"" + key + "\"");
                return text;
            }
            const auto in_words = said(*id);
            text.replace(open, close - open + 1, in_words);
            open += in_words.size();
        }
        return text;
    }

    std::filesystem::path file_;
    std::string language_;
    const test_profile& on_;
    played_world world_;
    std::optional<played_house> house_;
    templates::language_index language_index_ = 0;
    std::string from_;
    std::optional<played_phone> phone_;
    int sessions_ = 0;
    std::optional<sms_phone> sms_;
    bool sms_shown_ = false;
    gsm::ussd_reply screen_;
    std::string last_input_, number_;
    bool first_ = false, had_pin_ = false, failed_ = false;
};

}  // namespace mlango::test
