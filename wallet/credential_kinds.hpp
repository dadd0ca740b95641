// The kinds of credentials as data (credentials.yaml): their facts and the claims these become, what is sensitive,
// which facts are shared together, how long each lives. Callers: the wallet's services, menus, metadata, the doors.
// A value, immutable after parsing. Not for: whose facts they are (registry) and the words of screens (templates);
// the names here are for verifiers, in the languages of their pages.
#pragma once

#include <chrono>
#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mlango::wallet {

// How much it tells. What tells most is not a fact at all: nationality, ethnicity, religion, case status, needs.
enum class fact_sensitivity { predicate, basic, personal, identifying };
enum class fact_shape { yes_no, text, date, number, list, object };
using display_names = std::map<std::string, std::string>;  // by language

struct fact {
    std::string name;  // the claim
    fact_shape shape;
    fact_sensitivity sensitivity;
    display_names display;
};

// Registry's none < moderate < substantive < high.
enum class assurance_level { none, moderate, substantive, high };

// Facts that are shared together. A verifier is allowed presets, never single facts.
struct preset {
    std::string name;
    std::vector<std::string> facts;
    assurance_level level = assurance_level::none;  // her own, at least
    int phone_trust = 0;                            // 0…3, at least
    std::chrono::seconds lifetime;                  // of the credential that is minted for the share
    bool usual = true;                              // false: only for a verifier that was given it by name
    display_names display;
};

struct credential_kind {
    std::string name;  // also the last part of its vct
    display_names display;
    std::vector<std::string> facts;  // names, in the order of showing; every preset's are among them
    std::vector<preset> presets;
    std::chrono::seconds lifetime;  // of a base credential (printed card, telephone wallet)
    bool household = false;         // about her registration group, not her alone

    [[nodiscard]] const preset* find_preset(std::string_view name) const;
};

class credential_kinds {
public:
    // Every fault with its place, worded for who wrote the file.
    [[nodiscard]] static std::expected<credential_kinds, std::vector<std::string>> parse(const std::string& yaml);

    [[nodiscard]] const credential_kind* find(std::string_view kind) const;
    [[nodiscard]] const fact* find_fact(std::string_view name) const;
    [[nodiscard]] const std::vector<credential_kind>& all() const { return kinds_; }
    [[nodiscard]] const std::vector<fact>& facts() const { return facts_; }

private:
    std::vector<fact> facts_;
    std::vector<credential_kind> kinds_;
};

// In `language`, else English, else the name itself.
[[nodiscard]] std::string_view display_name(const display_names& names, std::string_view language,
                                            std::string_view otherwise);
[[nodiscard]] std::string_view name_of(assurance_level level);

}  // namespace mlango::wallet
