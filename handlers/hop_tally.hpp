// How often each screen was shown, answered and left, in which language and through which gateway: counts in memory, of
// one thread, with nobody in them. A hop adds to a few numbers; every some seconds they are taken and added to the
// registry's figures (server/figure_rounds). What waits for an answer when the session ends without one was left there.
// Callers: ussd_desk counts, the server takes. Not for metrics of the program (base/metrics).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "registry/staff/figures.hpp"
#include "templates/edition.hpp"

namespace mlango::handlers {

class hop_tally {
public:
    // Of one edition, by screen_index and language_index; whoever counts keeps it.
    struct page {
        struct screen {
            std::uint32_t shown = 0, answered = 0, ended = 0;
        };
        std::vector<screen> screens;
        std::vector<std::uint32_t> languages;
        std::vector<std::string> screen_names, language_codes;
    };
    [[nodiscard]] std::shared_ptr<page> page_of(const templates::edition& what);

    void began(std::string_view gateway);
    void apologised() { ++apologies_; }

    // Everything since the last time; the counts begin again.
    [[nodiscard]] registry::counted_figures take();

private:
    struct gateway {
        std::string name;
        std::uint32_t sessions = 0;
    };
    std::vector<std::shared_ptr<page>> pages_;
    std::vector<gateway> gateways_;
    std::uint32_t apologies_ = 0;
};

}  // namespace mlango::handlers
