#include "base/seal.hpp"

#include <gtest/gtest.h>

using namespace mlango;
using namespace std::string_literals;

namespace {

key_bytes key_of(std::uint64_t seed) {
    seeded_random random(seed);
    key_bytes key;
    random.fill(key);
    return key;
}

key_set keys_of(std::initializer_list<key_id> ids) {
    key_set set;
    for (const key_id id : ids) set.keys[id] = key_of(id);
    return set;
}

std::string ring_text() {
    seeded_random random(3);
    return new_key_ring_text(random);
}

std::string fault_of(std::string_view text) {
    const auto ring = parse_key_ring(text);
    return ring ? "none" : ring.error().message;
}

}  // namespace

TEST(sealer, opens_what_it_sealed_at_every_size) {
    system_random random;
    sealer seal(keys_of({1}), random);
    std::string plain;
    for (std::size_t size = 0; size < 300; size += 1 + size / 8) {
        plain.resize(size, static_cast<char>(size));
        for (const std::string context : {"", "session", "a longer context than one block of the cipher"}) {
            const std::string sealed = seal.seal(plain, context);
            EXPECT_EQ(sealed.size(), plain.size() + sealer::overhead);
            const auto opened = seal.open(sealed, context);
            ASSERT_TRUE(opened) << size;
            EXPECT_EQ(*opened, plain);
        }
    }
}

TEST(sealer, follows_the_stated_form) {
    // key id ‖ nonce ‖ ciphertext ‖ tag, computed with Python's cryptography package (AESGCM).
    key_set keys;
    for (std::size_t i = 0; i < 32; ++i) keys.keys[5][i] = static_cast<std::byte>(i);
    system_random random;
    sealer seal(keys, random);
    const auto sealed = from_hex("056465666768696a6b6c6d6e6f037aac0f1b9cec9a2d19bfb321f7b3887c360e5fba11");
    ASSERT_TRUE(sealed);
    const auto opened = seal.open(as_string_view(*sealed), "record 7");
    ASSERT_TRUE(opened);
    EXPECT_EQ(*opened, "Karibu");
}

TEST(sealer, a_change_of_any_byte_is_noticed) {
    system_random random;
    sealer seal(keys_of({1, 2}), random);
    const std::string sealed = seal.seal("what she is due", "entitlement 12");
    for (std::size_t i = 0; i < sealed.size(); ++i)
        for (const int flip : {1, 3, 0x80, 0xff}) {
            std::string changed = sealed;
            changed[i] = static_cast<char>(changed[i] ^ flip);
            const auto opened = seal.open(changed, "entitlement 12");
            ASSERT_FALSE(opened) << i;
            EXPECT_EQ(opened.error(), i == 0 && flip != 3 ? open_error::unknown_key : open_error::forged) << i;
        }
}

TEST(sealer, truncation_at_any_byte_is_noticed) {
    system_random random;
    sealer seal(keys_of({1}), random);
    const std::string sealed = seal.seal("what she is due", "c");
    for (std::size_t size = 0; size < sealed.size(); ++size) {
        const auto opened = seal.open(std::string_view(sealed).substr(0, size), "c");
        ASSERT_FALSE(opened) << size;
        EXPECT_EQ(opened.error(), size < sealer::overhead ? open_error::malformed : open_error::forged) << size;
    }
    EXPECT_EQ(seal.open(sealed + "x", "c").error(), open_error::forged);
}

TEST(sealer, does_not_open_in_another_context_and_still_works_after) {
    system_random random;
    sealer seal(keys_of({1}), random);
    const std::string sealed = seal.seal("x", "person 1");
    EXPECT_EQ(seal.open(sealed, "person 2").error(), open_error::forged);
    EXPECT_EQ(seal.open(sealed, "").error(), open_error::forged);
    EXPECT_TRUE(seal.open(sealed, "person 1"));
}

TEST(sealer, seals_with_the_newest_key_and_opens_with_every_known_one) {
    system_random random;
    sealer before(keys_of({1}), random);
    sealer after(keys_of({1, 9}), random);
    sealer later(keys_of({9}), random);
    const std::string old = before.seal("x", "c");
    const std::string fresh = after.seal("x", "c");
    EXPECT_EQ(fresh[0], 9);
    EXPECT_TRUE(after.open(old, "c"));
    EXPECT_TRUE(later.open(fresh, "c"));
    EXPECT_EQ(later.open(old, "c").error(), open_error::unknown_key);
    EXPECT_EQ(before.open(fresh, "c").error(), open_error::unknown_key);
}

