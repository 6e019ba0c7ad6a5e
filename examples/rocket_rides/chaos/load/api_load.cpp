#include "chaos/load/api_load.hpp"

#include <cmath>
#include <utility>

namespace rocket_rides::chaos {

namespace {

/// Rides whose distances are the numbers of their changes.
class NumberedRides : public RideSource {
public:
    explicit NumberedRides(History& history) : history_(history) {}

    std::optional<double> next() override { return static_cast<double>(history_.begin()); }
    [[nodiscard]] std::optional<std::uint64_t> total() const override { return std::nullopt; }

private:
    History& history_;
};

void note(History& history, double distance, const Answer& answer) {
    const auto number = static_cast<std::uint64_t>(std::llround(distance));
    switch (fate(answer)) {
        case Fate::accepted:
            return history.settle(number, Outcome::acknowledged);
        case Fate::refused:
            return history.settle(number, Outcome::withdrawn);
        case Fate::in_doubt:
        case Fate::not_taken:  // it is posted again
            return;
    }
}

Simulator::Options simulator_options(const ApiLoad::Options& options, History& history) {
    return {.connections = options.connections, .witness = [&history](double distance, const Answer& answer) {
                note(history, distance, answer);
            }};
}

}  // namespace

ApiLoad::ApiLoad(const Options& options, History& history)
    : log_(options.log),
      progress_(log_, /*terminal=*/false, /*shown=*/false, std::nullopt),
      rides_(std::make_unique<NumberedRides>(history)),
      simulator_(ApiAddress::parse(options.url), *rides_, steady_pace(options.rides_per_second), progress_,
                 simulator_options(options, history)),
      thread_([this](const std::stop_token& stop) {
          simulator_.run(stop);
          ended_ = true;
      }) {}

}  // namespace rocket_rides::chaos
