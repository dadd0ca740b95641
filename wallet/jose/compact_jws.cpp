#include "wallet/jose/compact_jws.hpp"

#include "base/bytes.hpp"
#include "wallet/jose/json_text.hpp"

namespace mlango::wallet {

std::optional<compact_jws> read_compact_jws(std::string_view text) {
    const std::size_t first = text.find('.');
    if (first == std::string_view::npos) return std::nullopt;
    const std::size_t second = text.find('.', first + 1);
    if (second == std::string_view::npos || text.find('.', second + 1) != std::string_view::npos) return std::nullopt;
    auto header = read_base64url_object(text.substr(0, first));
    if (!header) return std::nullopt;
    auto payload = read_base64url_object(text.substr(first + 1, second - first - 1));
    const auto signature = from_base64url(text.substr(second + 1));
    if (!payload || !signature) return std::nullopt;
    return compact_jws{std::move(*header), std::move(*payload), text.substr(0, second),
                       std::string(as_string_view(*signature))};
}

bool has_type(const compact_jws& jws, std::string_view type) {
    return string_member(jws.header, "alg") == "ES256" && string_member(jws.header, "typ") == type &&
           !jws.header.contains("crit");
}

std::string write_compact_jws(std::string_view header, std::string_view payload, const es256_key& key) {
    std::string text = to_base64url(as_byte_view(header));
    text += '.';
    text += to_base64url(as_byte_view(payload));
    const std::string signature = key.sign(text);
    text += '.';
    text += to_base64url(as_byte_view(signature));
    return text;
}

std::string jws_header(std::string_view type, std::string_view kid) {
    std::string header = R"({"alg":"ES256","typ":")";
    header += type;
    if (!kid.empty()) {
        header += R"(","kid":")";
        header += kid;
    }
    header += R"("})";
    return header;
}

}  // namespace mlango::wallet
