#pragma once

#include <cstddef>
#include <deque>

#include "core/forwarding_log_writer.hpp"
#include "metrics/stopwatch.hpp"
#include "metrics/streamer_metrics.hpp"

namespace contrail::metrics {

/// A streamer's log, on which a StreamerMetrics listens in. Both must outlive it.
class AppendedLog : public ForwardingLogWriter {
public:
    AppendedLog(LogWriter& log, StreamerMetrics& metrics) : ForwardingLogWriter(log), metrics_(metrics) {}

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
    std::deque<Append> on_their_way_;  ///< Oldest first.
};

}  // namespace contrail::metrics
