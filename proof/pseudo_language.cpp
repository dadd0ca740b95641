#include "proof/pseudo_language.hpp"

#include <unicode/messagepattern.h>
#include <unicode/unistr.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace mlango::proof {
namespace {

constexpr auto accents = std::to_array<std::pair<char, std::string_view>>(
    {{'a', "à"}, {'e', "è"}, {'i', "ì"}, {'o', "ò"}, {'u', "ù"}, {'A', "Å"}, {'E', "É"}, {'O', "Ö"}, {'U', "Ü"}});

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// The pattern's own words; what ICU reads as syntax stays.
class pattern_writer {
public:
    explicit pattern_writer(const std::string& pattern) {
        pattern_.parse(icu::UnicodeString::fromUTF8(pattern), nullptr, status_);
        if (U_FAILURE(status_)) throw std::invalid_argument("no pattern: " + pattern);
        source_ = pattern_.getPatternString();
    }

    std::string written() {
        message(0);
        return std::move(out_);
    }

private:
    [[nodiscard]] std::string utf8(std::int32_t from, std::int32_t to) const {
        std::string text;
        source_.tempSubStringBetween(from, to).toUTF8String(text);
        return text;
    }

    // From the part `i`, a MSG_START, to its limit; gives the limit's number.
    std::int32_t message(std::int32_t i) {
        const std::int32_t last = pattern_.getLimitPartIndex(i);
        std::int32_t at = pattern_.getPart(i).getLimit();
        for (++i; i <= last; ++i) {
            const auto& part = pattern_.getPart(i);
            out_ += pseudo_words(utf8(at, part.getIndex()));
            if (part.getType() == UMSGPAT_PART_TYPE_ARG_START) {
                i = argument(i);
            } else if (i != last) {
                out_ += utf8(part.getIndex(), part.getLimit());  // a quote, or #
            }
            at = pattern_.getPart(i).getLimit();
        }
        return last;
    }

    std::int32_t argument(std::int32_t i) {
        const std::int32_t last = pattern_.getLimitPartIndex(i);
        std::int32_t at = pattern_.getPart(i).getIndex();
        for (++i; i <= last; ++i) {
            if (pattern_.getPartType(i) != UMSGPAT_PART_TYPE_MSG_START) continue;
            out_ += utf8(at, pattern_.getPart(i).getLimit());
            i = message(i);
            at = pattern_.getPart(i).getIndex();
        }
        out_ += utf8(at, pattern_.getPart(last).getLimit());
        return last;
    }

    UErrorCode status_ = U_ZERO_ERROR;
    icu::MessagePattern pattern_{status_};
    icu::UnicodeString source_;
    std::string out_;
};

}  // namespace

std::string pseudo_words(std::string_view words) {
    std::string out;
    for (std::size_t at = 0; at < words.size();) {
        if (!is_letter(words[at])) {
            out += words[at++];
            continue;
        }
        std::size_t end = at;
        for (; end < words.size() && is_letter(words[end]); ++end) {
            const auto accent = std::ranges::find(accents, words[end], &std::pair<char, std::string_view>::first);
            if (accent == accents.end())
                out += words[end];
            else
                out += accent->second;
        }
        for (std::size_t left = std::max<std::size_t>(1, (end - at) * 4 / 10); left > 0; --left) out += "ø";
        at = end;
    }
    return out;
}

templates::source pseudo_language(const templates::source& english) {
    const YAML::Node texts = YAML::Load(english.content)["texts"];
    YAML::Emitter out;
    out << YAML::BeginMap << YAML::Key << "language" << YAML::Value << YAML::Flow << YAML::BeginMap << YAML::Key
        << "code" << YAML::Value << std::string(pseudo_code) << YAML::Key << "own_name" << YAML::Value << "Pseudo"
        << YAML::Key << "locale" << YAML::Value << "en-XA" << YAML::EndMap << YAML::Key << "texts" << YAML::Value
        << YAML::BeginMap;
    for (const auto& entry : texts) {
        const auto pattern = (entry.second.IsMap() ? entry.second["text"] : entry.second).as<std::string>();
        const std::string written = pattern_writer(pattern).written();
        out << YAML::Key << entry.first.as<std::string>() << YAML::Value << YAML::DoubleQuoted
            << (written.empty() ? "" : "<" + written + ">");
    }
    out << YAML::EndMap << YAML::EndMap;
    return {.name = std::string(pseudo_code) + ".yaml", .content = out.c_str()};
}

}  // namespace mlango::proof
