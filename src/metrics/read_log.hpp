#pragma once

#include "core/forwarding_log_reader.hpp"
#include "metrics/consumer_metrics.hpp"

namespace contrail::metrics {

/// A consumer's log, on which a ConsumerMetrics listens in. Both must outlive it.
class ReadLog : public ForwardingLogReader {
public:
    ReadLog(LogReader& log, ConsumerMetrics& metrics) : ForwardingLogReader(log), metrics_(metrics) {}

    void read_end(std::vector<Record>& records) override {
        ForwardingLogReader::read_end(records);
        if (records.empty()) metrics_.read_nothing();
    }

private:
    ConsumerMetrics& metrics_;
};

}  // namespace contrail::metrics
