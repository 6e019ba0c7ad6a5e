#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "contrail/clock.hpp"
#include "contrail/consumer_registry.hpp"
#include "contrail/error.hpp"
#include "contrail/log_keeper.hpp"
#include "contrail/outbox.hpp"
#include "contrail/retention_events.hpp"
#include "contrail/retry_policy.hpp"

namespace contrail {

class RetentionEngine;

/// What an operator allows the log to hold, whichever consumer may still need it. Nothing: no limit.
struct RetentionLimits {
    std::optional<std::uint64_t> records_max{};
    std::optional<std::uint64_t> bytes_max{};  ///< Memory in the log's server, estimated.
    /// Since the record's batch was sealed, by PostgreSQL's clock, which gave the record its time.
    std::optional<std::chrono::milliseconds> age_max{};
};

/// What the log and the outbox keep although every consumer is past it: consumers can go back that far, and new ones
/// begin there. They keep each record that one of these asks for. Nothing: no floor. RetentionLimits win.
struct RetentionFloor {
    std::optional<std::uint64_t> records_min{};
    std::optional<std::uint64_t> bytes_min{};            ///< Memory in the log's server, estimated.
    std::optional<std::chrono::milliseconds> age_min{};  ///< As in RetentionLimits.

    [[nodiscard]] bool is_set() const { return records_min || bytes_min || age_min; }
};

struct RetentionOptions {
    RetentionLimits limits{};
    RetentionFloor floor{};
    /// How much the log may hold while no consumer is registered. Without any bound, a service whose
    /// consumers are yet to be written would fill Redis.
    std::uint64_t unregistered_bytes_max = 1ULL << 30;
    /// Share of a limit, 0 to 1, at which retention warns.
    double warn_at = 0.8;
    /// One of two clocks that differ by more than this is wrong, and nothing tells which: no record goes for its age
    /// until they agree again.
    Clock::Duration clock_difference_max{1'000};
    /// From the start of one pass to that of the next.
    Clock::Duration every{1'000};
    /// The same while no consumer moves and the log stays as it is. Retention asks the log for that, and leaves the
    /// outbox alone.
    Clock::Duration idle_every{10'000};
    /// How often it asks the log for that.
    Clock::Duration idle_ask_every{1'000};
    /// Pauses after failed passes.
    RetryPolicy retry{.wait_min = Clock::Duration(1'000), .wait_max = Clock::Duration(30'000)};
};

/// What a pass would drop, and which consumers it would cut off.
struct RetentionPlan {
    RecordId
        keep_from{};  ///< The first record to keep: what consumers need and the floor keeps, within the limits.
    RecordId allowed_from{};  ///< The least id that the limits allow; 0-0: they allow all that there is.
    RecordId needed_from{};   ///< The least id that a consumer may need.
    std::optional<RecordId> floor_from{};  ///< The least id that the floor keeps. Nothing: there is no floor.
    std::vector<RegisteredConsumer> cut_off{};  ///< Now, or further than before, with what they miss.
    std::vector<RegisteredConsumer> cut_off_before{};
};

/// Drops what no consumer needs and no floor keeps, from the log and from the outbox.
///
/// Safety   A record goes only when every registered consumer is past it, or when an operator's limit says
///          so. Retention marks a consumer before it cuts it off, and tells it.
/// Cost     A few short requests a pass, whatever the sizes.
/// Threads  Not thread-safe. Any number of processes may do this for one outbox at once.
class Retention {
public:
    using Limits = RetentionLimits;
    using Options = RetentionOptions;
    using Plan = RetentionPlan;

    /// `outbox` and `log` must be this object's own: a streamer's are busy. They and `clock` must outlive it.
    /// `on_event` may be empty.
    Retention(Outbox& outbox, LogKeeper& log, Clock& clock, Options options, OnRetentionEvent on_event = {});
    ~Retention();

    /// Notes what consumers have reported, durably, and tells what may go.
    Plan plan();

    /// One pass. Throws Error; calling it again is always safe.
    void run_once();

    /// Repeats run_once() until `stop` is requested, and retries every Error: what it fails to drop takes
    /// space and does no other harm.
    void run(const std::stop_token& stop);

private:
    std::unique_ptr<RetentionEngine> engine_;
};

}  // namespace contrail
