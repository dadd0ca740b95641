// Plays one transcript through the real desk and says what is not as written, by file and line.
// MLANGO_TRANSCRIPTS_OUT=folder also writes each transcript there as the service really answered, to be read and
// copied.
#pragma once

#include <fmt/format.h>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "tests/integration/handlers/transcript_format.hpp"
#include "tests/support/played_house.hpp"
#include "tests/support/sms_phone.hpp"
#include "tests/support/telltale_words.hpp"

namespace mlango::test {

inline std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    if (text.ends_with('\n')) lines.emplace_back();
    return lines;
}

// Of a screen: the first number in groups ("482 913 7706"), its digits; empty: none.
inline std::string long_number_in(const std::string& text) {
    static const std::regex grouped("[0-9]{3} [0-9]{3} [0-9]{4,5}");
    std::smatch found;
    if (!std::regex_search(text, found, grouped)) return {};
    std::string digits = found.str();
    std::erase(digits, ' ');
    return digits;
}

// One of the verifier's people asks first. False: it may not.
inline bool ask_first(played_house& house, const std::string& conninfo, const transcript_step& step) {
    const auto who = sql_session(conninfo).run(fmt::format(
        "SELECT v.id, min(a.id) FROM verifier v JOIN verifier_agent a ON a.verifier = v.id AND a.kind = 'operator' "
        "WHERE v.number = '{}' GROUP BY v.id",
        step.text));
    if (who.empty()) return false;
    return house
        .wait(house.counter.ask(
            {.verifier = {std::stoll(*who[0][0])}, .who = {std::stoll(*who[0][1])}, .program = {}, .channel = "web"},
            step.whom, step.expected))
        .has_value();
}

class transcript_run {
public:
    explicit transcript_run(std::filesystem::path file) : file_(std::move(file)) {
        std::ifstream in(file_, std::ios::binary);
        std::ostringstream held;
        held << in.rdbuf();
        text_ = held.str();
    }

    void run() {
        const auto parsed = parse_transcript(text_);
        for (const auto& fault : parsed.faults) fail(fault.line, fault.what);
        if (!parsed.faults.empty()) return;
        if (!parsed.expects) fail(1, "nothing is expected in this transcript");
        house_.emplace(world_).connected();
        const auto& steps = parsed.steps;
        for (std::size_t i = 0; i < steps.size(); ++i) {
            take(steps[i]);
            if (!screen_line_) continue;
            std::size_t end = i + 1;
            while (end < steps.size() &&
                   (steps[end].what == transcript_step::kind::line || steps[end].what == transcript_step::kind::part))
                ++end;
            compare(std::span(steps).subspan(i + 1, end - i - 1));
            screen_line_ = 0;
            i = end - 1;
        }
        if (const char* folder = std::getenv("MLANGO_TRANSCRIPTS_OUT")) write_to(folder);
    }

private:
    using kind = transcript_step::kind;

    void fail(int line, const std::string& what) const { ADD_FAILURE_AT(file_.c_str(), line) << what; }

    void take(const transcript_step& step) {
        switch (step.what) {
            case kind::as:
                from_ = step.text;
                phone_.reset();
                sms_.reset();
                break;
            case kind::sms:
                if (!sms_) sms_.emplace(*house_, from_);
                show_sms(step.line, sms_->send(step.text));
                break;
            case kind::sms_none:
                if (!sms_text_.empty()) fail(step.line, "she gets:\n" + sms_text_);
                break;
            case kind::sms_again:
                if (const auto more = sms_->deliver_again(); !more.empty()) fail(step.line, "she gets again:\n" + more);
                break;
            case kind::profile:
                profile_.screen = {.septets = step.septets, .ucs2_units = step.ucs2_units};
                profile_.has_hash_key = step.has_hash_key;
                break;
            case kind::view_guard:
                world_.operation.view_needs_pin = step.text != "open";
                break;
            case kind::clock:
                house_->pass(step.time);
                break;
            case kind::registry:
                step.text == "away" ? world_.registry.away() : world_.registry.back();
                house_->run_until([&] { return house_->pool.connected() == (step.text == "back"); });
                break;
            case kind::hang_up:
                phone_->hang_up();
                break;
            case kind::type:
                if (step.text.starts_with('*') && step.text.ends_with('#')) {
                    if (!gsm::msisdn::from_e164(from_)) return fail(step.line, from_ + " is no number");
                    phone_.emplace(*house_, from_, "transcript " + std::to_string(++sessions_));
                    phone_->profile = profile_;
                    show(step.line, phone_->dial());
                } else {
                    show(step.line, phone_->type(step.text == "{number}" ? number_ : step.text));
                }
                break;
            case kind::again: {
                const std::string before = screen_.text;
                show(step.line, phone_->deliver_again());
                if (screen_.text != before)
                    fail(step.line, "the same request again gave another screen: " + screen_.text);
                break;
            }
            case kind::asks:
                if (!ask_first(*house_, world_.registry.conninfo(), step)) fail(step.line, "it may not ask");
                break;
            case kind::check:
                check(step);
                break;
            case kind::line:
            case kind::part:
                break;  // compare() has taken them
        }
    }

