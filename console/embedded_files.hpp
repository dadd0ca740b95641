// The files of the console's web application, which the build puts into the program. Names are as below /console/:
// "index.html", "assets/index-B2x9.js". All content is gzip, save that of "index.html", which is plain: whoever serves
// it writes each answer's own nonce in the place of "@NONCE@" and allows styles of that nonce. Names below "assets/"
// change when their content does. Caller: console/page_door.
#pragma once

#include <span>

#include "base/http/embedded_file.hpp"

namespace mlango::console {

[[nodiscard]] std::span<const embedded_file> page_files();

}  // namespace mlango::console
