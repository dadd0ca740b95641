#include "wallet/status_list.hpp"

#include <zlib.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <stdexcept>

#include "base/bytes.hpp"
#include "wallet/jose/compact_jws.hpp"
#include "wallet/jose/json_text.hpp"

namespace mlango::wallet {

namespace {

namespace json = boost::json;

constexpr std::string_view token_type = "statuslist+jwt";
constexpr std::chrono::seconds leeway{60};  // of clocks

bool are_bits(std::int64_t bits) {
    return bits == 1 || bits == 2 || bits == 4 || bits == 8;
}

// §5.1: what the token's payload says about the list.
std::expected<status_list, status_fault> read_list(const json::object& payload) {
    const auto* list = payload.if_contains("status_list");
    if (list == nullptr || !list->is_object()) return std::unexpected(status_fault::malformed);
    const auto* bits = list->get_object().if_contains("bits");
    const auto text = string_member(list->get_object(), "lst");
    if (bits == nullptr || !bits->is_int64() || !are_bits(bits->get_int64()) || !text)
        return std::unexpected(status_fault::malformed);
    const auto octets = from_base64url(*text);
    if (!octets) return std::unexpected(status_fault::malformed);
    return status_list::from_compressed(static_cast<int>(bits->get_int64()), as_string_view(*octets));
}

}  // namespace

status_list::status_list(int bits, std::size_t entries) : bits_(bits) {
    if (!are_bits(bits)) throw std::invalid_argument("a status has 1, 2, 4 or 8 bits");
    const std::size_t in_an_octet = 8 / static_cast<std::size_t>(bits);
    octets_.assign((entries + in_an_octet - 1) / in_an_octet, '\0');
}

std::optional<std::uint8_t> status_list::get(std::uint64_t index) const {
    if (index >= size()) return std::nullopt;
    const auto in_an_octet = static_cast<std::uint64_t>(8 / bits_);
    const unsigned octet = static_cast<unsigned char>(octets_[index / in_an_octet]);
    const auto shift = static_cast<unsigned>(index % in_an_octet) * static_cast<unsigned>(bits_);
    return static_cast<std::uint8_t>((octet >> shift) & ((1U << bits_) - 1U));
}

bool status_list::set(std::uint64_t index, std::uint8_t value) {
    const unsigned mask = (1U << bits_) - 1U;
    if (index >= size() || value > mask) return false;
    const auto in_an_octet = static_cast<std::uint64_t>(8 / bits_);
    char& octet = octets_[index / in_an_octet];
    const auto shift = static_cast<unsigned>(index % in_an_octet) * static_cast<unsigned>(bits_);
    const unsigned kept = static_cast<unsigned char>(octet) & ~(mask << shift);
    octet = static_cast<char>(kept | (static_cast<unsigned>(value) << shift));
    return true;
}

std::string status_list::compressed(effort how) const {
    z_stream stream{};
    const int strategy = how == effort::quick ? Z_RLE : Z_DEFAULT_STRATEGY;
    if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, MAX_WBITS, 8, strategy) != Z_OK)
        throw std::runtime_error("zlib: no deflation");
    std::string out(deflateBound(&stream, static_cast<uLong>(octets_.size())), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(octets_.data()));
    stream.avail_in = static_cast<uInt>(octets_.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int state = deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    if (state != Z_STREAM_END) throw std::runtime_error("zlib: the status list was not compressed");
    return out;
}

