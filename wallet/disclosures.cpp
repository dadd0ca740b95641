#include "wallet/disclosures.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <vector>

#include "base/bytes.hpp"
#include "wallet/jose/json_text.hpp"
#include "wallet/sd_jwt.hpp"

namespace mlango::wallet {

namespace {

namespace json = boost::json;

constexpr std::string_view digests_name = "_sd";
constexpr std::string_view element_name = "...";
constexpr std::string_view hash_name = "_sd_alg";
constexpr std::size_t most_digests = 1024;
constexpr int deepest = 32;

// A holder who could leave these out, or add them, would decide about validity.
constexpr std::array<std::string_view, 9> never_disclosed{"iss", "nbf",           "exp",      "cnf",   "vct",
                                                          "aud", "vct#integrity", "aka_vcts", "status"};

struct disclosure {
    std::string digest;
    std::optional<std::string> name;  // none: an array's element
    json::value value;
    bool used = false;
};

std::optional<disclosure> read_disclosure(std::string_view text) {
    const auto octets = from_base64url(text);
    if (!octets) return std::nullopt;
    auto value = read_json(as_string_view(*octets));
    if (!value || !value->is_array()) return std::nullopt;
    auto& parts = value->get_array();
    if ((parts.size() != 2 && parts.size() != 3) || !parts[0].is_string()) return std::nullopt;
    disclosure out;
    if (parts.size() == 3) {
        if (!parts[1].is_string()) return std::nullopt;
        out.name.emplace(parts[1].get_string());
        if (*out.name == digests_name || *out.name == element_name || *out.name == hash_name) return std::nullopt;
    }
    out.value = std::move(parts.back());
    out.digest = sd_digest(text);
    return out;
}

class discloser {
public:
    explicit discloser(std::vector<disclosure> all) : all_(std::move(all)) {}

    bool object(const json::object& from, json::object& to, int depth) {
        if (depth > deepest) return false;
        to.reserve(from.size());
        for (const auto& member : from) {
            const std::string_view name = member.key();
            if (name == digests_name) continue;
            if (name == element_name || (name == hash_name && depth > 0)) return false;
            if (name == hash_name) continue;
            json::value kept;
            if (!value(member.value(), kept, depth)) return false;
            to.emplace(name, std::move(kept));
        }
        const auto* digests = from.if_contains(digests_name);
        return digests == nullptr || (digests->is_array() && members(digests->get_array(), to, depth));
    }

    [[nodiscard]] bool all_used() const { return std::ranges::all_of(all_, &disclosure::used); }

private:
    // What hides behind the digests of an object.
    bool members(const json::array& digests, json::object& to, int depth) {
        for (const auto& one : digests) {
            disclosure* found = nullptr;
            if (!one.is_string() || !take(one.get_string(), found)) return false;
            if (found == nullptr) continue;  // kept back, or a decoy
            if (!found->name || to.contains(*found->name)) return false;
            if (depth == 0 && std::ranges::find(never_disclosed, *found->name) != never_disclosed.end()) return false;
            json::value kept;
            if (!value(found->value, kept, depth)) return false;
            to.emplace(*found->name, std::move(kept));
        }
        return true;
    }

    bool array(const json::array& from, json::array& to, int depth) {
        for (const auto& element : from) {
            const auto* object = element.if_object();
            const auto* digest = object != nullptr ? object->if_contains(element_name) : nullptr;
            const json::value* shown = &element;
            if (digest != nullptr) {
                disclosure* found = nullptr;
                if (object->size() != 1 || !digest->is_string() || !take(digest->get_string(), found)) return false;
                if (found == nullptr) continue;
                if (found->name) return false;
                shown = &found->value;
            }
            json::value kept;
            if (!value(*shown, kept, depth)) return false;
            to.push_back(std::move(kept));
        }
        return true;
    }

    bool value(const json::value& from, json::value& to, int depth) {
        if (depth > deepest) return false;
        if (const auto* inner = from.if_object()) return object(*inner, to.emplace_object(), depth + 1);
        if (const auto* inner = from.if_array()) return array(*inner, to.emplace_array(), depth + 1);
        to = from;
        return true;
    }

    // Marks the digest as seen; false: seen before, or too many.
    bool take(std::string_view digest, disclosure*& found) {
        if (seen_.size() == most_digests || std::ranges::find(seen_, digest) != seen_.end()) return false;
        seen_.emplace_back(digest);
        for (auto& one : all_)
            if (one.digest == digest) found = &one;
        if (found != nullptr) found->used = true;
        return true;
    }

    std::vector<disclosure> all_;
    std::vector<std::string> seen_;
};

}  // namespace

std::string write_disclosure(std::string_view salt, std::string_view name, const json::value& value) {
    std::string text = "[\"";
    text += salt;
    text += "\",";
    text += json::serialize(json::string_view(name.data(), name.size()));
    text += ',';
    text += json::serialize(value);
    text += ']';
    return to_base64url(as_byte_view(text));
}

std::optional<json::object> disclose(const json::object& payload, std::span<const std::string_view> disclosures) {
    if (disclosures.size() > most_disclosures) return std::nullopt;
    if (payload.contains(hash_name) && string_member(payload, hash_name) != "sha-256") return std::nullopt;
    std::vector<disclosure> all;
    all.reserve(disclosures.size());
    for (const auto text : disclosures) {
        auto one = read_disclosure(text);
        if (!one || std::ranges::find(all, one->digest, &disclosure::digest) != all.end()) return std::nullopt;
        all.push_back(std::move(*one));
    }
    discloser work(std::move(all));
    json::object claims;
    if (!work.object(payload, claims, 0) || !work.all_used()) return std::nullopt;
    return claims;
}

}  // namespace mlango::wallet
