#pragma once

#include <cstdint>
#include <mutex>
#include <vector>

#include "chaos/load/change.hpp"

namespace chaos {

/// All changes of the load, as their clients know them. Thread-safe.
class History {
public:
    /// Begins a change. Returns its number: 1, 2, 3 …
    std::uint64_t begin();

    /// Notes the outcome of a change.
    void settle(std::uint64_t number, Outcome outcome);

    /// True if a change that began after `time` was acknowledged.
    [[nodiscard]] bool acknowledged_since(SteadyTime time) const;

    /// All changes. The change with number n is at index n - 1.
    [[nodiscard]] std::vector<Change> changes() const;

private:
    mutable std::mutex mutex_;
    std::vector<Change> changes_;
};

}  // namespace chaos
