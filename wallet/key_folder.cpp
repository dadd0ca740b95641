// What an operator does with the folder of signing keys: `mlango keys issuer new|rotate|retire|list`.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "wallet/key_file.hpp"
#include "wallet/signing_keys.hpp"

namespace mlango::wallet {

namespace {

namespace fs = std::filesystem;

std::string in_one_line(const std::vector<std::string>& faults) {
    return fmt::format("{}", fmt::join(faults, "; "));
}

std::expected<std::vector<signing_key>, std::string> keys_of(const std::string& folder) {
    auto keys = read_key_folder(folder);
    if (!keys) return std::unexpected(in_one_line(keys.error()));
    std::ranges::sort(*keys, {}, &signing_key::signs_from);
    return std::move(*keys);
}

// Its day and the beginning of its thumbprint: people read it, and no two are the same.
signing_key new_key(std::chrono::sys_seconds now, std::chrono::sys_seconds from) {
    es256_key key = es256_key::generate();
    std::string kid = utc_text(now).substr(0, 10) + "-" + key.public_key().thumbprint().substr(0, 8);
    return {.kid = std::move(kid), .key = std::move(key), .made_at = now, .signs_from = from, .listed_until = {}};
}

std::chrono::sys_seconds seconds_of(wall_time now) {
    return std::chrono::floor<std::chrono::seconds>(now);
}

fs::path file_of(const std::string& folder, std::string_view kid) {
    return fs::path(folder) / (std::string(kid) + std::string(key_file_suffix));
}

// Overwritten before it goes, as far as the file system lets that mean something.
void destroy(const fs::path& file) {
    const auto length = static_cast<std::size_t>(fs::file_size(file));
    std::ofstream(file, std::ios::binary | std::ios::in) << std::string(length, '\0') << std::flush;
    fs::remove(file);
}

}  // namespace

std::expected<signing_key, std::string> make_first_key(const std::string& folder, wall_time now) {
    try {
        if (fs::create_directories(folder)) fs::permissions(folder, fs::perms::owner_all);
        const auto keys = keys_of(folder);
        if (!keys) return std::unexpected(keys.error());
        if (!keys->empty()) return std::unexpected(folder + " holds a key: rotate it");
        signing_key made = new_key(seconds_of(now), seconds_of(now));
        write_key_file(folder, made);
        return made;
    } catch (const std::system_error& fault) {
        return std::unexpected(fault.what());
    }
}

std::expected<signing_key, std::string> rotate_keys(const std::string& folder, wall_time now, rotation_times times) {
    try {
        auto keys = keys_of(folder);
        if (!keys) return std::unexpected(keys.error());
        if (keys->empty()) return std::unexpected(folder + " holds no key: make the first with keys issuer new");
        const auto last = keys->back();
        if (last.signs_from > now)
            return std::unexpected(fmt::format("{} does not sign before {}: it is a rotation that is under way",
                                               last.kid, utc_text(last.signs_from)));
        // Later than the one before it even without an overlap: the newest signs.
        const auto from = std::max(seconds_of(now) + times.overlap, last.signs_from + std::chrono::seconds(1));
        signing_key made = new_key(seconds_of(now), from);
        // The new one first: a fault between the two leaves a key too many, never one too few.
        write_key_file(folder, made);
        for (auto& old : *keys) {
            if (old.listed_until) continue;
            old.listed_until = made.signs_from + times.keep;
            write_key_file(folder, old);
        }
        return made;
    } catch (const std::system_error& fault) {
        return std::unexpected(fault.what());
    }
}

std::expected<void, std::string> retire_key(const std::string& folder, std::string_view kid) {
    try {
        const auto keys = keys_of(folder);
        if (!keys) return std::unexpected(keys.error());
        if (std::ranges::find(*keys, kid, &signing_key::kid) == keys->end())
            return std::unexpected(fmt::format("{} holds no key {}", folder, kid));
        if (keys->size() == 1) return std::unexpected("it is the only key: rotate first, with no overlap");
        destroy(file_of(folder, kid));
        return {};
    } catch (const std::system_error& fault) {
        return std::unexpected(fault.what());
    }
}

std::expected<std::vector<std::string>, std::string> prune_keys(const std::string& folder, wall_time now) {
    try {
        const auto keys = keys_of(folder);
        if (!keys) return std::unexpected(keys.error());
        std::vector<std::string> gone;
        for (const auto& key : *keys) {
            if (!key.listed_until || now < *key.listed_until) continue;
            destroy(file_of(folder, key.kid));
            gone.push_back(key.kid);
        }
        return gone;
    } catch (const std::system_error& fault) {
        return std::unexpected(fault.what());
    }
}

}  // namespace mlango::wallet
