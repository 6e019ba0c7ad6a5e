#pragma once

#include "contrail/clock.hpp"

namespace contrail::testing {

/// Time that passes only when code waits, or when the test says so. Not thread-safe.
class VirtualClock : public Clock {
public:
    Duration now() override { return std::chrono::duration_cast<Duration>(now_); }
    std::uint64_t unix_ms() override {
        return 1'700'000'000'000U + static_cast<std::uint64_t>(now().count());
    }
    void wait(Pause pause, const std::stop_token& stop) override;

    void advance(Pause by) { now_ += by; }

private:
    Pause now_ = std::chrono::seconds(1'000);
};

}  // namespace contrail::testing
