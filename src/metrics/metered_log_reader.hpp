#pragma once

#include "core/forwarding_log_reader.hpp"
#include "metrics/consumer_metrics.hpp"

namespace contrail::metrics {

/// A consumer's log, which tells a ConsumerMetrics when a read finds no records. Both must outlive it.
class MeteredLogReader : public ForwardingLogReader {
public:
    MeteredLogReader(LogReader& log, ConsumerMetrics& metrics)
        : ForwardingLogReader(log),
          metrics_(metrics) {}

    void read_end(std::vector<Record>& records) override {
        ForwardingLogReader::read_end(records);
        if (records.empty()) metrics_.found_no_records();
    }

private:
    ConsumerMetrics& metrics_;
};

}  // namespace contrail::metrics
