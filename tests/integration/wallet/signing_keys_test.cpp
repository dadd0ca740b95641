// Issuer keys in a real folder: made, rotated, retired, and what is wrong with files of others.
#include "wallet/signing_keys.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "wallet/key_file.hpp"

namespace mlango::wallet {
namespace {

namespace fs = std::filesystem;
using std::chrono::hours;

const wall_time now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 28) + hours(9);

class issuer_keys : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "mlango-keys-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        above_ = pattern;
        folder_ = pattern + "/issuer";
    }
    void TearDown() override { fs::remove_all(above_); }

    signing_keys loaded() {
        auto read = signing_keys::load(folder_);
        if (!read) throw std::runtime_error(read.error().front());
        return std::move(*read);
    }
    std::string first_fault() {
        const auto read = signing_keys::load(folder_);
        return read ? "" : read.error().front();
    }

    std::string above_, folder_;
};

TEST_F(issuer_keys, the_first_is_made_once_and_kept_to_its_owner) {
    EXPECT_TRUE(first_fault().contains("holds no issuer key"));
    const auto made = make_first_key(folder_, now);
    ASSERT_TRUE(made) << made.error();
    struct stat about{};
    ASSERT_EQ(::stat((folder_ + "/" + made->kid + ".jwk").c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777, 0600U);
    ASSERT_EQ(::stat(folder_.c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777, 0700U);
    EXPECT_FALSE(make_first_key(folder_, now));
    const auto keys = loaded();
    EXPECT_EQ(keys.current(now).kid, made->kid);
    EXPECT_EQ(keys.current(now).key.public_key(), made->key.public_key());
    EXPECT_TRUE(made->key.public_key().verify("x", keys.current(now).key.sign("x")));
    EXPECT_TRUE(made->kid.starts_with("2026-11-28-"));
}

TEST_F(issuer_keys, a_successor_is_listed_before_it_signs_and_the_old_one_after_it_signed) {
    const auto first = make_first_key(folder_, now);
    ASSERT_TRUE(first);
    const auto turn = now + hours(24 * 30);
    const auto second = rotate_keys(folder_, turn, {.overlap = hours(24), .keep = hours(24 * 400)});
    ASSERT_TRUE(second) << second.error();
    const auto keys = loaded();
    EXPECT_EQ(keys.current(turn).kid, first->kid);
    EXPECT_NE(keys.trusted().find(second->kid, turn), nullptr);
    EXPECT_EQ(keys.trusted().jwks(turn).at("keys").as_array().size(), 2U);
    EXPECT_EQ(keys.current(turn + hours(24)).kid, second->kid);
    EXPECT_NE(keys.trusted().find(first->kid, turn + hours(24 * 400)), nullptr);
    EXPECT_EQ(keys.trusted().find(first->kid, turn + hours(24 * 402)), nullptr);
    EXPECT_EQ(keys.current(turn + hours(24 * 402)).kid, second->kid);
    // One rotation at a time.
    EXPECT_FALSE(rotate_keys(folder_, turn + hours(1), {}));
    EXPECT_TRUE(rotate_keys(folder_, turn + hours(25), {}));
    // What is not listed any more can go.
    EXPECT_TRUE(prune_keys(folder_, turn)->empty());
    EXPECT_EQ(*prune_keys(folder_, turn + hours(24 * 402)), std::vector{first->kid});
    EXPECT_EQ(loaded().all().size(), 2U);
}

TEST_F(issuer_keys, a_retired_one_verifies_nothing_from_then_on) {
    const auto first = make_first_key(folder_, now);
    EXPECT_FALSE(retire_key(folder_, first->kid));  // the only one
    const auto second = rotate_keys(folder_, now, {.overlap = hours(0)});
    ASSERT_TRUE(second);
    EXPECT_EQ(loaded().current(now + std::chrono::seconds(1)).kid, second->kid);
    live_signing_keys live(loaded());
    EXPECT_NE(live.get()->trusted().find(first->kid, now), nullptr);
    ASSERT_TRUE(retire_key(folder_, first->kid));
    EXPECT_FALSE(retire_key(folder_, first->kid));
    EXPECT_TRUE(live.reload(folder_).empty());
    EXPECT_EQ(live.get()->trusted().find(first->kid, now), nullptr);
    EXPECT_EQ(live.get()->current(now).kid, second->kid);
    // A folder that went away does not take the keys with it.
    fs::remove_all(folder_);
    EXPECT_FALSE(live.reload(folder_).empty());
    EXPECT_EQ(live.get()->current(now).kid, second->kid);
}

TEST_F(issuer_keys, what_is_wrong_with_a_file_is_told_without_its_content) {
    const auto made = make_first_key(folder_, now);
    const fs::path file = folder_ + "/" + made->kid + ".jwk";
    const std::string good = write_key_text(*made);
    const std::string secret(made->key.private_jwk().at("d").as_string());
    fs::permissions(file, fs::perms::owner_read | fs::perms::others_read);
    EXPECT_TRUE(first_fault().contains("can be read or written by others"));
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
    const auto with = [&](const std::string& from, const std::string& to) {
        std::string text = good;
        text.replace(text.find(from), from.size(), to);
        std::ofstream(file) << text;
        const std::string fault = first_fault();
        EXPECT_FALSE(fault.contains(secret));
        return fault;
    };
    EXPECT_TRUE(with("{", "[").contains("is no JSON object"));
    EXPECT_TRUE(with("P-256", "P-384").contains("no P-256 key pair"));
    EXPECT_TRUE(with(secret, "AAAA").contains("no P-256 key pair"));
    EXPECT_TRUE(with("\"kid\":\"", "\"kid\":\"../").contains("no kid"));
    EXPECT_TRUE(with("\"kid\":\"", "\"kid\":\"x").contains("not named after its kid"));
    EXPECT_TRUE(with("signs_from\":\"2026", "signs_from\":\"soon").contains("signs_from"));
    EXPECT_TRUE(with("2026-11-28T", "2026-13-28T").contains("made_at"));
    EXPECT_TRUE(with("}\n", ",\"listed_until\":\"2020-01-01T00:00:00Z\"}").contains("listed_until"));
    std::ofstream(file) << good;
    EXPECT_EQ(first_fault(), "");
    std::ofstream(folder_ + "/README") << "passed over";
    EXPECT_EQ(first_fault(), "");
}

}  // namespace
}  // namespace mlango::wallet
