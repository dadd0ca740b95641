#include "templates/catalogue.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <limits>
#include <map>
#include <unordered_map>

#include "base/bytes.hpp"
#include "templates/locale_forms.hpp"
#include "templates/message.hpp"
#include "templates/transliterate.hpp"

namespace mlango::templates {
namespace {

struct hash_of_key {
    using is_transparent = void;
    std::size_t operator()(std::string_view key) const { return std::hash<std::string_view>{}(key); }
};

// A file as it was read, its patterns not compiled yet.
struct raw_language {
    std::string file;
    language what;
    std::string locale;
    letter_pairs letters;
    std::string without_script = "latin";
    latin_forms latin;
    std::vector<std::pair<std::string, std::string>> texts;  // key and pattern
    std::vector<std::pair<std::string, std::size_t>> rooms;
};

class fault_list {
public:
    void add(std::string_view file, std::string_view where, std::string_view what) {
        std::string text(file);
        if (!where.empty()) text.append(": ").append(where);
        list_.push_back(text.append(": ").append(what));
    }
    [[nodiscard]] bool empty() const { return list_.empty(); }
    std::vector<std::string> take() { return std::move(list_); }

private:
    std::vector<std::string> list_;
};

bool known(std::string_view field, std::initializer_list<std::string_view> fields) {
    return std::ranges::find(fields, field) != fields.end();
}

void read_language(const YAML::Node& node, raw_language& into, fault_list& faults) {
    if (!node || !node.IsMap()) return faults.add(into.file, "language", "is missing or no map");
    for (const auto& entry : node) {
        const auto field = entry.first.as<std::string>();
        if (!known(field, {"code", "own_name", "locale", "reviewed", "letters", "without_script"}))
            faults.add(into.file, "language", "unknown field " + field);
        else if (field == "without_script")
            into.without_script = entry.second.as<std::string>();
        else if (field == "reviewed")
            into.what.reviewed = entry.second.as<bool>();
        else if (field == "letters")
            for (const auto& pair : entry.second)
                into.letters.emplace_back(pair.first.as<std::string>(), pair.second.as<std::string>());
        else {
            auto& target = field == "code" ? into.what.code : field == "locale" ? into.locale : into.what.own_name;
            target = entry.second.as<std::string>();
        }
    }
    for (const auto& [name, held] :
         {std::pair{"code", &into.what.code}, {"own_name", &into.what.own_name}, {"locale", &into.locale}})
        if (held->empty()) faults.add(into.file, "language", std::string(name) + " is missing");
}

void read_latin(const YAML::Node& node, raw_language& into, fault_list& faults) {
    if (!node.IsMap()) return faults.add(into.file, "latin", "is no map");
    for (const auto& entry : node) {
        const auto field = entry.first.as<std::string>();
        if (field == "rules")
            into.latin.rules = entry.second.as<std::string>();
        else if (field == "words" && entry.second.IsMap())
            for (const auto& pair : entry.second)
                into.latin.words.emplace_back(pair.first.as<std::string>(), pair.second.as<std::string>());
        else
            faults.add(into.file, "latin", "unknown field " + field);
    }
}

void read_text(const std::string& key, const YAML::Node& node, raw_language& into, fault_list& faults) {
    if (std::ranges::find(into.texts, key, &std::pair<std::string, std::string>::first) != into.texts.end())
        return faults.add(into.file, key, "stands twice");
    if (node.IsScalar()) {
        into.texts.emplace_back(key, node.Scalar());
        return;
    }
    if (!node.IsMap()) return faults.add(into.file, key, "is neither words nor a map");
    for (const auto& entry : node)
        if (const auto field = entry.first.as<std::string>(); !known(field, {"text", "note", "room"}))
            faults.add(into.file, key, "unknown field " + field);
    if (const auto text = node["text"]; text && text.IsScalar())
        into.texts.emplace_back(key, text.Scalar());
    else
        faults.add(into.file, key, "has no text");
    const auto room = node["room"];
    if (!room) return;
    if (const auto characters = room.as<int>(0); characters > 0)
        into.rooms.emplace_back(key, static_cast<std::size_t>(characters));
    else
        faults.add(into.file, key, "room is a number of characters above 0");
}

// "en" of "en.yaml".
std::string code_of(const source& from) {
    return std::filesystem::path(from.name).stem().string();
}

raw_language read_one(const source& from, fault_list& faults) {
    raw_language read;
    read.file = from.name;
    try {
        if (!is_utf8(from.content)) throw std::invalid_argument("is not UTF-8");
        const YAML::Node root = YAML::Load(from.content);
        if (!root.IsMap()) throw std::invalid_argument("holds no map");
        for (const auto& entry : root)
            if (const auto field = entry.first.as<std::string>(); !known(field, {"language", "latin", "texts"}))
                faults.add(read.file, "", "unknown field " + field);
        read_language(root["language"], read, faults);
        read.latin.language = read.file;
        if (const auto latin = root["latin"]) read_latin(latin, read, faults);
        if (const auto texts = root["texts"]; texts && texts.IsMap())
            for (const auto& entry : texts) read_text(entry.first.as<std::string>(), entry.second, read, faults);
        else
            faults.add(read.file, "texts", "is missing or no map");
        if (!read.what.code.empty() && read.what.code != code_of(from))
            faults.add(read.file, "language", "the code differs from the file's name");
    } catch (const std::exception& broken) {  // yaml-cpp says line and column
        faults.add(read.file, "", broken.what());
    }
    return read;
}

std::vector<raw_language> read_all(sources from, const std::vector<std::string>& order, fault_list& faults) {
    std::ranges::sort(from, {}, [&](const source& one) {
        return std::pair{std::ranges::find(order, code_of(one)) - order.begin(), one.name};
    });
    std::vector<raw_language> read;
    for (const source& one : from) read.push_back(read_one(one, faults));
    const std::string first = order.empty() ? "" : order.front();
    if (read.empty() || (!first.empty() && code_of(from.front()) != first))
        faults.add("texts", "", "the fallback language " + first + " is missing");
    if (read.size() > std::numeric_limits<language_index>::max() / 2) faults.add("texts", "", "too many languages");
    return read;
}

}  // namespace

struct catalogue::state {
    struct spoken {
        locale_forms forms;
        std::vector<std::optional<message>> texts;  // by text_id
    };
    std::optional<transliterator> folds;
    std::vector<language> languages;
    std::vector<spoken> words;             // by language_index; then those in Latin letters
    std::vector<language_index> latin_of;  // by language_index: which words say it in Latin letters
    std::vector<std::string> keys;
    std::unordered_map<std::string, text_id, hash_of_key, std::equal_to<>> index;
    std::unordered_map<std::string, std::size_t> rooms;