TEST(sealer, no_nonce_twice_and_the_same_text_looks_different) {
    system_random random;
    sealer seal(keys_of({1}), random);
    EXPECT_NE(seal.seal("same", "c").substr(1, 12), seal.seal("same", "c").substr(1, 12));
}

TEST(sealer, needs_a_key) {
    system_random random;
    EXPECT_THROW(sealer(key_set{}, random), std::invalid_argument);
    EXPECT_THROW(blinder(key_set{}), std::invalid_argument);
}

TEST(sealer, can_be_moved) {
    system_random random;
    sealer first(keys_of({1}), random);
    sealer second(std::move(first));
    EXPECT_TRUE(second.open(second.seal("x", "c"), "c"));
}

TEST(blinder, is_hmac_sha_256_over_purpose_zero_and_value) {
    // The value is from Python's hmac module.
    key_set keys;
    for (std::size_t i = 0; i < 32; ++i) keys.keys[5][i] = static_cast<std::byte>(i);
    blinder blind(keys);
    for (int twice = 0; twice < 2; ++twice)
        EXPECT_EQ(to_hex(blind.blind("msisdn", "+254700000001")), "530f45cb70cdc9c520150c3b8a7c4f28");
}

TEST(blinder, keeps_purposes_values_and_keys_apart) {
    blinder blind(keys_of({1}));
    blinder other(keys_of({2}));
    EXPECT_NE(blind.blind("a", "b"), blind.blind("a", "c"));
    EXPECT_NE(blind.blind("a", "b"), blind.blind("ab", ""));
    EXPECT_NE(blind.blind("a", "b"), blind.blind("", "ab"));
    EXPECT_NE(blind.blind("a", "b"), other.blind("a", "b"));
    EXPECT_EQ(blind.blind("a", "b"), blinder(keys_of({0, 1})).blind("a", "b"));
}

TEST(key_ring, a_new_one_can_be_read) {
    const auto ring = parse_key_ring(ring_text());
    ASSERT_TRUE(ring) << ring.error().message;
    for (const key_set* set : {&ring->session, &ring->blind, &ring->record, &ring->pin}) {
        EXPECT_EQ(set->keys.size(), 1U);
        EXPECT_EQ(set->current(), 1);
    }
    EXPECT_NE(ring->session.keys.at(1), ring->blind.keys.at(1));
    EXPECT_NE(ring->record.keys.at(1), ring->pin.keys.at(1));
}

TEST(key_ring, more_keys_comments_blank_lines_and_dos_line_ends) {
    const std::string hex(64, 'A');
    const auto ring = parse_key_ring("# keys\r\n\r\n\t session\t200  " + hex + " # new\r\n" + ring_text());
    ASSERT_TRUE(ring) << ring.error().message;
    EXPECT_EQ(ring->session.current(), 200);
    EXPECT_EQ(ring->session.keys.at(200)[31], std::byte{0xAA});
    EXPECT_EQ(ring->session.keys.size(), 2U);
}

TEST(key_ring, faults_name_the_line_and_never_the_key) {
    const std::string hex(64, 'a');
    const std::vector<std::pair<std::string, std::string>> table = {
        {"\nsessions 1 " + hex, "line 2: the purpose must be session, blind, record, pin or wallet"},
        {hex + " 1 session", "line 1: the purpose must be session, blind, record, pin or wallet"},
        {"session 256 " + hex, "line 1: the id must be a number from 0 to 255"},
        {"session -1 " + hex, "line 1: the id must be a number from 0 to 255"},
        {"session 1x " + hex, "line 1: the id must be a number from 0 to 255"},
        {"session", "line 1: the id must be a number from 0 to 255"},
        {"session 1", "line 1: the key must be 64 hexadecimal digits"},
        {"session 1 " + hex + "aa", "line 1: the key must be 64 hexadecimal digits"},
        {"session 1 " + std::string(62, 'a'), "line 1: the key must be 64 hexadecimal digits"},
        {"session 1 " + std::string(64, 'g'), "line 1: the key must be 64 hexadecimal digits"},
        {"session 1 " + hex + " x", "line 1: there is more than purpose, id and key"},
        {"pin 1 " + hex + "\npin 1 " + hex, "line 2: this purpose has a key of this id already"},
        {"", "line 0: the file ends without a session key"},
        {"session 1 " + hex + "\nblind 1 " + hex + "\npin 1 " + hex + "\n",
         "line 3: the file ends without a record key"},
    };
    for (const auto& [text, fault] : table) EXPECT_EQ(fault_of(text), fault);
}
