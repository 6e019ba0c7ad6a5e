#pragma once

#include <string_view>

#include "bench/load/answer.hpp"
#include "metrics/admin_server.hpp"

namespace contrail::load {

/// Counts the fates of the load's attempts, and watches that the API accepts rides.
///
/// Threads  attempted() on the generator's thread; any thread may read.
class LoadMetrics {
public:
    LoadMetrics(metrics::Registry& registry, Clock& clock);

    /// Counts the result of an attempt at a request.
    void attempted(RideRequest::Action action, const Answer& answer);

    metrics::HealthCheck health_check();

private:
    metrics::Counter& count(metrics::Registry& registry, const std::string& fate);

    Watchdog watchdog_;
    metrics::Counter& accepted_;
    metrics::Counter& refused_;
    metrics::Counter& in_doubt_;
    metrics::Counter& not_taken_;
};

}  // namespace contrail::load
