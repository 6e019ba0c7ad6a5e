#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "contrail/streamer.hpp"

namespace contrail {

/// What is behind a Streamer.
class StreamerEngine {
public:
    StreamerEngine(Outbox& outbox, LogWriter& log, Clock& clock, StreamerOptions options,
                   OnStreamerEvent on_event);

    std::size_t run_once();
    void run(const std::stop_token& stop);

private:
    /// Where the streamer stands in the outbox.
    struct Place {
        Batch batch;                          ///< The last one that was read to its end.
        std::vector<OpenBatch> reading;       ///< Those that follow and are being read.
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
    bool rest_when_idle(const std::stop_token& stop);
    [[nodiscard]] Clock::Pause pause_to_gather();
    [[nodiscard]] Clock::Duration pause_when_idle();

    Outbox& outbox_;
    LogWriter& log_;
    Clock& clock_;
    StreamerOptions options_;
    OnStreamerEvent on_event_;

    std::optional<Place> place_;  ///< Unset while it has to be found: at start, after errors and refusals.
    std::vector<Record> chunk_;
    std::vector<RecordId> in_flight_;  ///< Last record of each append not yet answered, oldest first.
    bool log_accepts_ = false;         ///< The append answered last was made.
    bool standing_by_ = false;
    bool held_back_ = false;
    bool waiting_ = false;
    Clock::Duration memory_checked_{0};
    RecordId head_stood_by_;  ///< The log's head when it moved last, as seen while standing by.
    Clock::Duration stood_still_since_{0};
    Clock::Duration takeover_wait_;  ///< How long it may stand still: doubles with each takeover.
    bool records_wait_ = false;      ///< They did when it looked last.
    Clock::Duration head_checked_{0};
    Clock::Duration idle_wait_{0};
    bool is_busy_ = false;  ///< It has not rested since the last batch.
};

}  // namespace contrail
