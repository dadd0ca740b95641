#include "console/oidc/flow.hpp"

#include <array>
#include <boost/json.hpp>

#include "wallet/jose/json_text.hpp"
#include "wallet/jose/sha256.hpp"

namespace mlango::console::oidc {

namespace {

namespace json = boost::json;

constexpr std::string_view context = "console oidc flow";
constexpr std::size_t longest_cookie = 1'000;

std::string drawn(random_source& random) {
    std::array<std::byte, 32> octets;
    random.fill(octets);
    return to_base64url(octets);
}

}  // namespace

flow begin_flow(random_source& random, registry::staff_id linking, wall_time now) {
    return {.state = drawn(random),
            .nonce = drawn(random),
            .verifier = drawn(random),
            .linking = linking,
            .until = now + flow_life};
}

std::string code_challenge(std::string_view verifier) {
    return to_base64url(wallet::sha256(verifier));
}

std::string seal_flow(const flow& given, sealer& seal) {
    const json::array plain{given.state, given.nonce, given.verifier, given.linking.value,
                            given.until.time_since_epoch().count()};
    return to_base64url(as_byte_view(seal.seal(json::serialize(plain), context)));
}

std::optional<flow> open_flow(std::string_view cookie, sealer& seal, wall_time now) {
    if (cookie.size() > longest_cookie) return std::nullopt;
    const auto sealed = from_base64url(cookie);
    if (!sealed) return std::nullopt;
    const auto plain = seal.open(as_string_view(*sealed), context);
    if (!plain) return std::nullopt;
    const json::array all = json::parse(*plain).as_array();  // it is our own
    flow found{.state = std::string(all.at(0).as_string()),
               .nonce = std::string(all.at(1).as_string()),
               .verifier = std::string(all.at(2).as_string()),
               .linking = {all.at(3).as_int64()},
               .until = wall_time(std::chrono::microseconds(all.at(4).as_int64()))};
    if (found.until <= now) return std::nullopt;
    return found;
}

}  // namespace mlango::console::oidc
