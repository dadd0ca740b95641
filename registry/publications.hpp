// The published versions of the menu and its texts, and which of them was current when. A version is whole, numbered
// and never changed; the number is what sessions are pinned to. What the files hold stays opaque here.
// Callers: `mlango menu publish` and its fellows, and every server, which looks here for what is current. Proving that
// a menu is fit to be published is the caller's.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "registry/pool.hpp"

namespace mlango::registry {

struct published_file {
    std::string name;  // "en.yaml"
    std::string content;
    friend bool operator==(const published_file&, const published_file&) = default;
};

struct publication_content {
    std::vector<std::string> languages;  // their order
    std::vector<published_file> menu;
    std::vector<published_file> texts;
    friend bool operator==(const publication_content&, const publication_content&) = default;
};

// SHA-256 over all of it, 32 bytes.
[[nodiscard]] std::string digest_of(const publication_content& what);

// It as the table holds it; for whoever stores one.
struct publication_columns {
    std::string digest;                  // 32 bytes
    std::string languages, menu, texts;  // JSON
};
[[nodiscard]] publication_columns columns_of(const publication_content& what);

// A published version's number, from 1 on and below 2^31.
using publication_version = std::uint32_t;
// In place of a version: the files beside the program, before anything was published or after a roll back beyond it.
inline constexpr publication_version the_files = 0;

struct publication_wish {
    publication_content content;
    int screens = 0, words = 0;  // how many it has, for the list
    std::string by;              // at most 60 characters
    std::string note;            // at most 200 characters, may be empty
};

struct published {
    publication_version version = 0;
    bool is_new = false;       // false: the same content was published before, under this number
    bool was_current = false;  // nothing had to be done
};

struct rolled_back {
    publication_version from = the_files;
    publication_version to = the_files;
};

// Since when a version was current.
struct publication_turn {
    publication_version version = the_files;
    std::chrono::milliseconds age{};  // since it became current, by the registry's clock
};

struct publication_summary {
    publication_version version = 0;
    bool current = false;
    std::string published_at;  // UTC, "2026-11-22 08:15"
    std::string by;
    std::string note;
    int screens = 0, words = 0;
    std::string digest;  // its first 12 hexadecimal digits
};

struct publication_event {
    publication_version version = the_files;
    std::string action;  // publish, roll_back
    std::string at;      // as published_at
    std::string by;
};

class publications {
public:
    explicit publications(pg_pool& pool);

    // Stores it and makes it current. The same content again is the same version.
    task<published> publish(publication_wish wish);
    // Makes current what was so before (nothing named), that version, or the_files. nullopt: that is current already,
    // there is nothing before it, or there is no such version.
    task<std::optional<rolled_back>> roll_back(std::optional<publication_version> to, std::string_view by);

    // What was current at any time within the last `window`, newest first, and at most 64 turns. The last one may have
    // begun before the window; when it did not, the files were current before it.
    task<std::vector<publication_turn>> recent(std::chrono::milliseconds window);
    // nullopt: there is none of that number, or it is not what was stored under its digest.
    task<std::optional<publication_content>> load(publication_version version);

    // Newest first.
    task<std::vector<publication_summary>> list(int limit);
    task<std::vector<publication_event>> history(int limit);

private:
    pg_pool& pool_;
};

}  // namespace mlango::registry
