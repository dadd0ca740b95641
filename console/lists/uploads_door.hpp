// Files of lists and of payers' reports: their pieces, the end of them, what the check found, the file of errors. A
// piece is at most 60 KiB, so that a slow line loses little; a piece may come twice. One object a thread.
// Not here: what a file's bytes mean (list_file), the lists themselves (lists_door).
#pragma once

#include <vector>

#include "console/parts.hpp"
#include "console/route.hpp"
#include "registry/staff/list_uploads.hpp"

namespace mlango::console {

class uploads_door {
public:
    explicit uploads_door(const parts& house);

    [[nodiscard]] std::vector<staff_route> routes();

private:
    task<http_response> one(asked& question);
    task<http_response> piece(asked& question);
    task<http_response> complete(asked& question);
    task<http_response> apply(asked& question);
    task<http_response> rows(asked& question);
    task<http_response> faults(asked& question);
    task<http_response> faults_file(asked& question);

    // Reads a piece, or the end of the file where there is none, and stores what became whole. False: another request
    // was faster.
    task<bool> take(registry::staff_id who, registry::list_upload_id upload, registry::upload_standing now,
                    const std::string* piece);
    task<http_response> shown(registry::staff_id who, registry::list_upload_id upload, unsigned status = 200);

    registry::list_uploads uploads_;
};

}  // namespace mlango::console