    // What it holds is checked where it is worded (sms_phone).
    void show_sms(int line, std::string text) {
        sms_text_ = std::move(text);
        screen_.text = sms_text_;
        screen_line_ = line;
        shown_[line] = sms_text_;
        by_sms_.insert(line);
        if (const auto word = telltale_in(sms_text_); !word.empty())
            fail(line, std::string(word) + " in:\n" + sms_text_);
        if (sms_text_.find_first_of("{}") != std::string::npos) fail(line, "braces in the SMS:\n" + sms_text_);
    }

    void show(int line, gsm::ussd_reply reply) {
        screen_ = std::move(reply);
        screen_line_ = line;
        shown_[line] = screen_.text;
        if (auto number = long_number_in(screen_.text); !number.empty()) number_ = std::move(number);
        const auto size = gsm::measure(screen_.text);
        if (screen_.text.empty()) fail(line, "the screen is empty");
        if (!profile_.screen.fits(screen_.text))
            fail(line, fmt::format("{} units do not fit the screen:\n{}", size.units, screen_.text));
        if (screen_.text.find_first_of("{}") != std::string::npos) fail(line, "braces on the screen:\n" + screen_.text);
    }

    void compare(std::span<const transcript_step> expected) {
        if (expected.empty()) return;
        const auto lines = lines_of(screen_.text);
        bool right = true;
        int first_wrong = expected.front().line;
        if (expected.front().what == kind::part) {
            for (const auto& one : expected) {
                const bool found = std::ranges::any_of(
                    lines, [&](const auto& line) { return line.find(one.text) != std::string::npos; });
                if (!found && right) first_wrong = one.line;
                right = right && found;
            }
        } else {
            for (std::size_t i = 0; right && i < std::min(lines.size(), expected.size()); ++i) {
                right = line_matches(expected[i].text, lines[i]);
                first_wrong = expected[i].line;
            }
            right = right && lines.size() == expected.size();
        }
        if (!right) fail(first_wrong, "the screen shows:\n" + screen_.text);
        if (right) as_written_[screen_line_] = true;
    }

    void check(const transcript_step& step) {
        try {
            const auto value = sql_session(world_.registry.conninfo()).value(step.text);
            if (value != step.expected) fail(step.line, "the query gives: " + value);
        } catch (const std::runtime_error& refused) {
            fail(step.line, refused.what());
        }
    }

    // The file with what was really shown where it was not as written.
    void write_to(const std::filesystem::path& folder) const {
        std::ofstream out(folder / file_.filename(), std::ios::binary);
        int number = 0;
        int of_screen = 0;
        for (const auto& line : lines_of(text_)) {
            ++number;
            const bool expectation = line.starts_with('<') || line.starts_with("sms<");
            if (expectation && of_screen != 0 && !as_written_.contains(of_screen)) continue;
            out << line << '\n';
            if (!expectation) of_screen = shown_.contains(number) ? number : 0;
            if (of_screen == number && !as_written_.contains(number))
                for (const auto& shown : lines_of(shown_.at(number)))
                    out << (by_sms_.contains(number) ? "sms< " : "< ") << shown << '\n';
        }
    }

    std::filesystem::path file_;
    std::string text_;
    played_world world_;
    std::optional<played_house> house_;
    std::string from_;
    std::optional<played_phone> phone_;
    std::optional<sms_phone> sms_;
    std::string sms_text_;
    std::set<int> by_sms_;
    gsm::gateway_profile profile_;
    int sessions_ = 0;
    std::string number_;
    gsm::ussd_reply screen_;
    int screen_line_ = 0;
    std::map<int, std::string> shown_;
    std::map<int, bool> as_written_;
};

}  // namespace mlango::test
