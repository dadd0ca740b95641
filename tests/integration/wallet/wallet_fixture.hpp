// The small world of the registry's tests with a wallet: one bank (verifier, two operators, a program), one ministry of
// another country, status lists, issuer keys. Time stands still at noon of a day on which Amina's cash can be
// collected.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <ranges>

#include "registry/pins.hpp"
#include "registry/wallet/agents.hpp"
#include "registry/wallet/desk.hpp"
#include "registry/wallet/status_rows.hpp"
#include "tests/integration/registry/registry_fixture.hpp"
#include "wallet/counter.hpp"
#include "wallet/holder.hpp"
#include "wallet/issuance.hpp"
#include "wallet/mint.hpp"
#include "wallet/parts.hpp"
#include "wallet/rounds.hpp"
#include "wallet/sd_jwt.hpp"
#include "wallet/share_code.hpp"
#include "wallet/status_lists.hpp"

namespace mlango::wallet::test {

using namespace std::chrono_literals;
using registry::test::hop;

inline credential_kinds kinds_of_file() {
    std::ifstream file(std::filesystem::path(MLANGO_SOURCE_DIR) / "wallet/credentials.yaml");
    auto read = credential_kinds::parse(std::string(std::istreambuf_iterator<char>(file), {}));
    if (!read) throw std::runtime_error(read.error().front());
    return std::move(*read);
}

inline constexpr person_id amina{1}, yusuf{2}, zahra{3}, baraka{4};
inline constexpr group_id her_group{1};
inline constexpr session_standing sure{.phone_trust = 3, .sim = sim_answer::same};

class wallet_fixture : public registry::test::registry_fixture {
protected:
    void SetUp() override {
        registry_fixture::SetUp();
        house.emplace(parts{.pool = *pool,
                            .record = record,
                            .blind = blind,
                            .seal = seal,
                            .mac = mac,
                            .time = now,
                            .random = random,
                            .hashing = hashing,
                            .secrets = secrets,
                            .kinds = kinds,
                            .keys = keys_of_issuer,
                            .options = options});
        rooms.emplace(*house);
        registry::status_rows rows(*pool, now, random);
        wait(rows.provide_lists(options.list_size));
        bank_number = add_verifier("Bank", "KEN",
                                   {"registered", "over_18", "name", "household", "assistance", "bank", "identity"});
        bank = verifier_of(bank_number);
        teller = add_operator(bank_number, "teller1");
        other_teller = add_operator(bank_number, "teller2");
        program = add_program(bank_number, "core.bank");
        shop_number = add_verifier("Shop", "KEN", {"registered", "over_18", "name"});
        shop = verifier_of(shop_number);
        shopkeeper = add_operator(shop_number, "keeper");
    }

    std::string add_verifier(std::string_view name, std::string_view country, std::vector<std::string> presets) {
        return wait(desk().add_verifier({.name = {{"en", std::string(name)}},
                                         .purpose = {{"en", "To know who you are"}},
                                         .country = std::string(country),
                                         .presets = std::move(presets),
                                         .contact = "privacy@example.org"}));
    }
    verifier_id verifier_of(const std::string& number) {
        return {std::stoll(sql.value("SELECT id FROM verifier WHERE number = '" + number + "'"))};
    }
    redeemer add_operator(const std::string& number, const std::string& name) {
        EXPECT_TRUE(wait(desk().put_operator(
            number, {.name = name, .password = secrets.make("password " + number + " " + name, "correct horse")})));
        return {.verifier = verifier_of(number), .who = {agent_id(number, name)}, .program = {}, .channel = "web"};
    }
    redeemer add_program(const std::string& number, const std::string& name) {
        EXPECT_TRUE(
            wait(desk().add_program(number, {.name = name, .secret = registry::secret_digest(blind, name, "s3cret")})));
        return {.verifier = verifier_of(number), .who = {}, .program = {agent_id(number, name)}, .channel = "api"};
    }
    std::int64_t agent_id(const std::string& number, const std::string& name) {
        return std::stoll(sql.value(
            fmt::format("SELECT a.id FROM verifier_agent a JOIN verifier v ON v.id = a.verifier WHERE v.number = '{}' "
                        "AND a.name = '{}'",
                        number, name)));
    }

