// Lists of assistance: what there is, a new one, locking it with a signature, a second person's release, what came of
// it. One object a thread. Not here: their files (uploads_door), the export (exports_door).
#pragma once

#include <vector>

#include "console/lists/list_seal.hpp"
#include "console/parts.hpp"
#include "console/route.hpp"
#include "registry/staff/list_uploads.hpp"
#include "registry/staff/lists.hpp"

namespace mlango::console {

class lists_door {
public:
    explicit lists_door(const parts& house);

    [[nodiscard]] std::vector<staff_route> routes();

private:
    task<http_response> page(asked& question);
    task<http_response> choices(asked& question);
    task<http_response> make(asked& question);
    task<http_response> one(asked& question);
    task<http_response> entitlements(asked& question);
    task<http_response> lock(asked& question);
    task<http_response> release(asked& question);
    task<http_response> give_back(asked& question);
    task<http_response> abort(asked& question);
    task<http_response> signature(asked& question);
    task<http_response> new_upload(asked& question);

    // The list as it is now, or why nothing was done with it.
    task<http_response> answer(registry::list_verdict verdict, registry::staff_id who, registry::payment_list_id list,
                               unsigned status = 200);
    struct checked {
        bool rows = false;          // are those that were locked
        bool signature = false;     // is ours
        bool entitlements = false;  // are what the rows say
    };
    task<checked> check(const registry::list_to_sign& list);

    const parts& house_;
    registry::staff_lists lists_;
    registry::list_uploads uploads_;
    list_seal seal_;
};

}  // namespace mlango::console
