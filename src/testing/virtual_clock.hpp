#pragma once

#include "contrail/clock.hpp"

namespace contrail::testing {

/// Time that passes only when somebody waits, or when the test says so. Not thread-safe.
class VirtualClock : public Clock {
public:
    Duration now() override { return now_; }
    void wait(Duration pause, const std::stop_token& stop) override;

    void advance(Duration by) { now_ += by; }

private:
    Duration now_{1'000'000};
};

}  // namespace contrail::testing
