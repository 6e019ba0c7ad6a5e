#pragma once

#include <cstdint>
#include <mutex>
#include <vector>

#include "chaos/load/change.hpp"

namespace rocket_rides::chaos {

/// What the load has done, as it knows it. Thread-safe.
class History {
public:
    /// A change is about to be made. Returns its number: 1, 2, 3 …
    std::uint64_t begin();

    /// Its outcome is known.
    void settle(std::uint64_t number, Outcome outcome);

    /// True if a change was acknowledged that was begun after `time`.
    [[nodiscard]] bool acknowledged_since(SteadyTime time) const;

    /// All changes; that of number n has place n - 1.
    [[nodiscard]] std::vector<Change> changes() const;

private:
    mutable std::mutex mutex_;
    std::vector<Change> changes_;
};

}  // namespace rocket_rides::chaos
