// One signing key as a file: a JWK with three times beside it. Callers: signing_keys.cpp, key_folder.cpp.
#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "wallet/signing_keys.hpp"

namespace mlango::wallet {

inline constexpr std::string_view key_file_suffix = ".jwk";

// Letters, digits, '-' and '_', 64 at most: it stands in headers and file names as it is.
[[nodiscard]] bool is_key_id(std::string_view kid);

// {"kid":…,"kty":…,…,"d":…,"made_at":"2026-11-28T09:00:00Z","signs_from":…,"listed_until":…}
[[nodiscard]] std::string write_key_text(const signing_key& key);
// What is wrong with it; the key's content is never told.
[[nodiscard]] std::expected<signing_key, std::string> read_key_text(std::string_view text);

// In no order. A folder that is not there is empty; what does not end in .jwk is passed over. Faults name the file.
[[nodiscard]] std::expected<std::vector<signing_key>, std::vector<std::string>> read_key_folder(
    const std::filesystem::path& folder);
// Whole or not at all, readable by its owner alone; throws std::system_error.
void write_key_file(const std::filesystem::path& folder, const signing_key& key);

[[nodiscard]] std::string utc_text(std::chrono::sys_seconds time);  // 2026-11-28T09:00:00Z

}  // namespace mlango::wallet
