#pragma once

#include "contrail/checkpoints.hpp"
#include "metrics/consumer_metrics.hpp"

namespace contrail::metrics {

/// A consumer's checkpoints, on whose commits a ConsumerMetrics listens in. Both must outlive it.
class WatchedCheckpoints : public Checkpoints {
public:
    WatchedCheckpoints(Checkpoints& checkpoints, ConsumerMetrics& metrics)
        : checkpoints_(checkpoints),
          metrics_(metrics) {}

    std::unique_ptr<Transaction> begin(const ConsumerName& consumer) override;

private:
    Checkpoints& checkpoints_;
    ConsumerMetrics& metrics_;
};

}  // namespace contrail::metrics
