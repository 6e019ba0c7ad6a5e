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
#include "contrail/streamer_events.hpp"

namespace contrail {

/// Moves committed records from an Outbox to a Log, in order.
///
/// Delivery  Never lost. Sent again after a failure, under the same ids: the log refuses repeats.
/// Order     By staging id inside a batch. Across batches a lower staging id may follow a higher one:
///           ids are taken at INSERT, but rows become visible at COMMIT. Offsets only rise.
/// Memory    A few chunks, however long the backlog.
/// Threads   Not thread-safe. Several processes may stream one outbox; all but one stand by.
class Streamer {
public:
    struct Options {
        /// Bounds of one append. More saves round trips, and blocks the log longer.
        ChunkLimits chunk;
        /// Appends on their way at once: while the log takes one, the next is read from the outbox.
        std::size_t appends_in_flight_max = 3;
        /// Pause after a pass that found nothing new: doubles from the first to the second.
        Clock::Duration idle_wait_min{1};
        Clock::Duration idle_wait_max{20};
        /// How often an idle streamer asks for the log's head, to notice a log that lost records.
        Clock::Duration head_check_every{1'000};
        /// Share of the memory that the log's server may use at which nothing more is sent. The rest is for
        /// its other users, for copies while it saves, and for what arrives between two looks.
        double log_memory_used_max = 0.9;
        /// How often the log's memory is looked at.
        Clock::Duration memory_check_every{250};
        /// Pause of a streamer that stands by before it offers again to lead.
        Clock::Duration stand_by_wait{500};
        /// A streamer that stands by begins to work although another one leads when the log has stood still
        /// for so long and records wait: that one is frozen, or cut off from a server. Less than an append
        /// may take makes two work at times where one would do; that is safe, and costs them some refusals.
        Clock::Duration takeover_wait{5'000};
        /// Pause after a failed call: doubles from the first to the second, with jitter.
        Clock::Duration retry_wait_min{50};
        Clock::Duration retry_wait_max{5'000};
    };

    /// `outbox`, `log` and `clock` must outlive the streamer. `on_event` may be empty.
    Streamer(Outbox& outbox, LogWriter& log, Clock& clock, Options options, OnStreamerEvent on_event = {});

    /// One step: finds the place in the log if it is not known, opens the next batch, appends a chunk of
    /// it. Returns the records handed to the log; 0 means nothing new, and that every append was answered.
    /// Throws Error; calling it again is always safe. Retry::never: the log and the outbox contradict
    /// each other, and the message says how.
    std::size_t run_once();

    /// Repeats run_once() until `stop` is requested, then waits for the appends on their way. Retries
    /// every error but Retry::never, which it throws.
    void run(const std::stop_token& stop);

private:
    /// Where the streamer stands in the outbox.
    struct Place {
        Batch batch;                          ///< The last one that was read to its end.
        std::vector<Batch> reading;           ///< Those that follow and are being read.
        std::unique_ptr<BatchReader> reader;  ///< Of those. Null if there are none.
        RecordId read_to;                     ///< The last record read: what the log's head will be.
        std::int64_t sealed_to;               ///< Number of the newest batch when the place was found.
    };

    void locate();
    bool must_take_over(RecordId head);
    Place find_place(RecordId head);
    Place restart_log(RecordId head, const Batch& base, const Batch& newest);
    bool is_held_back();
    bool read_chunk();
    bool open_next();
    void finish_reading();
    void append_chunk();
    void settle(std::size_t in_flight_max);
    void check_head_when_idle();
    void lose_place() noexcept;
    [[nodiscard]] Clock::Duration pause_when_idle();

    Outbox& outbox_;
    LogWriter& log_;
    Clock& clock_;
    Options options_;
    OnStreamerEvent on_event_;

    std::optional<Place> place_;  ///< Unset while it has to be found: at start, after errors and refusals.
    std::vector<Record> chunk_;
    std::vector<RecordId> in_flight_;  ///< Last record of each append not yet answered, oldest first.
    bool log_accepts_ = false;         ///< The append answered last was made.
    bool standing_by_ = false;
    bool held_back_ = false;
    Clock::Duration memory_checked_{0};
    RecordId head_stood_by_;  ///< The log's head when it moved last, as seen while standing by.
    Clock::Duration stood_still_since_{0};
    bool records_wait_ = false;  ///< They did when it looked last.
    Clock::Duration head_checked_{0};
    Clock::Duration idle_wait_{0};
};

}  // namespace contrail
