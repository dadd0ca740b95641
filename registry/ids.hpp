// The keys of the registry's records.
#pragma once

#include "base/ids.hpp"

namespace mlango::registry {

using person_id = record_id<struct person_tag>;             // individual
using group_id = record_id<struct registration_group_tag>;  // registration group (a household's case)
using phone_id = record_id<struct phone_tag>;
using entitlement_id = record_id<struct entitlement_tag>;
using change_request_id = record_id<struct change_request_tag>;
using ticket_id = record_id<struct ticket_tag>;
using outbox_id = record_id<struct outbox_tag>;
using broadcast_id = record_id<struct broadcast_tag>;

}  // namespace mlango::registry
