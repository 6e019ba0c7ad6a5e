#include "metrics/metered_checkpoints.hpp"

#include <utility>

#include "core/forwarding_transaction.hpp"
#include "metrics/stopwatch.hpp"

namespace contrail::metrics {

namespace {

class MeteredTransaction : public ForwardingTransaction {
public:
    MeteredTransaction(std::unique_ptr<Transaction> transaction, ConsumerMetrics& metrics)
        : ForwardingTransaction(std::move(transaction)),
          metrics_(metrics) {}

    void commit() override {
        const Stopwatch sent;
        ForwardingTransaction::commit();
        metrics_.commit_took(sent.seconds());
    }

private:
    ConsumerMetrics& metrics_;
};

}  // namespace

std::unique_ptr<Transaction> MeteredCheckpoints::begin(const ConsumerSegment& part) {
    return std::make_unique<MeteredTransaction>(checkpoints_.begin(part), metrics_);
}

std::optional<RecordId> MeteredCheckpoints::least(const ConsumerName& consumer) {
    return checkpoints_.least(consumer);
}

bool MeteredCheckpoints::has_marked(const ConsumerSegment& part) {
    return checkpoints_.has_marked(part);
}

}  // namespace contrail::metrics
