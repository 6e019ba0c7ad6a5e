#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "contrail/consumer_events.hpp"
#include "contrail/segment.hpp"
#include "status/status_tracker.hpp"

namespace contrail::status {

/// Keeps the status of an instance of a PartitionedConsumer, and of each segment that it works on, from its events and
/// those of its workers. Thread-safe.
class InstanceTracker final : public StatusSource {
public:
    /// `on_change` is as a StatusTracker's, on any of the threads.
    InstanceTracker(Clock& clock, std::function<void()> on_change)
        : clock_(clock),
          on_change_(std::move(on_change)),
          own_(ProgramState::consuming, clock, on_change_) {}

    /// An event of the instance itself, which claims segments.
    void track(const ConsumerEvent& event);
    /// An event of the worker on this segment. Without effect if the instance has not claimed it: a worker completes
    /// the batch in hand after others have its segment.
    void track(Segment segment, const ConsumerEvent& event);

    [[nodiscard]] std::optional<ProgramStatus> status() const override;
    /// Tells of segments only if they halted the instance: others have them now.
    [[nodiscard]] std::optional<ProgramStatus> final_status() const override;

private:
    struct Worker {
        Worker(Clock& clock, std::function<void()> on_change)
            : tracker(ProgramState::consuming, clock, std::move(on_change)) {}

        StatusTracker tracker;
        std::optional<RecordId> last{};
    };

    void claimed(const consumer_event::Claimed& claimed);
    /// Adds the segments, and the last error of any.
    void add_segments(ProgramStatus& status) const;
    [[nodiscard]] ProgramState state(const ProgramStatus& status) const;

    Clock& clock_;
    std::function<void()> on_change_;
    StatusTracker own_;  ///< Of the claims, and how long the records of all segments took.

    mutable std::mutex mutex_;  ///< Guards all that follows.
    std::string instance_;
    std::uint32_t count_ = 0;
    std::map<std::uint32_t, std::unique_ptr<Worker>> workers_;  ///< By the number of the segment.
};

}  // namespace contrail::status
