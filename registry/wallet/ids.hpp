// The keys of the wallet's records.
#pragma once

#include "registry/ids.hpp"

namespace mlango::registry {

using verifier_id = record_id<struct verifier_tag>;  // who may be shown something
using operator_id = record_id<struct operator_tag>;  // a person who works for a verifier
using client_id = record_id<struct client_tag>;      // a program of a verifier
using share_id = record_id<struct share_tag>;        // one consent: her facts, for one verifier, once
using ask_id = record_id<struct ask_tag>;            // a verifier's question that waits for her
using delegation_id = record_id<struct delegation_tag>;
using base_credential_id = record_id<struct base_credential_tag>;  // on paper or in a telephone's wallet

}  // namespace mlango::registry
