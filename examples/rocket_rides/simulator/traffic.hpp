#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <vector>

#include "simulator/answer.hpp"
#include "simulator/mix.hpp"
#include "simulator/ride_request.hpp"
#include "simulator/ride_source.hpp"

namespace rocket_rides {

/// What a simulator asks of the API, request by request: new rides, and changes of rides that it has created
/// before. No ride is in two requests at once. While none is known, every request creates one.
///
/// Memory  Of the rides that it has created it knows 10,000 at the most, and forgets others.
class Traffic {
public:
    /// `source` must outlive it. Every request takes a ride from it, deletions too: when it ends, so does
    /// this.
    Traffic(RideSource& source, const Mix& mix, std::uint64_t seed);

    /// The next request; nothing after the last. Throws what the source throws.
    std::optional<RideRequest> next();

    /// Learns what came of a request, once that is known: a `fate` other than not_taken.
    void settle(const RideRequest& request, const Answer& answer, Fate fate);

    /// How many requests there are in all, where that is known.
    [[nodiscard]] std::optional<std::uint64_t> total() const { return source_.total(); }

private:
    using Action = RideRequest::Action;

    Action draw_action();
    std::int64_t take_known_ride();
    void remember(std::int64_t id);

    RideSource& source_;
    Mix mix_;
    std::mt19937_64 random_;
    std::vector<std::int64_t> known_;  ///< Rides that were created and are in no request.
};

}  // namespace rocket_rides
