#include "wallet/status_list.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>
#include <iterator>

#include "base/bytes.hpp"
#include "wallet/jose/compact_jws.hpp"

namespace mlango::wallet {
namespace {

namespace json = boost::json;
using std::chrono::hours;
using std::chrono::seconds;

constexpr std::chrono::sys_seconds now{seconds(1'795'860'000)};
const std::string uri = "https://id.example.org/credentials/status/shares-1";

json::array vectors() {
    std::ifstream in(MLANGO_SOURCE_DIR "/tests/fixtures/wallet/status_lists.json");
    return json::parse(std::string{std::istreambuf_iterator<char>(in), {}}).at("lists").as_array();
}

std::string base64url(std::string_view octets) {
    return to_base64url(as_byte_view(octets));
}
std::string octets(std::string_view text) {
    return std::string(as_string_view(*from_base64url(text)));
}

signing_key some_key() {
    return {.kid = "k1", .key = es256_key::generate(), .made_at = now, .signs_from = now, .listed_until = {}};
}
trusted_keys trusting(const signing_key& key) {
    return trusted_keys({{key.kid, key.key.public_key(), std::nullopt}});
}

// Both ways, and every entry that the draft does not name is 0.
TEST(status_list, the_drafts_vectors_pass) {
    const auto all = vectors();
    ASSERT_EQ(all.size(), 6U);
    for (const auto& one : all) {
        const int bits = static_cast<int>(one.at("bits").as_int64());
        const auto entries = static_cast<std::size_t>(one.at("entries").as_int64());
        const std::string lst(one.at("lst").as_string());
        status_list list(bits, entries);
        std::size_t set = 0;
        for (const auto& pair : one.at("statuses").as_array()) {
            const auto value = static_cast<std::uint8_t>(pair.at(1).as_int64());
            EXPECT_TRUE(list.set(static_cast<std::uint64_t>(pair.at(0).as_int64()), value));
            set += value != 0 ? 1 : 0;
        }
        EXPECT_EQ(base64url(list.compressed()), lst) << one.at("name");
        const auto read = status_list::from_compressed(bits, octets(lst));
        ASSERT_TRUE(read) << one.at("name");
        EXPECT_EQ(*read, list);
        for (std::size_t index = 0; index < read->size(); ++index) set -= *read->get(index) != 0 ? 1 : 0;
        EXPECT_EQ(set, 0U) << one.at("name");
    }
    EXPECT_EQ(status_list::from_compressed(1, octets("eNrbuRgAAhcBXQ"))->octets(), "\xb9\xa3");
}

TEST(status_list, entries_do_not_touch_their_neighbours) {
    for (const int bits : {1, 2, 4, 8}) {
        status_list list(bits, 32);
        const auto most = static_cast<std::uint8_t>((1 << bits) - 1);
        for (std::size_t index = 0; index < 32; ++index) {
            ASSERT_TRUE(list.set(index, most));
            for (std::size_t other = 0; other < 32; ++other) ASSERT_EQ(list.get(other), other == index ? most : 0);
            ASSERT_TRUE(list.set(index, credential_status::valid));
        }
        EXPECT_FALSE(list.set(32, credential_status::invalid));
        EXPECT_FALSE(list.get(32));
        EXPECT_FALSE(list.get(~std::uint64_t{0}));
        if (bits < 8) EXPECT_FALSE(list.set(0, static_cast<std::uint8_t>(most + 1)));
    }
    EXPECT_FALSE(status_list(1, 8).set(0, credential_status::suspended));
    EXPECT_THROW(status_list(3, 8), std::invalid_argument);
}

TEST(status_list, only_a_whole_zlib_stream_is_read) {
    status_list list(2, 1000);
    for (std::size_t index = 0; index < 1000; index += 7) list.set(index, credential_status::suspended);
    const std::string good = list.compressed();
    ASSERT_EQ(*status_list::from_compressed(2, good), list);
    for (std::size_t length = 0; length < good.size(); ++length)
        ASSERT_EQ(status_list::from_compressed(2, good.substr(0, length)).error(), status_fault::malformed) << length;
    EXPECT_FALSE(status_list::from_compressed(2, good + "x"));
    EXPECT_FALSE(status_list::from_compressed(2, good.substr(2, good.size() - 6)));  // raw DEFLATE
    EXPECT_FALSE(status_list::from_compressed(3, good));
    for (std::size_t at = 0; at < good.size(); ++at) {
        std::string changed = good;
        changed[at] = static_cast<char>(changed[at] ^ 0x55);
        ASSERT_FALSE(status_list::from_compressed(2, changed)) << at;
    }
    // A bomb: a thousandth of what it becomes.
    const std::string bomb = status_list(8, 20 << 20).compressed();
    EXPECT_LT(bomb.size(), 30'000U);
    EXPECT_EQ(status_list::from_compressed(8, bomb).error(), status_fault::too_large);
}

TEST(status_list, its_token_is_verified) {
    const auto key = some_key();
    status_list list(1, 1 << 17);
    list.set(4711, credential_status::invalid);
    const std::string token = make_status_token(list, uri, {now, now + hours(24), seconds(300)}, key);
    const auto read = verify_status_token(token, uri, trusting(key), now);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->list, list);
    EXPECT_EQ(read->expires_at, now + hours(24));
    EXPECT_EQ(read->ttl, seconds(300));
    EXPECT_EQ(verify_status_token(token, uri + "x", trusting(key), now).error(), status_fault::wrong_uri);
    EXPECT_EQ(verify_status_token(token, uri, trusting(key), now + hours(25)).error(), status_fault::expired);
    EXPECT_EQ(verify_status_token(token, uri, trusting(key), now - hours(1)).error(), status_fault::not_yet_valid);
    EXPECT_EQ(verify_status_token(token, uri, trusting(some_key()), now).error(), status_fault::bad_signature);
    EXPECT_EQ(verify_status_token(token, uri, trusted_keys(), now).error(), status_fault::unknown_key);
}

TEST(status_list, spoilt_tokens_are_refused) {
    const auto key = some_key();
    status_list list(1, 16);
    const std::string lst = base64url(list.compressed());
    const json::object good{
        {"sub", uri}, {"iat", 1'795'860'000}, {"status_list", json::object{{"bits", 1}, {"lst", lst}}}};
    const auto outcome = [&](const json::object& payload, std::string_view type = "statuslist+jwt") {
        const auto read = verify_status_token(
            write_compact_jws(jws_header(type, "k1"), json::serialize(payload), key.key), uri, trusting(key), now);
        return read ? std::optional<status_fault>() : read.error();
    };
    const auto changed = [&](const char* name, const json::value& value) {
        auto out = good;
        out[name] = value;
        return outcome(out);
    };
    EXPECT_FALSE(outcome(good));
    EXPECT_EQ(outcome(good, "JWT"), status_fault::wrong_type);
    EXPECT_EQ(changed("iat", "today"), status_fault::malformed);
    EXPECT_EQ(changed("exp", 1.5), status_fault::malformed);
    EXPECT_EQ(changed("ttl", 0), status_fault::malformed);
    EXPECT_EQ(changed("sub", nullptr), status_fault::wrong_uri);
    EXPECT_EQ(changed("status_list", json::object{{"bits", 3}, {"lst", lst}}), status_fault::malformed);
    EXPECT_EQ(changed("status_list", json::object{{"bits", 1}, {"lst", lst + "="}}), status_fault::malformed);
    EXPECT_EQ(changed("status_list", json::object{{"bits", 1}}), status_fault::malformed);
    EXPECT_EQ(changed("status_list", "none"), status_fault::malformed);
    auto undated = good;
    undated.erase("iat");
    EXPECT_EQ(outcome(undated), status_fault::malformed);
    // gzip where zlib is wanted
    std::string gzip("\x1f\x8b\x08\0\0\0\0\0\0\x03\x63\x60\0\0\xff\x12\xd9\x41\x02\0\0\0", 22);
    EXPECT_EQ(changed("status_list", json::object{{"bits", 1}, {"lst", base64url(gzip)}}), status_fault::malformed);
    EXPECT_EQ(verify_status_token("a.b.c", uri, trusting(key), now).error(), status_fault::malformed);
}

TEST(status_claim, goes_both_ways) {
    const status_reference here{uri, 123'456};
    EXPECT_EQ(read_status_claim(to_claim(here)), here);
    for (const char* bad :
         {"{}", "1", R"({"status_list":1})", R"({"status_list":{"idx":1}})", R"({"status_list":{"uri":"u"}})",
          R"({"status_list":{"idx":-1,"uri":"u"}})", R"({"status_list":{"idx":1.0,"uri":"u"}})",
          R"({"status_list":{"idx":"1","uri":"u"}})", R"({"status_list":{"idx":1,"uri":""}})"})
        EXPECT_FALSE(read_status_claim(json::parse(bad))) << bad;
}

}  // namespace
}  // namespace mlango::wallet
