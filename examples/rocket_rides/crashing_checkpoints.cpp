#include "crashing_checkpoints.hpp"

#include <csignal>
#include <utility>

#include "contrail/error.hpp"

namespace rocket_rides {

namespace {

class CrashingTransaction : public contrail::Transaction {
public:
    CrashingTransaction(std::unique_ptr<contrail::Transaction> transaction, CrashMode mode)
        : transaction_(std::move(transaction)),
          mode_(mode) {}

    [[nodiscard]] std::optional<contrail::RecordId> checkpoint() const override {
        return transaction_->checkpoint();
    }
    [[nodiscard]] bool advance(contrail::RecordId to) override { return transaction_->advance(to); }
    void park(const contrail::DeadLetter& letter) override { transaction_->park(letter); }
    [[nodiscard]] std::optional<contrail::DeadLetter> take_marked() override {
        return transaction_->take_marked();
    }
    [[nodiscard]] void* native_handle() noexcept override { return transaction_->native_handle(); }

    void commit() override {
        if (mode_ == CrashMode::kill) std::raise(SIGKILL);
        throw contrail::Error(
            contrail::Retry::transaction,
            "Crash simulated! Records consumed, but the transaction was abandoned before its commit.");
    }

private:
    std::unique_ptr<contrail::Transaction> transaction_;
    CrashMode mode_;
};

}  // namespace

std::unique_ptr<contrail::Transaction> CrashingCheckpoints::begin(const contrail::ConsumerName& consumer) {
    auto transaction = checkpoints_.begin(consumer);
    if (mode_ == CrashMode::none || !crashes_(random_)) return transaction;
    return std::make_unique<CrashingTransaction>(std::move(transaction), mode_);
}

}  // namespace rocket_rides
