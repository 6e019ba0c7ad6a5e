#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "demo/faults/active_fault.hpp"
#include "demo/faults/fault.hpp"
#include "demo/faults/system.hpp"
#include "demo/page/fault_tracker.hpp"

namespace demo {

/// Injects the faults that the page requests, and ends them when their time is up.
///
/// Threads  The supervisor's.
class FaultInjector {
public:
    using Clock = FaultTracker::Clock;
    using Duration = std::chrono::milliseconds;

    /// Both must outlive it.
    FaultInjector(System& system, FaultTracker& tracker);

    /// The faults with a button that this system allows.
    [[nodiscard]] std::vector<std::string_view> allowed() const;

    /// Injects a requested fault, and ends an active one if it is due. Returns a sentence about the
    /// injection, if one was attempted.
    std::optional<std::string> run_once();

    /// How long until run_once() has something to do without a request.
    [[nodiscard]] std::optional<Duration> pause() const;

private:
    std::string inject(const std::string& name);
    void end_if_due();

    System& system_;
    FaultTracker& tracker_;
    std::vector<Fault> faults_;
    Random random_{std::random_device{}()};
    std::unique_ptr<ActiveFault> active_;  ///< Until it is repaired.
    Clock::time_point end_due_;
};

}  // namespace demo
