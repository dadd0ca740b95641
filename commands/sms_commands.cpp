// `mlango sms cost`: what a text takes as SMS, for who writes the words or pays for them.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <expected>
#include <fstream>
#include <iterator>
#include <map>

#include "commands/command_parts.hpp"
#include "gsm/sms_cost.hpp"
#include "proof/uses.hpp"
#include "proof/worst_values.hpp"

namespace mlango::commands {

namespace {

constexpr std::size_t most_told = 12;  // characters of a row: a text in another script consists of them

// What the command line says of encoding and money, read.
struct terms {
    gsm::encoding_rules rules;
    std::optional<gsm::price> price;
    std::string currency;
};

std::expected<terms, std::string> terms_of(const command_options& options) {
    terms read;
    read.currency = options.currency;
    for (std::string_view rest = options.tables; !rest.empty();) {
        const auto comma = std::min(rest.find(','), rest.size());
        const auto language = gsm::national_language_of(rest.substr(0, comma));
        if (!language)
            return std::unexpected(
                fmt::format("--tables: {} has no national table; those are tr es pt bn gu hi kn ml or "
                            "pa ta te ur",
                            rest.substr(0, comma)));
        read.rules.locking.insert(*language);
        read.rules.single_shift.insert(*language);
        rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    if (options.price.empty()) return read;
    read.price = gsm::price::parse(options.price);
    if (!read.price) return std::unexpected("--price: what one message costs, such as 0.8");
    return read;
}

std::string money(const terms& terms, std::size_t messages) {
    if (!terms.price) return "";
    return terms.price->of(messages) + (terms.currency.empty() ? "" : " " + terms.currency);
}

boost::json::object json_of(const gsm::sms_size& size, const terms& terms) {
    boost::json::object written{{"encoding", gsm::encoding_name(size)},
                                {"units", size.units},
                                {"segments", size.segments},
                                {"holds", size.holds}};
    if (terms.price) written["cost"] = terms.price->of(size.segments);
    if (terms.price && !terms.currency.empty()) written["currency"] = terms.currency;
    return written;
}

boost::json::object json_of(const gsm::sms_cost& cost, const terms& terms) {
    boost::json::object written = json_of(cost.size, terms);
    boost::json::array& characters = (written["characters"] = boost::json::array()).as_array();
    for (const auto& one : cost.dear) {
        characters.push_back({{"character", one.character},
                              {"code", fmt::format("U+{:04X}", static_cast<std::uint32_t>(one.code))},
                              {"count", one.count}});
    }
    if (cost.without) written["without"] = json_of(*cost.without, terms);
    return written;
}

// "ş (2), ğ (1)"; nothing where there are too many to change.
std::string told(const std::vector<gsm::dear_character>& dear) {
    if (dear.size() > most_told) return fmt::format("{} characters", dear.size());
    std::string text;
    for (const auto& one : dear) {
        text += fmt::format("{}{} (U+{:04X}, {})", text.empty() ? "" : ", ", one.character,
                            static_cast<std::uint32_t>(one.code), one.count);
    }
    return text;
}

std::string line_of(const gsm::sms_size& size, const terms& terms) {
    return fmt::format("{}, {} of {} units, {} segment{}{}{}", gsm::encoding_name(size), size.units, size.holds,
                       size.segments, size.segments == 1 ? "" : "s", terms.price ? ", " : "",
                       money(terms, size.segments));
}

void print(const gsm::sms_cost& cost, const terms& terms) {
    fmt::print("{}\n", line_of(cost.size, terms));
    if (cost.dear.empty()) return;
    fmt::print("not in GSM-7: {}\n", told(cost.dear));
    if (cost.without) fmt::print("without them: {}\n", line_of(*cost.without, terms));
}

std::optional<std::string> text_given(const command_options& options) {
    if (options.input.empty()) return options.text;
    std::ifstream file(options.input, std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (!file) return std::nullopt;
    if (text.ends_with('\n')) text.pop_back();  // the editor's
    return text;
}

int cost_of_text(const command_options& options, const terms& terms) {
    const auto text = text_given(options);
    if (!text) return faulty(options.input + " can not be read");
    const auto cost = gsm::cost_of(*text, terms.rules);
    if (!cost) {
        return faulty(cost.error() == gsm::sms_fault::too_long ? "the text is longer than 255 messages"
                                                               : "the text is not UTF-8");
    }
    if (options.json) {
        fmt::print("{}\n", boost::json::serialize(json_of(*cost, terms)));
    } else {
        print(*cost, terms);
    }
    return 0;
}

// ── The catalogue ────────────────────────────────────────────────────────────────────────────────────────────────────

struct catalogue_row {
    std::string language, key;
    gsm::sms_cost cost;
};

bool dearer(const gsm::sms_cost& one, const gsm::sms_cost& other) {
    return std::pair(one.size.segments, one.size.units) > std::pair(other.size.segments, other.size.units);
}

// Each SMS of the language as it becomes with the longest values that can stand in it.
std::vector<catalogue_row> rows_of(const templates::edition& made, templates::language_index language,
                                   const gsm::encoding_rules& rules) {
    std::map<std::string, gsm::sms_cost, std::less<>> dearest;
    const proof::worst_values values(made.screens.declared(), made.words, {.language = language});
    for (const auto& use : proof::uses_of(made)) {
        const std::string_view key = made.words.key_of(use.text);
        if (!key.starts_with("sms.") || !made.words.has(use.text, language)) continue;
        for (const auto& tried : values.at(use.place, {&use.text, 1}, {}, proof::lettering::own)) {
            auto cost = gsm::cost_of(made.words.format(use.text, language, tried), rules);
            if (!cost) continue;
            const auto known = dearest.find(key);
            if (known == dearest.end() || dearer(*cost, known->second)) dearest[std::string(key)] = std::move(*cost);
        }
    }
    std::vector<catalogue_row> rows;
    for (auto& [key, cost] : dearest) rows.push_back({made.words.languages()[language].code, key, std::move(cost)});
    return rows;
}

void print(const std::vector<catalogue_row>& rows, const terms& terms) {
    std::size_t width = 4;
    for (const auto& row : rows) width = std::max(width, row.key.size());
    fmt::print("{:<8}  {:<{}}  {:<8}  {:>5}  {:>8}{}  {}\n", "language", "text", width, "encoding", "units", "segments",
               terms.price ? fmt::format("  {:>10}", "cost") : "", "not in GSM-7, and segments without");
    for (const auto& row : rows) {
        std::string remark;
        if (row.cost.without && row.cost.without->segments < row.cost.size.segments)
            remark = fmt::format("{}: {}", told(row.cost.dear), row.cost.without->segments);
        fmt::print("{:<8}  {:<{}}  {:<8}  {:>5}  {:>8}{}{}{}\n", row.language, row.key, width,
                   gsm::encoding_name(row.cost.size), row.cost.size.units, row.cost.size.segments,
                   terms.price ? fmt::format("  {:>10}", money(terms, row.cost.size.segments)) : "",
                   remark.empty() ? "" : "  ", remark);
    }
}

int cost_of_catalogue(const command_options& options, const terms& terms) {
    const auto from = sources_of(options);
    if (!from) return 1;
    const auto made = templates::edition::load(*from);
    if (!made) {
        for (const auto& fault : made.error()) fmt::print(stderr, "{}\n", fault);
        return 1;
    }
    const templates::catalogue& words = (*made)->words;
    if (!options.language.empty() && !words.find_language(options.language))
        return faulty(fmt::format("there is no language {}", options.language));
    std::vector<catalogue_row> rows;
    for (templates::language_index at = 0; at < words.languages().size(); ++at) {
        if (!options.language.empty() && words.languages()[at].code != options.language) continue;
        std::ranges::move(rows_of(**made, at, terms.rules), std::back_inserter(rows));
    }
    if (!options.json) {
        print(rows, terms);
        return 0;
    }
    boost::json::array written;
    for (const auto& row : rows) {
        boost::json::object one{{"language", row.language}, {"text", row.key}};
        for (auto& [name, value] : json_of(row.cost, terms)) one[name] = value;
        written.push_back(std::move(one));
    }
    fmt::print("{}\n", boost::json::serialize(written));
    return 0;
}

}  // namespace

int run_sms_cost(const command_options& options) {
    const auto terms = terms_of(options);
    if (!terms) return faulty(terms.error());
    if (options.all) return cost_of_catalogue(options, *terms);
    return cost_of_text(options, *terms);
}

}  // namespace mlango::commands
