// The console's port to the proof, the map and the editions: on one thread for the whole process, because a proof takes
// a second of it and key presses come first. Caller: the parts of the console.
#pragma once

#include "base/worker_pool.hpp"
#include "console/words/port.hpp"
#include "proof/proof.hpp"
#include "server/config/config.hpp"

namespace mlango::server {

class console_words final : public console::words_port {
public:
    // Throws std::runtime_error when the configured files can not be read.
    console_words(const config& settings, worker_pool& proving);

    [[nodiscard]] console::sources_ptr files() const override { return files_; }
    [[nodiscard]] console::sources_ptr sources_of(registry::publication_content content) const override;
    [[nodiscard]] std::vector<std::string> profiles() const override;

    task<std::optional<console::typed_words>> prove_text(console::drafted_words all, std::string key,
                                                         std::string language) override;
    task<std::optional<console::typed_words>> prove_file(console::drafted_words all, std::string file,
                                                         std::string language) override;
    task<std::optional<console::whole_proof>> prove(console::drafted_words all) override;
    task<std::optional<std::vector<console::word_change>>> difference(console::drafted_words before,
                                                                      console::drafted_words after) override;
    task<std::optional<console::menu_outline>> outline(console::sources_ptr from) override;
    task<std::optional<std::string>> map(console::sources_ptr from, std::vector<console::screen_count> counts) override;

private:
    worker_pool& proving_;
    console::sources_ptr files_;
    std::vector<proof::named_profile> profiles_;
};

}  // namespace mlango::server
