#pragma once

#include <atomic>
#include <exception>
#include <thread>

#include "contrail/partitioned_consumer.hpp"

namespace contrail {

/// A thread that works on a segment, until it is stopped, the segments change, or it halts.
class SegmentThread {
public:
    /// Starts it. `clock` must outlive it.
    SegmentThread(ConsumerName name, Segment segment, SegmentWorker worker, ConsumerOptions options,
                  Clock& clock);
    SegmentThread(const SegmentThread&) = delete;
    SegmentThread& operator=(const SegmentThread&) = delete;
    /// Stops it, and waits until it has completed the batch in hand.
    ~SegmentThread() = default;

    [[nodiscard]] Segment segment() const { return segment_; }
    void request_stop() { thread_.request_stop(); }
    [[nodiscard]] bool has_ended() const { return ended_.load(); }
    /// The error that halted it, once it has ended. Null: it was stopped, or the segments have changed.
    [[nodiscard]] std::exception_ptr error() const { return error_; }

private:
    void work(const std::stop_token& stop, const ConsumerName& name, const SegmentWorker& worker,
              const ConsumerOptions& options, Clock& clock);

    Segment segment_;
    std::exception_ptr error_;
    std::atomic<bool> ended_ = false;
    std::jthread thread_;  ///< Last: it uses the others.
};

/// How the worker of a segment works: as `options` say, with its own segment and prepare().
ConsumerOptions options_of(const SegmentWorker& worker, Segment segment, ConsumerOptions options);

}  // namespace contrail
