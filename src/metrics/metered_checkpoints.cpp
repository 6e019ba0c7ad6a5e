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

std::unique_ptr<Transaction> MeteredCheckpoints::begin(const ConsumerName& consumer) {
    return std::make_unique<MeteredTransaction>(checkpoints_.begin(consumer), metrics_);
}

bool MeteredCheckpoints::has_marked(const ConsumerName& consumer) {
    return checkpoints_.has_marked(consumer);
}

}  // namespace contrail::metrics
