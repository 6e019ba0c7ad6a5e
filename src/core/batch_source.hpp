#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "contrail/clock.hpp"
#include "contrail/consumer_events.hpp"
#include "contrail/log_reader.hpp"
#include "core/gap_error.hpp"

namespace contrail {

/// A consumer's way to the log: reads what follows its checkpoint, and reports how far it is. `log`,
/// `clock` and `on_event` (not empty) must outlive it. What a segment reports is `least()`, the place of the segment
/// that is furthest behind; that function is empty for a consumer without segments.
class BatchSource {
public:
    BatchSource(ConsumerName name, LogReader& log, Clock& clock, Clock::Duration report_every,
                const OnConsumerEvent& on_event, std::function<RecordId()> least = {});

    /// Forgets a read that was begun, and reads on after `checkpoint`.
    void start_after(RecordId checkpoint);

    /// The last record read, or the checkpoint before the first.
    [[nodiscard]] RecordId read_to() const { return read_to_; }

    [[nodiscard]] bool is_reading() const { return reading_; }

    /// Asks for the next records. `checkpoint` is committed, and reported.
    void begin(RecordId checkpoint, const ChunkLimits& limits, Clock::Duration wait_max);

    /// Waits for what was asked for. Leaves out what `checkpoint` covers. Valid until the next call; until then the
    /// caller may change it.
    std::vector<Record>& end(RecordId checkpoint);

private:
    void report(RecordId checkpoint);

    ConsumerName name_;
    LogReader& log_;
    Clock& clock_;
    Clock::Duration report_every_;
    const OnConsumerEvent& on_event_;
    std::function<RecordId()> least_;

    std::optional<RecordId> reported_;  ///< The last told to the log.
    Clock::Duration reported_at_{0};
    RecordId read_to_;  ///< Past the checkpoint if records were skipped.
    std::vector<Record> records_;
    bool reading_ = false;  ///< A read was begun and not ended.
};

/// The first gap in `records`, or between `checkpoint` and them.
std::optional<Gap> find_gap(RecordId checkpoint, const std::vector<Record>& records);

}  // namespace contrail
