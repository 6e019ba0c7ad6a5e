#include "bench/load/load_metrics.hpp"

namespace contrail::load {

LoadMetrics::LoadMetrics(metrics::Registry& registry, Clock& clock)
    : watchdog_(clock),
      accepted_(count(registry, "accepted")),
      refused_(count(registry, "refused")),
      in_doubt_(count(registry, "in_doubt")),
      not_taken_(count(registry, "not_taken")) {}

metrics::Counter& LoadMetrics::count(metrics::Registry& registry, const std::string& fate) {
    return registry.counter(
        "rocket_rides_simulator_attempts_total",
        "Attempts at a request to the API, by their fate; one that was not taken is repeated.",
        {{"fate", fate}});
}

void LoadMetrics::attempted(RideRequest::Action action, const Answer& answer) {
    switch (fate(action, answer)) {
        case Fate::accepted:
            accepted_.Increment();
            break;
        case Fate::refused:
            refused_.Increment();
            break;
        case Fate::in_doubt:
            in_doubt_.Increment();
            break;
        case Fate::not_taken:
            not_taken_.Increment();
            watchdog_.expect();
            watchdog_.failed(answer.text);
            return;
    }
    watchdog_.rest();
}

metrics::HealthCheck LoadMetrics::health_check() {
    return {.name = "simulator", .watchdog = &watchdog_, .waiting = []() -> std::optional<std::string> {
                return "The API accepts no rides.";
            }};
}

}  // namespace contrail::load
