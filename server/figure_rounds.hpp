// Carries what a worker's desk counted into the registry's figures, every ten seconds and once more at the end. What
// can not be stored is kept, by name, and added the next time: should the registry have stored it and the answer been
// lost, ten seconds count twice, which no figure shows. One a worker.
#pragma once

#include "base/task.hpp"
#include "handlers/ussd_desk.hpp"
#include "registry/staff/figures.hpp"

namespace mlango::server {

class figure_rounds {
public:
    figure_rounds(handlers::ussd_desk& desk, registry::pg_pool& pool, const clock& time)
        : desk_(desk), store_(pool, time) {}

    // Until cancelled.
    task<void> run();
    // Once.
    task<void> carry();

private:
    handlers::ussd_desk& desk_;
    registry::figures store_;
    registry::counted_figures kept_;
};

}  // namespace mlango::server
