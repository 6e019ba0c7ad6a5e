#include "crashing_checkpoints.hpp"

#include <csignal>
#include <utility>

#include "contrail/error.hpp"
#include "core/forwarding_transaction.hpp"

namespace rocket_rides {

namespace {

class CrashingTransaction : public contrail::ForwardingTransaction {
public:
    CrashingTransaction(std::unique_ptr<contrail::Transaction> transaction, CrashMode mode)
        : ForwardingTransaction(std::move(transaction)),
          mode_(mode) {}

    void commit() override {
        if (mode_ == CrashMode::kill) std::raise(SIGKILL);
        throw contrail::Error(
            contrail::Retry::transaction,
            "Crash simulated! Records consumed, but the transaction was abandoned before its commit.");
    }

private:
    CrashMode mode_;
};

}  // namespace

std::unique_ptr<contrail::Transaction> CrashingCheckpoints::begin(const contrail::ConsumerName& consumer) {
    auto transaction = checkpoints_.begin(consumer);
    if (mode_ == CrashMode::none || !crashes_(random_)) return transaction;
    return std::make_unique<CrashingTransaction>(std::move(transaction), mode_);
}

}  // namespace rocket_rides
