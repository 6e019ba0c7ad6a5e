#include "testing/memory_checkpoints.hpp"

#include <algorithm>
#include <utility>

#include "core/require.hpp"

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
    void park(const DeadLetter& letter) override {
        const RecordId parked = letter.record.id;
        require(checkpoint_ && parked.offset == checkpoint_->offset.next(),
                "the record after the checkpoint is parked", parked.to_string());
        transaction_.park(key_, letter);
        require(transaction_.advance_checkpoint(key_, checkpoint_, parked), "the checkpoint is locked",
                parked.to_string());
    }
    [[nodiscard]] bool park_again(RecordId id, const std::string& error) override {
        return transaction_.park_again(key_, id, error);
    }
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

bool MemoryCheckpoints::has_marked(const ConsumerName& consumer) {
    const auto parked = database_.parked({stream_.str(), consumer});
    return std::any_of(parked.begin(), parked.end(), [](const auto& each) { return each.second.marked; });
}

MemoryTransaction& memory_transaction(Transaction& transaction) {
    return *static_cast<MemoryTransaction*>(transaction.native_handle());
}

}  // namespace contrail::testing
