#include "wallet/signing_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "wallet/key_file.hpp"

namespace mlango::wallet {

namespace {

// By when they sign; of two of one second, by id, so that every process takes the same.
bool signs_before(const signing_key& a, const signing_key& b) {
    return std::tie(a.signs_from, a.kid) < std::tie(b.signs_from, b.kid);
}

}  // namespace

signing_keys::signing_keys(std::vector<signing_key> keys) : keys_(std::move(keys)) {
    if (keys_.empty()) throw std::invalid_argument("an issuer has a key");
    std::ranges::sort(keys_, signs_before);
    std::vector<trusted_key> open_parts;
    // The newest first: most look-ups are for it.
    for (auto key = keys_.rbegin(); key != keys_.rend(); ++key)
        open_parts.push_back({key->kid, key->key.public_key(), key->listed_until});
    trusted_ = trusted_keys(std::move(open_parts));
}

std::expected<signing_keys, std::vector<std::string>> signing_keys::load(const std::string& folder) {
    auto keys = read_key_folder(folder);
    if (!keys) return std::unexpected(std::move(keys.error()));
    if (keys->empty())
        return std::unexpected(std::vector{fmt::format("{}: holds no issuer key; mlango keys issuer new", folder)});
    return signing_keys(std::move(*keys));
}

const signing_key& signing_keys::current(wall_time now) const {
    for (auto key = keys_.rbegin(); key != keys_.rend(); ++key)
        if (key->signs_from <= now) return *key;
    return keys_.front();
}

std::shared_ptr<const signing_keys> live_signing_keys::get() const {
    const std::lock_guard held(lock_);
    return now_;
}

std::vector<std::string> live_signing_keys::reload(const std::string& folder) {
    auto read = signing_keys::load(folder);
    if (!read) return std::move(read.error());
    auto fresh = std::make_shared<const signing_keys>(std::move(*read));
    const std::lock_guard held(lock_);
    now_ = std::move(fresh);
    return {};
}

}  // namespace mlango::wallet
