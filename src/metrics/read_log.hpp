#pragma once

#include "core/forwarding_log.hpp"
#include "metrics/consumer_metrics.hpp"

namespace contrail::metrics {

/// A consumer's log, on which a ConsumerMetrics listens in. Both must outlive it.
class ReadLog : public ForwardingLog {
public:
    ReadLog(Log& log, ConsumerMetrics& metrics) : ForwardingLog(log), metrics_(metrics) {}

    void read_end(std::vector<Record>& records) override {
        ForwardingLog::read_end(records);
        if (records.empty()) metrics_.read_nothing();
    }

private:
    ConsumerMetrics& metrics_;
};

}  // namespace contrail::metrics
