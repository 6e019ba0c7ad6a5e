#include "mutants/checkpoints.hpp"

#include <utility>

#include "process.hpp"
#include "world.hpp"

namespace contrail::simulation {

namespace {

using Key = testing::MemoryDatabase::CheckpointKey;

/// A transaction whose checkpoint is moved in another way than it should be.
class Changed : public Transaction {
public:
    Changed(Process& process, std::unique_ptr<Transaction> transaction, Key key)
        : process_(process),
          transaction_(std::move(transaction)),
          key_(std::move(key)) {}

    [[nodiscard]] std::optional<RecordId> checkpoint() const override { return transaction_->checkpoint(); }
    void park(const DeadLetter& letter) override { transaction_->park(letter); }
    [[nodiscard]] bool park_again(RecordId id, const std::string& error) override {
        return transaction_->park_again(id, error);
    }
    [[nodiscard]] std::optional<DeadLetter> take_marked() override { return transaction_->take_marked(); }
    [[nodiscard]] void* native_handle() noexcept override { return transaction_->native_handle(); }
    void commit() override { transaction_->commit(); }

protected:
    Process& process_;                          // NOLINT
    std::unique_ptr<Transaction> transaction_;  // NOLINT
    Key key_;                                   // NOLINT
};

class Split : public Changed {
public:
    using Changed::Changed;

    [[nodiscard]] bool advance(RecordId to) override {
        to_ = to;
        return true;
    }
    void commit() override {
        transaction_->commit();
        process_.pause();
        testing::MemoryTransaction afterwards(process_.world.database);
        if (afterwards.advance_checkpoint(key_, checkpoint(), to_)) afterwards.commit();
    }

private:
    RecordId to_;
};

class Blind : public Changed {
public:
    using Changed::Changed;

    [[nodiscard]] bool advance(RecordId to) override {
        auto& transaction = testing::memory_transaction(*transaction_);
        return transaction.advance_checkpoint(key_, process_.world.database.checkpoint(key_), to);
    }
};

}  // namespace

std::unique_ptr<Transaction> SplitCheckpoints::begin(const ConsumerName& consumer) {
    return std::make_unique<Split>(process_, SessionCheckpoints::begin(consumer),
                                   Key{process_.world.stream.str(), consumer});
}

std::unique_ptr<Transaction> BlindCheckpoints::begin(const ConsumerName& consumer) {
    return std::make_unique<Blind>(process_, SessionCheckpoints::begin(consumer),
                                   Key{process_.world.stream.str(), consumer});
}

}  // namespace contrail::simulation
