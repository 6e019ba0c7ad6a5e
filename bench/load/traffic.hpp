#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <vector>

#include "bench/load/answer.hpp"
#include "bench/load/mix.hpp"
#include "bench/load/ride_request.hpp"
#include "bench/load/ride_source.hpp"

namespace contrail::load {

/// Decides, request by request, what the load asks of the API: to create rides, and to change and delete
/// rides that it created. No ride is in two requests at once. While it knows none, every request creates one.
///
/// Memory  It remembers at most 10,000 of the rides that it created.
class Traffic {
public:
    /// `source` must outlive it. Every request takes a ride from the source, deletions too: the traffic ends
    /// with the source.
    Traffic(RideSource& source, const Mix& mix, std::uint64_t seed);

    /// The next request; nothing after the last. Throws what `source` throws.
    std::optional<RideRequest> next();

    /// Takes the result of a request once it is known: a `fate` other than not_taken.
    void settle(const RideRequest& request, const Answer& answer, Fate fate);

    /// How many requests there are in all, if known.
    [[nodiscard]] std::optional<std::uint64_t> total() const { return source_.total(); }

private:
    using Action = RideRequest::Action;

    Action draw_action();
    std::int64_t take_known_ride();
    void remember(std::int64_t id);

    RideSource& source_;
    Mix mix_;
    std::mt19937_64 random_;
    std::vector<std::int64_t> known_;  ///< Rides created that are in no request.
};

}  // namespace contrail::load
