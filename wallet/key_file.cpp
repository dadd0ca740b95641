#include "wallet/key_file.hpp"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <system_error>

#include "wallet/jose/json_text.hpp"

namespace mlango::wallet {

namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

std::optional<std::chrono::sys_seconds> read_utc(std::string_view text) {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, end = 0;
    if (text.size() != 20 ||
        std::sscanf(std::string(text).c_str(), "%4d-%2d-%2dT%2d:%2d:%2dZ%n", &year, &month, &day, &hour, &minute,
                    &second, &end) != 6 ||
        end != 20)
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
    return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
           std::chrono::seconds(second);
}

std::optional<std::chrono::sys_seconds> utc_member(const json::object& object, std::string_view name) {
    const auto text = string_member(object, name);
    return text ? read_utc(*text) : std::nullopt;
}

// Empty: nobody else can read it.
std::string fault_of_mode(const fs::path& file) {
    struct stat about{};
    if (::stat(file.c_str(), &about) != 0) return "can not be looked at";
    if ((about.st_mode & (S_IRWXO | S_IWGRP)) != 0) return "can be read or written by others: chmod 600";
    return {};
}

}  // namespace

std::string utc_text(std::chrono::sys_seconds time) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

bool is_key_id(std::string_view kid) {
    return !kid.empty() && kid.size() <= 64 && std::ranges::all_of(kid, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

std::string write_key_text(const signing_key& key) {
    json::object text = key.key.private_jwk();
    text["kid"] = key.kid;
    text["made_at"] = utc_text(key.made_at);
    text["signs_from"] = utc_text(key.signs_from);
    if (key.listed_until) text["listed_until"] = utc_text(*key.listed_until);
    return json::serialize(text) + "\n";
}

std::expected<signing_key, std::string> read_key_text(std::string_view text) {
    const auto object = read_json_object(text);
    if (!object) return std::unexpected("is no JSON object");
    const auto kid = string_member(*object, "kid");
    if (!kid || !is_key_id(*kid)) return std::unexpected("has no kid of letters, digits, - and _");
    auto key = es256_key::from_jwk(*object);
    if (!key) return std::unexpected("holds no P-256 key pair");
    const auto made = utc_member(*object, "made_at");
    const auto from = utc_member(*object, "signs_from");
    if (!made || !from) return std::unexpected("does not say made_at and signs_from, as 2026-11-28T09:00:00Z");
    signing_key out{.kid = std::string(*kid),
                    .key = std::move(*key),
                    .made_at = *made,
                    .signs_from = *from,
                    .listed_until = utc_member(*object, "listed_until")};
    if (object->contains("listed_until") && (!out.listed_until || *out.listed_until <= out.signs_from))
        return std::unexpected("has a listed_until that is no time after signs_from");
    return out;
}

std::expected<std::vector<signing_key>, std::vector<std::string>> read_key_folder(const fs::path& folder) {
    std::vector<signing_key> keys;
    std::vector<std::string> faults;
    std::error_code failed;
    for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
        const fs::path file = at->path();
        if (file.extension() != key_file_suffix) continue;
        const auto fault = [&](std::string_view what) { faults.push_back(fmt::format("{}: {}", file.string(), what)); };
        if (const std::string wrong = fault_of_mode(file); !wrong.empty()) {
            fault(wrong);
            continue;
        }
        std::ifstream in(file, std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(in), {}};
        auto key = read_key_text(text);
        if (!key)
            fault(key.error());
        else if (key->kid != file.stem())
            fault("is not named after its kid");
        else
            keys.push_back(std::move(*key));
    }
    if (failed && failed != std::errc::no_such_file_or_directory)
        faults.push_back(fmt::format("{}: {}", folder.string(), failed.message()));
    if (!faults.empty()) return std::unexpected(std::move(faults));
    return keys;
}

void write_key_file(const fs::path& folder, const signing_key& key) {
    const auto fail = [](const fs::path& what) {
        throw std::system_error(errno, std::generic_category(), what.string());
    };
    const fs::path file = folder / (key.kid + std::string(key_file_suffix));
    const fs::path fresh = folder / ("." + key.kid + ".new");
    const std::string text = write_key_text(key);
    const int out = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    if (out < 0) fail(fresh);
    const bool written =
        ::write(out, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(out) == 0;
    if ((::close(out) != 0) || !written || ::rename(fresh.c_str(), file.c_str()) != 0) {
        ::unlink(fresh.c_str());
        fail(file);
    }
    // Without the folder's own fsync a rename may be lost with the power.
    const int around = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (around >= 0) {
        ::fsync(around);
        ::close(around);
    }
}

}  // namespace mlango::wallet
