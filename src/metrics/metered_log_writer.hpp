#pragma once

#include <cstddef>
#include <deque>

#include "core/forwarding_log_writer.hpp"
#include "metrics/stopwatch.hpp"
#include "metrics/streamer_metrics.hpp"

namespace contrail::metrics {

/// A streamer's log, which tells a StreamerMetrics of its appends. Both must outlive it.
class MeteredLogWriter : public ForwardingLogWriter {
public:
    MeteredLogWriter(LogWriter& log, StreamerMetrics& metrics)
        : ForwardingLogWriter(log),
          metrics_(metrics) {}

    void append_begin(RecordId expected, std::span<const Record> records) override;
    RecordId append_end() override;
    RecordId head() override;

private:
    struct Append {
        Stopwatch sent;
        RecordId last;
        std::size_t records;
        std::size_t bytes;
    };

    StreamerMetrics& metrics_;
    std::deque<Append> in_flight_;  ///< Oldest first.
};

}  // namespace contrail::metrics
