// Under which keyed digests a share code is found. Callers: sharing, counter.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/seal.hpp"
#include "registry/wallet/ids.hpp"

namespace mlango::wallet {

// By its verifier and itself: what a verifier guesses can only hit codes that were made for it.
[[nodiscard]] inline blind_key code_key(blinder& mac, registry::verifier_id verifier, std::string_view code) {
    return mac.blind("share code", std::to_string(verifier.value) + ":" + std::string(code));
}
// By itself: so that she is told when somebody else tries it.
[[nodiscard]] inline blind_key code_trace(blinder& mac, std::string_view code) {
    return mac.blind("share trace", code);
}
// What a sealed code is bound to.
[[nodiscard]] inline std::string code_context(const blind_key& hop) {
    return "share code " + std::string(as_string_view(hop));
}
[[nodiscard]] inline std::string presented_context(registry::share_id share) {
    return "presented " + std::to_string(share.value);
}

}  // namespace mlango::wallet
