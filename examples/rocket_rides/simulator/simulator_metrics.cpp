#include "simulator/simulator_metrics.hpp"

namespace rocket_rides {

SimulatorMetrics::SimulatorMetrics(contrail::metrics::Registry& registry, contrail::Clock& clock)
    : progress_(clock),
      accepted_(count(registry, "accepted")),
      refused_(count(registry, "refused")),
      in_doubt_(count(registry, "in_doubt")),
      not_taken_(count(registry, "not_taken")) {}

contrail::metrics::Counter& SimulatorMetrics::count(contrail::metrics::Registry& registry,
                                                    const std::string& fate) {
    return registry.counter(
        "rocket_rides_simulator_attempts_total",
        "Attempts at a request to the API, by what came of them; one that was not taken is made again.",
        {{"fate", fate}});
}

void SimulatorMetrics::attempted(RideRequest::Action action, const Answer& answer) {
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
            progress_.expect();
            progress_.failed(answer.text);
            return;
    }
    progress_.rest();
}

contrail::metrics::Duty SimulatorMetrics::duty() {
    return {.name = "simulator", .progress = &progress_, .waiting = []() -> std::optional<std::string> {
                return "The API takes no rides.";
            }};
}

}  // namespace rocket_rides
