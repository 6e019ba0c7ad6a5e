#pragma once

#include <string_view>

#include "metrics/admin_server.hpp"
#include "simulator/answer.hpp"

namespace rocket_rides {

/// Counts what came of the simulator's attempts, and watches that the API takes rides.
///
/// Threads  Told on the simulator's thread, read on any.
class SimulatorMetrics {
public:
    SimulatorMetrics(contrail::metrics::Registry& registry, contrail::Clock& clock);

    /// What came of an attempt at a request.
    void attempted(RideRequest::Action action, const Answer& answer);

    contrail::metrics::Duty duty();

private:
    contrail::metrics::Counter& count(contrail::metrics::Registry& registry, const std::string& fate);

    contrail::metrics::Progress progress_;
    contrail::metrics::Counter& accepted_;
    contrail::metrics::Counter& refused_;
    contrail::metrics::Counter& in_doubt_;
    contrail::metrics::Counter& not_taken_;
};

}  // namespace rocket_rides
