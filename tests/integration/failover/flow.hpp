#pragma once

#include <atomic>
#include <exception>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "contrail/settings.hpp"
#include "support/admin_postgres.hpp"

namespace contrail::test {

/// Records on their way while servers fail: a producer, a streamer and a consumer, each on a thread of its own. The
/// consumer writes the number that each record bears into a table, where a second time would be an error.
class Flow {
public:
    /// Begins.
    explicit Flow(const Settings& settings);

    /// Returns once records that were staged after this call are applied.
    void wait_for_progress();

    /// Stops the producer, and waits until all that it staged is applied. Returns the numbers that are missing, one
    /// line each; empty if every record was applied once, and in order. Throws what ended a streamer or a consumer.
    std::string finish();

    [[nodiscard]] std::uint64_t staged() const { return staged_; }

private:
    void stage(const std::stop_token& stop);
    void stream(const std::stop_token& stop);
    void consume(const std::stop_token& stop);
    /// A thread that keeps what its program ended with.
    std::jthread start(void (Flow::*work)(const std::stop_token&));
    void throw_failure();
    [[nodiscard]] std::uint64_t applied();

    Settings settings_;
    AdminPostgres database_;
    std::atomic<std::uint64_t> staged_ = 0;
    std::mutex lock_;
    std::exception_ptr failure_;  ///< The first one; guarded by lock_.
    std::jthread producer_;
    std::jthread streamer_;
    std::jthread consumer_;
};

}  // namespace contrail::test