std::expected<status_list, status_fault> status_list::from_compressed(int bits, std::string_view compressed,
                                                                      std::size_t most_octets) {
    if (!are_bits(bits)) return std::unexpected(status_fault::malformed);
    z_stream stream{};
    if (inflateInit(&stream) != Z_OK) throw std::runtime_error("zlib: no inflation");  // the zlib format alone
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
    stream.avail_in = static_cast<uInt>(compressed.size());
    std::string octets;
    int state = Z_OK;
    while (state == Z_OK && octets.size() <= most_octets) {
        const std::size_t had = octets.size();
        octets.resize(std::min(had + had + 4096, most_octets + 1));
        stream.next_out = reinterpret_cast<Bytef*>(octets.data() + had);
        stream.avail_out = static_cast<uInt>(octets.size() - had);
        state = inflate(&stream, Z_NO_FLUSH);
        octets.resize(octets.size() - stream.avail_out);
        if (state == Z_OK && stream.avail_in == 0 && stream.avail_out != 0) state = Z_DATA_ERROR;  // cut short
    }
    const bool all_read = stream.avail_in == 0;
    inflateEnd(&stream);
    if (octets.size() > most_octets) return std::unexpected(status_fault::too_large);
    if (state != Z_STREAM_END || !all_read) return std::unexpected(status_fault::malformed);
    status_list list(bits, 0);
    list.octets_ = std::move(octets);
    return list;
}

std::string make_status_token(const status_list& list, std::string_view uri, const status_token_times& times,
                              const signing_key& key) {
    const json::object payload{
        {"sub", json::string_view(uri.data(), uri.size())},
        {"iat", numeric_date(times.issued_at)},
        {"exp", numeric_date(times.expires_at)},
        {"ttl", times.ttl.count()},
        {"status_list",
         {{"bits", list.bits()}, {"lst", to_base64url(as_byte_view(list.compressed(status_list::effort::quick)))}}}};
    return write_compact_jws(jws_header(token_type, key.kid), json::serialize(payload), key.key);
}

std::expected<verified_status_list, status_fault> verify_status_token(std::string_view token, std::string_view uri,
                                                                      const trusted_keys& keys, wall_time now) {
    const auto jws = read_compact_jws(token);
    if (!jws) return std::unexpected(status_fault::malformed);
    if (!has_type(*jws, token_type)) return std::unexpected(status_fault::wrong_type);
    const auto kid = string_member(jws->header, "kid");
    const auto* key = kid ? keys.find(*kid, now) : nullptr;
    if (key == nullptr) return std::unexpected(status_fault::unknown_key);
    if (!is_signed_by(*jws, *key)) return std::unexpected(status_fault::bad_signature);
    if (string_member(jws->payload, "sub") != uri) return std::unexpected(status_fault::wrong_uri);
    const auto issued = time_member(jws->payload, "iat");
    const auto expires = time_member(jws->payload, "exp");
    const auto* ttl = jws->payload.if_contains("ttl");
    if (!issued || (!expires && jws->payload.contains("exp")) ||
        (ttl != nullptr && (!ttl->is_int64() || ttl->get_int64() <= 0)))
        return std::unexpected(status_fault::malformed);
    if (*issued > now + leeway) return std::unexpected(status_fault::not_yet_valid);
    if (expires && *expires <= now - leeway) return std::unexpected(status_fault::expired);
    auto list = read_list(jws->payload);
    if (!list) return std::unexpected(list.error());
    verified_status_list out{.list = std::move(*list), .issued_at = *issued, .expires_at = expires, .ttl = {}};
    if (ttl != nullptr) out.ttl = std::chrono::seconds(ttl->get_int64());
    return out;
}

json::object to_claim(const status_reference& status) {
    return {{"status_list", {{"idx", status.index}, {"uri", status.uri}}}};
}

std::optional<status_reference> read_status_claim(const json::value& claim) {
    const auto* list = claim.is_object() ? claim.get_object().if_contains("status_list") : nullptr;
    if (list == nullptr || !list->is_object()) return std::nullopt;
    const auto uri = string_member(list->get_object(), "uri");
    const auto* index = list->get_object().if_contains("idx");
    if (!uri || uri->empty() || index == nullptr) return std::nullopt;
    if (const auto* whole = index->if_int64(); whole != nullptr && *whole >= 0)
        return status_reference{std::string(*uri), static_cast<std::uint64_t>(*whole)};
    if (const auto* whole = index->if_uint64()) return status_reference{std::string(*uri), *whole};
    return std::nullopt;
}

}  // namespace mlango::wallet
