#pragma once

#include <chrono>

namespace contrail::postgres {

/// Tells quiet times from busy ones, by how many transactions staged records. A leaky bucket: it is busy once it is
/// full, and quiet again once it is empty. So it does not waver at a steady rate.
class WakeupRate {
public:
    using Time = std::chrono::steady_clock::time_point;

    /// What leaks out in a second, and what the bucket holds: more than a hundred transactions a second, for long
    /// enough, are busy.
    static constexpr double per_second = 100;
    static constexpr double capacity = 100;

    /// `now` must not fall from call to call.
    void add(double transactions, Time now);
    [[nodiscard]] bool is_busy(Time now);

private:
    void leak(Time now);

    double level_ = 0;
    Time leaked_at_{};
    bool busy_ = false;
};

}  // namespace contrail::postgres
