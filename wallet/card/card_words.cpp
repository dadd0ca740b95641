#include "wallet/card/card_words.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <array>

namespace mlango::wallet {

namespace {

constexpr std::size_t longest = 400;  // octets of one text

struct wanted {
    const char* key;
    std::string card_words::* into;
};

constexpr std::array<wanted, 11> texts{{{"cut_and_fold", &card_words::cut_and_fold},
                                        {"valid_until", &card_words::valid_until},
                                        {"scan_to_check", &card_words::scan_to_check},
                                        {"yours", &card_words::yours},
                                        {"lost", &card_words::lost},
                                        {"codes_title", &card_words::codes_title},
                                        {"codes_how", &card_words::codes_how},
                                        {"codes_keep", &card_words::codes_keep},
                                        {"codes_only", &card_words::codes_only},
                                        {"yes", &card_words::yes},
                                        {"no", &card_words::no}}};

std::string scalar(const YAML::Node& node) {
    if (!node.IsDefined() || !node.IsScalar()) return {};
    const std::string text = node.Scalar();
    return text.size() > longest ? std::string() : text;
}

bool read_names(const YAML::Node& node, std::map<std::string, std::string, std::less<>>& into) {
    if (!node.IsDefined() || !node.IsMap()) return false;
    for (const auto& each : node) {
        const std::string text = scalar(each.second);
        if (text.empty()) return false;
        into.emplace(each.first.Scalar(), text);
    }
    return true;
}

}  // namespace

std::expected<card_words, std::string> parse_card_words(const std::string& yaml, std::string language) {
    card_words words;
    words.language = std::move(language);
    const auto fault = [&](std::string_view key) {
        return std::unexpected(
            fmt::format("the card's words of {}: {} is missing, too long or no text", words.language, key));
    };
    try {
        const YAML::Node all = YAML::Load(yaml);
        if (!all.IsMap()) return fault("everything");
        for (const wanted& one : texts) {
            words.*one.into = scalar(all[one.key]);
            if ((words.*one.into).empty()) return fault(one.key);
        }
        if (!read_names(all["kinds"], words.kinds)) return fault("kinds");
        if (!read_names(all["facts"], words.facts)) return fault("facts");
    } catch (const YAML::Exception& bad) {
        return std::unexpected(
            fmt::format("the card's words of {}: line {}: {}", words.language, bad.mark.line + 1, bad.msg));
    }
    return words;
}

std::string filled(std::string text, std::string_view name, std::string_view value) {
    const std::string mark = fmt::format("{{{}}}", name);
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + value.size()))
        text.replace(at, mark.size(), value);
    return text;
}

}  // namespace mlango::wallet
