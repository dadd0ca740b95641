// A transcript as text, as programme staff write it: what she dials and answers, and what the phone shows. Pure.
//
//   # a comment
//   as +254711000004            whose phone; a new one may begin at any line
//   profile 140/63 no-#         the screen: septets/UCS-2 units; no-#: a keypad without #. "profile small" is this one
//   view_guard open             the operation lets lists be seen without a PIN (or: view_guard pin)
//   clock +200s                 time passes (s, min or h); hours end sessions, too
//   > *384#                     she dials: what begins with * and ends with #
//   > 1                         she answers
//   > {number}                  she types the last number of ten digits or more that any phone showed (a code, a
//   receipt) < 1 Cash 4,500 KES …        the lines of the screen, each as it stands; … stands for anything
//   <* Cash                     instead of these: some line of the screen contains it
//   sms> HELP                   she sends an SMS to 384
//   sms< 1 Information          the lines of the SMS that she gets; sms<* as <*
//   sms none                    instead: nothing is sent to her
//   sms again                   her last SMS is delivered once more: nothing more is sent
//   again                       the gateway delivers her last request once more
//   hang up                     the network ends the session
//   registry away               PostgreSQL can not be reached (until: registry back)
//   asks 41003 over_18 +254711000001    a verifier asks first: its number, what it wants to see, whom it asks
//   ! select count(*) from change_request = 1     what the one value of this query must be
//
// A transcript that begins with "in every language" is played in each language on each kind of gateway, so it names
// texts by their keys:
//
//   in every language
//   > [home.help]               she chooses the line that reads so, turning pages as far as needed
//   < 2 [help.call_me]          what the screen shows, over all of its pages, in this order; other words may stand
//                               between. … stands for anything here, too
//   sms> @complaint             the first keyword that opens this screen (keywords.yaml), in her language
#pragma once

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mlango::test {

struct transcript_step {
    enum class kind {
        as,
        profile,
        view_guard,
        clock,
        type,
        again,
        hang_up,
        registry,
        line,
        part,
        check,
        sms,
        sms_none,
        sms_again,
        asks
    };
    kind what;
    int line = 0;            // in the file, from 1
    std::string text{};      // the number, the input, the expected words, the query, "away"
    std::string expected{};  // of a check; what a verifier asks to see
    std::string whom{};      // a verifier asks: her number
    std::size_t septets = 0, ucs2_units = 0;
    bool has_hash_key = true;
    std::chrono::seconds time{0};
};

struct transcript_fault {
    int line = 0;
    std::string what;
};

struct parsed_transcript {
    std::vector<transcript_step> steps;
    std::vector<transcript_fault> faults;
    bool expects = false;     // false: nothing in it could fail
    bool everywhere = false;  // in every language, on every kind of gateway
};

inline std::string_view without_spaces_around(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
    return text;
}

class transcript_reader {
public:
    static parsed_transcript read(std::string_view text) {
        transcript_reader reader;
        while (!text.empty()) {
            const std::size_t end = std::min(text.find('\n'), text.size());
            ++reader.line_;
            reader.read_line(text.substr(0, end));
            text.remove_prefix(std::min(end + 1, text.size()));
        }
        return std::move(reader.out_);
    }

private:
    using kind = transcript_step::kind;

    void fault(std::string what) { out_.faults.push_back({line_, std::move(what)}); }
    transcript_step& add(kind what, std::string_view text) {
        return out_.steps.emplace_back(transcript_step{.what = what, .line = line_, .text = std::string(text)});
    }
    static bool number(std::string_view text, std::size_t& out) {
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
        return error == std::errc() && end == text.data() + text.size();
    }

    void read_line(std::string_view whole) {
        if (whole.ends_with('\r')) whole.remove_suffix(1);
        const auto line = without_spaces_around(whole);
        if (line.empty() || line.starts_with('#')) return;
        if (line.starts_with("sms<")) {
            if (!by_sms_) return fault("she has sent no SMS before this line");
            whole.remove_prefix(whole.find("sms<") + 3);
            return read_line(whole);
        }
        if (line.starts_with("sms")) return sms(without_spaces_around(line.substr(3)));
        if (line.starts_with("<*")) return expect(kind::part, without_spaces_around(line.substr(2)));
        if (line.starts_with('<')) {
            // What stands after "< " counts as it is.
            whole.remove_prefix(whole.find('<') + 1);
            if (whole.starts_with(' ')) whole.remove_prefix(1);
            return expect(kind::line, whole);
        }
        if (line.starts_with('>')) return typed(without_spaces_around(line.substr(1)));
        if (line.starts_with('!')) return check(without_spaces_around(line.substr(1)));
        if (line == "in every language") {
            if (!out_.steps.empty()) fault("\"in every language\" stands before everything else");
            out_.everywhere = true;
            return;
        }
        if (line == "again" || line == "hang up") {
            if (!dialled_) fault("there is no session yet: dial first");
            add(line == "again" ? kind::again : kind::hang_up, {});
            return;
        }
        const std::size_t space = line.find(' ');
        const auto word = line.substr(0, space);
        const auto rest =
            space == std::string_view::npos ? std::string_view() : without_spaces_around(line.substr(space));
        if (word == "as") {
            if (!rest.starts_with('+')) return fault("\"as\" wants a number like +254711000004");
            add(kind::as, rest);
            from_ = true;
            dialled_ = by_sms_ = false;
        } else if (word == "profile") {
            profile(rest);
        } else if (word == "clock") {
            clock(rest);
        } else if (word == "asks") {
            asks(rest);
        } else if (word == "view_guard" && (rest == "open" || rest == "pin")) {
            add(kind::view_guard, rest);
        } else if (word == "registry" && (rest == "away" || rest == "back")) {
            add(kind::registry, rest);
        } else {
            fault("is not known: " + std::string(line));
        }
    }

    void typed(std::string_view input) {
        const bool dials = input.starts_with('*') && input.ends_with('#') && input.size() > 2;
        if (!from_) fault("nobody is calling yet: say who by \"as +2547…\"");
        if (!dials && !dialled_) fault("there is no session yet: dial first");
        if (dials) dialled_ = true;
        by_sms_ = false;
        add(kind::type, input);
    }

    void sms(std::string_view rest) {
        if (!from_) fault("nobody writes yet: say who by \"as +2547…\"");
        if (rest.starts_with('>')) {
            add(kind::sms, without_spaces_around(rest.substr(1)));
            by_sms_ = true;
        } else if (rest == "none" || rest == "again") {
            if (!by_sms_) fault("she has sent no SMS before this line");
            add(rest == "none" ? kind::sms_none : kind::sms_again, {});
            out_.expects = true;
        } else {
            fault("of SMS there is sms>, sms<, sms<*, sms none and sms again");
        }
    }

    void expect(kind what, std::string_view words) {
        const bool after_screen =
            !out_.steps.empty() && (out_.steps.back().what == kind::type || out_.steps.back().what == kind::sms ||
                                    out_.steps.back().what == kind::again || is_expectation());
        if (!after_screen) return fault("nothing was shown before this line");
        if (is_expectation() && out_.steps.back().what != what)
            return fault("a screen is described by < lines or by <* lines, not by both");
        if (what == kind::part && words.empty()) return fault("<* without words would always hold");
        add(what, words);
        out_.expects = true;
    }
    [[nodiscard]] bool is_expectation() const {
        return !out_.steps.empty() && (out_.steps.back().what == kind::line || out_.steps.back().what == kind::part);
    }

    void check(std::string_view rest) {
        const std::size_t equals = rest.rfind(" = ");
        if (equals == std::string_view::npos) return fault("a check reads: ! select … = value");
        add(kind::check, without_spaces_around(rest.substr(0, equals))).expected =
            without_spaces_around(rest.substr(equals + 3));
        out_.expects = true;
    }

    void profile(std::string_view rest) {
        if (out_.everywhere) return fault("in every language means on every profile");
        transcript_step step{.what = kind::profile, .line = line_, .text = std::string(rest)};
        if (rest == "small") rest = "140/63 no-#";
        if (rest.ends_with(" no-#")) {
            step.has_hash_key = false;
            rest.remove_suffix(5);
        }
        const std::size_t slash = rest.find('/');
        if (slash == std::string_view::npos || !number(rest.substr(0, slash), step.septets) ||
            !number(rest.substr(slash + 1), step.ucs2_units))
            return fault("a profile reads: profile 160/70, profile 140/63 no-# or profile small");
        out_.steps.push_back(std::move(step));
    }

    void clock(std::string_view rest) {
        std::size_t count = 0, factor = 0;
        if (rest.starts_with('+')) {
            rest.remove_prefix(1);
            for (const auto& [unit, seconds] :
                 {std::pair<std::string_view, std::size_t>{"min", 60}, {"h", 3'600}, {"s", 1}})
                if (factor == 0 && rest.ends_with(unit) && number(rest.substr(0, rest.size() - unit.size()), count))
                    factor = seconds;
        }
        if (factor == 0 || count == 0) return fault("time passes by: clock +200s, clock +5min or clock +2h");
        add(kind::clock, {}).time = std::chrono::seconds(count * factor);
    }

    void asks(std::string_view rest) {
        const std::size_t first = rest.find(' '), last = rest.rfind(' ');
        if (first == last || !rest.substr(last + 1).starts_with('+'))
            return fault("a verifier asks by: asks 41003 over_18 +2547…");
        auto& step = add(kind::asks, rest.substr(0, first));
        step.expected = without_spaces_around(rest.substr(first, last - first));
        step.whom = rest.substr(last + 1);
    }

    parsed_transcript out_;
    int line_ = 0;
    bool from_ = false, dialled_ = false, by_sms_ = false;
};

inline parsed_transcript parse_transcript(std::string_view text) {
    return transcript_reader::read(text);
}

// Whether a screen's line is as expected; … stands for anything, also nothing.
inline bool line_matches(std::string_view expected, std::string_view line) {
    constexpr std::string_view anything = "…";
    std::size_t gap = expected.find(anything);
    if (gap == std::string_view::npos) return expected == line;
    if (!line.starts_with(expected.substr(0, gap))) return false;
    line.remove_prefix(gap);
    expected.remove_prefix(gap + anything.size());
    while ((gap = expected.find(anything)) != std::string_view::npos) {
        const std::size_t at = line.find(expected.substr(0, gap));
        if (at == std::string_view::npos) return false;
        line.remove_prefix(at + gap);
        expected.remove_prefix(gap + anything.size());
    }
    return line.ends_with(expected);
}

}  // namespace mlango::test
