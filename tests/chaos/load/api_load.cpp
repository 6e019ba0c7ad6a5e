#include "chaos/load/api_load.hpp"

#include <cmath>
#include <utility>

namespace chaos {

using contrail::load::Answer;
using contrail::load::Fate;
using contrail::load::Generator;
using contrail::load::Mix;
using contrail::load::RideRequest;
using contrail::load::RideSource;

namespace {

/// Changes and deletes far more often than people do: most errors are in them.
constexpr Mix mix{.create = 70, .update = 20, .remove = 10};

/// Rides whose distances are the numbers of their changes.
class NumberedRides : public RideSource {
public:
    explicit NumberedRides(History& history) : history_(history) {}

    std::optional<double> next() override { return static_cast<double>(history_.begin()); }
    [[nodiscard]] std::optional<std::uint64_t> total() const override { return std::nullopt; }

private:
    History& history_;
};

void note(History& history, const RideRequest& request, const Answer& answer) {
    const auto number = static_cast<std::uint64_t>(std::llround(request.distance));
    // A delete never shows its number, whatever its outcome. The records of other changes show the deleted
    // ride.
    if (request.action == RideRequest::Action::remove) return history.settle(number, Outcome::withdrawn);
    switch (fate(request.action, answer)) {
        case Fate::accepted:
            return history.settle(number, Outcome::acknowledged);
        case Fate::refused:
            return history.settle(number, Outcome::withdrawn);
        case Fate::in_doubt:
        case Fate::not_taken:  // the generator sends it again
            return;
    }
}

Generator::Options generator_options(const ApiLoad::Options& options, History& history) {
    return {.connections = options.connections,
            .on_answer = [&history](const RideRequest& request, const Answer& answer) {
                note(history, request, answer);
            }};
}

}  // namespace

ApiLoad::ApiLoad(const Options& options, History& history)
    : log_(options.log),
      progress_(log_, /*terminal=*/false, /*shown=*/false, std::nullopt),
      rides_(std::make_unique<NumberedRides>(history)),
      traffic_(*rides_, mix, options.seed),
      generator_(contrail::load::ApiAddress::parse(options.url), traffic_,
                 contrail::load::steady_pace(options.rides_per_second), progress_,
                 generator_options(options, history)),
      thread_([this](const std::stop_token& stop) {
          generator_.run(stop);
          ended_ = true;
      }) {}

}  // namespace chaos
