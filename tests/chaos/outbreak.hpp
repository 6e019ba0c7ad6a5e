#pragma once

#include <functional>
#include <string>

#include "chaos/arena.hpp"
#include "chaos/disaster.hpp"

namespace rocket_rides::chaos {

/// A disaster while it lasts: strikes when it is made, and is undone at the latest when it is destroyed.
class Outbreak {
public:
    /// Throws Error if it could not strike.
    Outbreak(const Disaster& disaster, Arena& arena, std::uint64_t seed);
    Outbreak(const Outbreak&) = delete;
    Outbreak& operator=(const Outbreak&) = delete;
    ~Outbreak();

    [[nodiscard]] const std::string& told() const noexcept { return strike_.told; }
    /// True if there is nothing to be undone (any more).
    [[nodiscard]] bool over() const noexcept { return strike_.over; }

    /// Tries again for a while where a server does not listen yet. Throws Error if it cannot be undone.
    void undo();

private:
    void let_go();

    const Disaster& disaster_;
    Arena& arena_;
    Strike strike_;
};

}  // namespace rocket_rides::chaos
