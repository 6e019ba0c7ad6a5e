#include "testing/memory_checkpoints.hpp"

#include <utility>

namespace contrail::testing {

namespace {

class CheckpointTransaction : public Transaction {
public:
    CheckpointTransaction(MemoryDatabase& database, MemoryDatabase::CheckpointKey key)
        : transaction_(database),
          key_(std::move(key)),
          checkpoint_(transaction_.lock_checkpoint(key_)) {}

    [[nodiscard]] std::optional<RecordId> checkpoint() const override { return checkpoint_; }
    [[nodiscard]] bool advance(RecordId to) override {
        return transaction_.advance_checkpoint(key_, checkpoint_, to);
    }
    void park(const DeadLetter& letter) override { transaction_.park(key_, letter); }
    [[nodiscard]] std::optional<DeadLetter> take_marked() override { return transaction_.take_marked(key_); }
    void commit() override { transaction_.commit(); }
    [[nodiscard]] void* native_handle() noexcept override { return &transaction_; }

private:
    MemoryTransaction transaction_;
    MemoryDatabase::CheckpointKey key_;
    std::optional<RecordId> checkpoint_;
};

}  // namespace

std::unique_ptr<Transaction> MemoryCheckpoints::begin(const ConsumerName& consumer) {
    return std::make_unique<CheckpointTransaction>(database_,
                                                   MemoryDatabase::CheckpointKey{stream_.str(), consumer});
}

MemoryTransaction& memory_transaction(Transaction& transaction) {
    return *static_cast<MemoryTransaction*>(transaction.native_handle());
}

}  // namespace contrail::testing
