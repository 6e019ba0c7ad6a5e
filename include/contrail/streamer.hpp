#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "contrail/clock.hpp"
#include "contrail/error.hpp"
#include "contrail/log_writer.hpp"
#include "contrail/outbox.hpp"
#include "contrail/retry_policy.hpp"
#include "contrail/streamer_events.hpp"

namespace contrail {

class StreamerEngine;

/// How a streamer works. Most programs leave all of it alone; `takeover_wait` and `log_memory_used_max` are
/// the two that an operator may want to change.
struct StreamerOptions {
    /// Bounds of one append. More saves round trips, and blocks the log longer.
    ChunkLimits chunk;
    /// Appends on their way at once: while the log takes one, the streamer reads the next from the outbox.
    std::size_t appends_in_flight_max = 3;
    /// Pause after a pass that found nothing new: doubles from the first to the second.
    Clock::Duration idle_wait_min{1};
    Clock::Duration idle_wait_max{20};
    /// In busy times, the pause after a batch of a few records, in place of a poll that would mostly find nothing.
    /// Longer makes batches larger and records later.
    Clock::Pause gather_wait{500};
    /// Longest rest, while producers wake the streamer: a wakeup that is lost makes a record so much later.
    Clock::Duration rest_max{1'000};
    /// How often an idle streamer asks for the log's head, to notice a log that lost records.
    Clock::Duration head_check_every{1'000};
    /// Share of the memory that the log's server may use, 0 to 1, at which the streamer holds back. The rest
    /// is for the server's other users, for copies while it saves, and for what arrives between two checks.
    double log_memory_used_max = 0.9;
    /// How often the streamer checks the log's memory.
    Clock::Duration memory_check_every{250};
    /// Pause of a streamer that stands by before it offers again to lead.
    Clock::Duration stand_by_wait{500};
    /// A streamer that stands by starts to work beside the leader when the log has stood still for so long
    /// while records wait: the leader is frozen, or cut off from a server. Less than an append may take makes
    /// two streamers work at times where one would do; that is safe, and costs them some refusals. Each takeover
    /// doubles the wait, up to some minutes and until the log moves: the leader may only be slow to start.
    Clock::Duration takeover_wait{5'000};
    /// Pauses after failed calls.
    RetryPolicy retry{};
};

/// Moves committed records from an Outbox to a Log, in order.
///
/// Delivery  Never lost. Sent again after a failure, under the same ids: the log refuses repeats.
/// Order     By staging id inside a batch. Across batches a lower staging id may follow a higher one:
///           Postgres draws ids at INSERT and shows rows at COMMIT. Offsets only rise.
/// Memory    A few chunks, however long the backlog.
/// Threads   Not thread-safe. Several processes may stream one outbox; all but one stand by.
class Streamer {
public:
    using Options = StreamerOptions;

    /// `outbox`, `log` and `clock` must outlive the streamer. `on_event` may be empty.
    Streamer(Outbox& outbox, LogWriter& log, Clock& clock, Options options, OnStreamerEvent on_event = {});
    ~Streamer();

    /// One step: finds the place in the log if it is not known, opens the next batch, appends a chunk of
    /// it. Returns the records handed to the log; 0 means nothing new, and that every append was answered.
    /// Throws Error; calling it again is always safe. Retry::never: the log and the outbox contradict
    /// each other, and the message says how.
    std::size_t run_once();

    /// Repeats run_once() until `stop` is requested, then waits for the appends on their way. Retries
    /// every error but Retry::never, which it throws.
    void run(const std::stop_token& stop);

private:
    std::unique_ptr<StreamerEngine> engine_;
};

}  // namespace contrail