    share_wish wish(std::string preset, verifier_id verifier) {
        const auto* const kind = [&] {
            for (const auto& each : kinds.all())
                if (each.find_preset(preset) != nullptr) return &each;
            return static_cast<const credential_kind*>(nullptr);
        }();
        return {.person = amina,
                .group = her_group,
                .about = {},
                .kind = kind == nullptr ? std::string("none") : kind->name,
                .preset = std::move(preset),
                .verifier = verifier,
                .ask = {},
                .screen_text = "Onyesha Bank? 1 Ndiyo",
                .language = "sw",
                .edition = 3,
                .standing = sure,
                .gateway = "one"};
    }
    std::expected<share_offer, share_refusal> share(share_wish what) { return wait(her().share(what, hop(++hops))); }
    std::string code_for(verifier_id verifier, std::string preset = "over_18") {
        auto made = share(wish(std::move(preset), verifier));
        if (!made) throw std::runtime_error(fmt::format("not shared: {}", static_cast<int>(made.error())));
        return made->code;
    }
    std::expected<redemption, redeem_refusal> redeem(const redeemer& by, const std::string& code,
                                                     std::optional<std::string> nonce = {}) {
        return wait(counter().redeem(by, code, std::move(nonce)));
    }
    // A code with a right check digit that nobody has.
    std::string wrong_code() { return new_share_code(random, 0); }
    void forgive() {
        sql.run(
            "UPDATE verifier_agent SET misses = 0, misses_since = NULL, blocked_until = NULL;"
            "UPDATE verifier SET misses = 0, misses_since = NULL, state = 'active', reason = NULL "
            "WHERE reason = 'misses'");
    }
    registry::wallet_desk desk() { return {*pool, record, blind, now, random}; }

    sd_jwt_rules rules(std::string_view audience) {
        return {.issuer = options.issuer, .credentials = {}, .now = now.now(), .audience = audience, .binding = {}};
    }
    // The status that the served list gives a credential.
    int served_status(const status_reference& at) {
        wait(rooms->lists.look());
        const std::string name = at.uri.substr(at.uri.rfind('/') + 1);
        const auto* const token = rooms->lists.token(name);
        if (token == nullptr) return -1;
        const auto read = verify_status_token(*token, at.uri, keys_of_issuer.get()->trusted(), now.now());
        if (!read) return -2;
        return read->list.get(at.index).value_or(99);
    }
    status_reference status_of(const std::string& credential, const std::string& number) {
        const std::string audience = verifier_audience(options.issuer, number);
        const auto read = verify_sd_jwt(credential, keys_of_issuer.get()->trusted(), rules(audience));
        if (!read || !read->status) throw std::runtime_error("no credential, or one without a status");
        return *read->status;
    }

    manual_clock now{wall_time(std::chrono::sys_days(std::chrono::year(2026) / 10 / 20) + 12h)};
    settings options{
        .issuer = "https://mlango.example", .privacy_notice = "https://mlango.example/privacy", .list_size = 4'096};
    credential_kinds kinds = kinds_of_file();
    live_signing_keys keys_of_issuer{signing_keys({signing_key{.kid = "k1",
                                                               .key = es256_key::generate(),
                                                               .made_at = std::chrono::sys_seconds{},
                                                               .signs_from = std::chrono::sys_seconds{},
                                                               .listed_until = {}}})};
    worker_pool hashing{"pin-hash", 2, 128};
    registry::secret_verifier secrets{keys.wallet, {.memory_kib = 8, .passes = 1}, random};
    sealer seal{keys.wallet, random};
    blinder mac{keys.wallet};
    // Made when the pool is open.
    struct services {
        explicit services(const parts& house) : her(house), counter(house), issuing(house), lists(house) {}
        holder her;
        wallet::counter counter;
        issuance issuing;
        status_lists lists;
    };
    std::optional<parts> house;
    std::optional<services> rooms;
    holder& her() { return rooms->her; }
    wallet::counter& counter() { return rooms->counter; }
    issuance& issuing() { return rooms->issuing; }
    std::string bank_number, shop_number;
    verifier_id bank, shop;
    redeemer teller, other_teller, program, shopkeeper;
    unsigned hops = 1'000;
};

}  // namespace mlango::wallet::test
