#include "exchange/visitor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/bytes.hpp"
#include "base/http/text.hpp"

namespace mlango::exchange {

namespace {

// The next number of "a.b.c…"; false when there is none.
template <class Number>
bool take(std::string_view& text, Number& out) {
    const std::size_t end = text.find('.');
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const auto [last, fault] = std::from_chars(part.data(), part.data() + part.size(), out);
    return fault == std::errc{} && last == part.data() + part.size();
}

// What follows the scheme's name and spaces; empty for another scheme.
std::string_view after_scheme(std::string_view authorization, std::string_view scheme) {
    if (authorization.size() <= scheme.size() || authorization[scheme.size()] != ' ' ||
        !equal_ignoring_case(authorization.substr(0, scheme.size()), scheme))
        return {};
    authorization.remove_prefix(scheme.size());
    while (authorization.starts_with(' ')) authorization.remove_prefix(1);
    return authorization;
}

// The alphabet of RFC 4648 §4, with padding.
std::optional<std::string> from_base64(std::string_view text) {
    while (text.ends_with('=')) text.remove_suffix(1);
    std::string url_safe(text);
    std::ranges::replace(url_safe, '+', '-');
    std::ranges::replace(url_safe, '/', '_');
    const auto octets = from_base64url(url_safe);
    if (!octets) return std::nullopt;
    return std::string(as_string_view(*octets));
}

}  // namespace

std::string pack(const visitor& who) {
    return fmt::format("{}.{}.{}.{}.{}", who.by.verifier.value, who.by.who.value, who.by.program.value,
                       who.signed_in_at.time_since_epoch().count(), who.certificate);
}

std::optional<visitor> unpack(std::string_view content, std::string_view channel) {
    visitor who;
    std::int64_t signed_in = 0;
    if (!take(content, who.by.verifier.value) || !take(content, who.by.who.value) ||
        !take(content, who.by.program.value) || !take(content, signed_in))
        return std::nullopt;
    who.by.channel = channel;
    who.signed_in_at = wall_time(std::chrono::microseconds(signed_in));
    who.certificate = content;
    return who;
}

std::optional<basic_credentials> read_basic(std::string_view authorization) {
    const auto plain = from_base64(after_scheme(authorization, "Basic"));
    if (!plain) return std::nullopt;
    const std::size_t colon = plain->find(':');
    if (colon == std::string::npos) return std::nullopt;
    auto id = percent_decode(std::string_view(*plain).substr(0, colon), true);
    auto secret = percent_decode(std::string_view(*plain).substr(colon + 1), true);
    if (!id || !secret || id->empty()) return std::nullopt;
    return basic_credentials{std::move(*id), std::move(*secret)};
}

std::string_view read_bearer(std::string_view authorization) {
    return after_scheme(authorization, "Bearer");
}

std::string language_of(const http_request& request) {
    const std::string_view header = request.header("accept-language");
    std::string language(header.substr(0, header.find_first_of(",;-_ ")));
    for (char& c : language)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const bool letters = std::ranges::all_of(language, [](char c) { return c >= 'a' && c <= 'z'; });
    return letters && (language.size() == 2 || language.size() == 3) ? language : "en";
}

}  // namespace mlango::exchange
