// Records of consents as they are kept: opened, and compared with the digest that stands in her chain, which covers the
// digest alone. Callers: holder, `mlango wallet`. Not here: what a record says (consent_record.hpp), the chain itself
// (the schema's broken_consents).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/seal.hpp"
#include "base/task.hpp"
#include "registry/wallet/desk.hpp"

namespace mlango::wallet {

// What a record is bound to: whose consent it is, and the hop that made the share.
[[nodiscard]] std::string consent_context(registry::person_id whose, std::string_view hop);

// nullopt: it does not open, it is another's, or it is not what she agreed to.
[[nodiscard]] std::optional<std::string> opened_consent(const registry::kept_consent& kept, sealer& seal);

// The first of each person's records that is not what its digest says.
task<std::vector<registry::wallet_desk::broken_chain>> altered_consents(registry::wallet_desk& desk, sealer& seal);

}  // namespace mlango::wallet
