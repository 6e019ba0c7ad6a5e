#pragma once

#include "contrail/checkpoints.hpp"
#include "metrics/consumer_metrics.hpp"

namespace contrail::metrics {

/// A consumer's checkpoints, which tell a ConsumerMetrics how long commits take. Both must outlive them.
class MeteredCheckpoints : public Checkpoints {
public:
    MeteredCheckpoints(Checkpoints& checkpoints, ConsumerMetrics& metrics)
        : checkpoints_(checkpoints),
          metrics_(metrics) {}

    std::unique_ptr<Transaction> begin(const ConsumerSegment& part) override;
    std::optional<RecordId> least(const ConsumerName& consumer) override;
    ConsumerOwner owner() override { return checkpoints_.owner(); }
    [[nodiscard]] bool has_marked(const ConsumerSegment& part) override;

private:
    Checkpoints& checkpoints_;
    ConsumerMetrics& metrics_;
};

}  // namespace contrail::metrics
