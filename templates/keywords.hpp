// The words by which an SMS asks for something, per language, as the menu's `keywords:` lists them:
//
//   keywords:
//     home: { en: [menu, home], sw: [menyu] }     # a screen's name: the message opens it
//     stop: { en: [stop, quit], fr: [arret] }     # or what is done without a screen: stop, start, continue
//
// A message is a keyword when nothing else stands in it, whatever its case, accents and punctuation (plain_words).
// Words of STOP and START are single ones: some count as the first word of more (handlers/sms_conversation).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace YAML {
class Node;
}

namespace mlango::templates {

enum class keyword_act : std::uint8_t {
    open,    // a screen
    stop,    // no more SMS
    start,   // SMS again
    resume,  // what a dropped session was doing goes on; "continue" in the file
};

struct keyword {
    std::string phrase;    // as plain_words gives it
    std::string language;  // its code
    std::string target;    // the screen's name, or the act's word
    keyword_act act = keyword_act::open;
    std::string written;  // as it stands in the file
};

class keyword_list {
public:
    // What a whole message says. Where it is a keyword of several languages: that of the first of `preferred` that has
    // it, else the first listed. nullptr: it is none.
    [[nodiscard]] const keyword* of(std::string_view message, std::vector<std::string_view> preferred) const;
    // STOP or START as the message's first word, in any language; nullptr: neither.
    [[nodiscard]] const keyword* first_word_of(std::string_view message) const;
    // Beginnings of texts that machines send ("your message could not be delivered"), as plain words.
    [[nodiscard]] bool is_of_a_machine(std::string_view message) const;

    [[nodiscard]] const std::vector<keyword>& all() const { return all_; }

    using fault_sink = std::function<void(const std::string& where, const std::string& what)>;
    // Adds what one file holds under `keywords:` or `machines:`.
    void read(const YAML::Node& node, const fault_sink& fault);
    void read_machines(const YAML::Node& node, const fault_sink& fault);

private:
    std::vector<keyword> all_;
    std::vector<std::string> machines_;
};

}  // namespace mlango::templates