    [[nodiscard]] text_id id_of(const std::string& key) {
        const auto [found, fresh] = index.try_emplace(key, static_cast<text_id>(keys.size()));
        if (fresh) keys.push_back(key);
        return found->second;
    }
    // The words that an index stands for: a language's, or beyond those the same in Latin letters.
    [[nodiscard]] const spoken* words_of(language_index of) const {
        if (of < languages.size()) return &words[of];
        return of < 2 * languages.size() ? &words[latin_of[of - languages.size()]] : nullptr;
    }
    void add_latin(std::vector<raw_language>& raws, fault_list& faults);
};

// Where only Latin letters can be shown. Patterns that do not compile were told already.
void catalogue::state::add_latin(std::vector<raw_language>& raws, fault_list& faults) {
    for (std::size_t i = 0; i < languages.size(); ++i) {
        const std::string& second = raws[i].without_script;
        latin_of.push_back(static_cast<language_index>(i));
        if (languages[i].script == "Latn") continue;
        if (second != "latin") {
            const auto found = std::ranges::find(languages, second, &language::code);
            if (found == languages.end() || found->script != "Latn")
                faults.add(raws[i].file, "language", "without_script names no language of Latin letters: " + second);
            else
                latin_of.back() = static_cast<language_index>(found - languages.begin());
            continue;
        }
        auto forms = locale_forms::make(raws[i].locale, std::move(raws[i].letters), &*folds, true);
        if (!forms) continue;
        latin_of.back() = static_cast<language_index>(words.size());
        words.push_back({std::move(*forms), {}});
        words.back().texts.resize(keys.size());
        for (const auto& [key, pattern] : raws[i].texts)
            if (const auto id = index.find(key); id != index.end())
                if (auto text = message::compile(pattern, words.back().forms))
                    words.back().texts[id->second] = std::move(*text);
    }
}

catalogue::catalogue(std::unique_ptr<state> state) : state_(std::move(state)) {}
catalogue::catalogue(catalogue&&) noexcept = default;
catalogue::~catalogue() = default;

std::expected<catalogue, std::vector<std::string>> catalogue::load(const std::filesystem::path& folder,
                                                                   const std::vector<std::string>& order) {
    auto from = read_sources(folder);
    if (!from) return std::unexpected(std::move(from.error()));
    return load(*from, order);
}

std::expected<catalogue, std::vector<std::string>> catalogue::load(const sources& from,
                                                                   const std::vector<std::string>& order) {
    fault_list faults;
    auto made = std::make_unique<state>();
    std::vector<raw_language> raws = read_all(from, order, faults);
    std::vector<latin_forms> latin;
    for (raw_language& raw : raws) latin.push_back(std::move(raw.latin));
    auto folds = transliterator::make(latin);
    if (!folds) {
        faults.add("texts", "", folds.error());
        return std::unexpected(faults.take());
    }
    made->folds.emplace(std::move(*folds));
    for (raw_language& raw : raws) {
        const bool fallback = made->languages.empty();
        auto forms = locale_forms::make(raw.locale, raw.letters);
        if (forms && forms->script() == "Latn")  // a value in other letters would take her most of the screen
            forms = locale_forms::make(raw.locale, raw.letters, &*made->folds);
        if (!forms) {
            if (!raw.locale.empty()) faults.add(raw.file, "language", forms.error());
            forms = locale_forms::make("en", {});  // so that the patterns are checked all the same
        }
        raw.what.right_to_left = forms->right_to_left();
        raw.what.script = forms->script();
        if (fallback) made->rooms.insert(raw.rooms.begin(), raw.rooms.end());
        made->languages.push_back(std::move(raw.what));
        made->words.push_back({std::move(*forms), {}});
        state::spoken& spoken = made->words.back();
        spoken.texts.resize(made->keys.size());
        for (const auto& [key, pattern] : raw.texts) {
            if (!fallback && !made->index.contains(key)) {
                faults.add(raw.file, key, "the fallback language does not have it");
                continue;
            }
            if (made->keys.size() == std::numeric_limits<text_id>::max()) {
                faults.add(raw.file, key, "too many texts");
                break;
            }
            auto text = message::compile(pattern, spoken.forms);
            if (!text) {
                faults.add(raw.file, key, text.error());
                if (fallback) (void)made->id_of(key);
                continue;
            }
            const text_id id = made->id_of(key);
            spoken.texts.resize(made->keys.size());
            if (!fallback && made->words.front().texts[id]) {
                const auto allowed = made->words.front().texts[id]->arguments();
                for (const std::string& name : text->arguments())
                    if (!std::ranges::binary_search(allowed, name))
                        faults.add(raw.file, key, "the fallback's text has no argument " + name);
            }
            spoken.texts[id] = std::move(*text);
        }
        spoken.texts.resize(made->keys.size());
    }
    made->add_latin(raws, faults);
    if (!faults.empty()) return std::unexpected(faults.take());
    return catalogue(std::move(made));
}

const std::vector<language>& catalogue::languages() const {
    return state_->languages;
}

std::optional<language_index> catalogue::find_language(std::string_view code) const {
    const auto found = std::ranges::find(state_->languages, code, &language::code);
    if (found == state_->languages.end()) return std::nullopt;
    return static_cast<language_index>(found - state_->languages.begin());
}

language_index catalogue::in_latin(language_index language) const {
    const std::size_t count = state_->languages.size();
    return language < count ? static_cast<language_index>(language + count) : language;
}

std::string catalogue::latin(std::string_view word) const {
    return state_->folds->latin(word);
}

std::optional<text_id> catalogue::find(std::string_view key) const {
    const auto found = state_->index.find(key);
    if (found == state_->index.end()) return std::nullopt;
    return found->second;
}

std::string_view catalogue::key_of(text_id text) const {
    return text < state_->keys.size() ? std::string_view(state_->keys[text]) : std::string_view();
}

std::size_t catalogue::size() const {
    return state_->keys.size();
}

bool catalogue::has(text_id text, language_index language) const {
    const auto* spoken = state_->words_of(language);
    return spoken != nullptr && text < size() && spoken->texts[text].has_value();
}

void catalogue::append(std::string& out, text_id text, language_index language, const values& arguments) const {
    if (text >= size()) return;
    const bool latin = language >= state_->languages.size();
    const state::spoken& spoken = has(text, language) ? *state_->words_of(language) : state_->words.front();
    spoken.texts[text]->append(out, arguments, spoken.forms, latin);
}

std::string catalogue::format(text_id text, language_index language, const values& arguments) const {
    std::string out;
    append(out, text, language, arguments);
    return out;
}

std::vector<std::string> catalogue::arguments_of(text_id text, language_index language) const {
    if (!has(text, language)) return {};
    return state_->words_of(language)->texts[text]->arguments();
}

std::vector<argument_use> catalogue::uses_of(text_id text, language_index language) const {
    if (!has(text, language)) return {};
    return state_->words_of(language)->texts[text]->uses();
}

plural_category catalogue::category(language_index language, std::int64_t number, bool ordinal) const {
    return state_->words_of(language)->forms.category(number, ordinal);
}

std::size_t catalogue::room_of(text_id text) const {
    const auto found = state_->rooms.find(std::string(key_of(text)));
    return found == state_->rooms.end() ? 0 : found->second;
}

}  // namespace mlango::templates
