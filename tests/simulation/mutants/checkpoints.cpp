#include "mutants/checkpoints.hpp"

#include <utility>

#include "core/forwarding_transaction.hpp"
#include "process.hpp"
#include "world.hpp"

namespace contrail::simulation {

namespace {

using Key = testing::MemoryDatabase::CheckpointKey;

/// A transaction whose checkpoint is moved in another way than it should be.
class Changed : public Transaction {
public:
    Changed(Process& process, std::unique_ptr<Transaction> transaction, const ConsumerSegment& part)
        : process_(process),
          transaction_(std::move(transaction)),
          key_(process.world.stream.str(), part.consumer),
          segment_(part.segment) {}

    [[nodiscard]] std::optional<RecordId> checkpoint() const override { return transaction_->checkpoint(); }
    [[nodiscard]] std::optional<HalfAhead> ahead() const override { return transaction_->ahead(); }
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
    Segment segment_;                           // NOLINT
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
        if (afterwards.advance_checkpoint(key_, checkpoint(), to_, segment_)) afterwards.commit();
    }

private:
    RecordId to_;
};

class Blind : public Changed {
public:
    using Changed::Changed;

    [[nodiscard]] bool advance(RecordId to) override {
        const auto rows = process_.world.database.segments(key_);
        const bool is_there = segment_.number < rows.size();
        return testing::memory_transaction(*transaction_)
            .advance_checkpoint(key_,
                                is_there ? std::optional(rows[segment_.number].checkpoint) : std::nullopt, to,
                                segment_);
    }
};

class BlindToAhead : public ForwardingTransaction {
public:
    using ForwardingTransaction::ForwardingTransaction;

    [[nodiscard]] std::optional<HalfAhead> ahead() const override { return std::nullopt; }
};

class Claimed : public Transaction {
public:
    Claimed(testing::MemoryDatabase& database, Key key, Segment segment)
        : database_(database),
          transaction_(database),
          key_(std::move(key)),
          segment_(segment),
          row_(row()) {}

    [[nodiscard]] std::optional<RecordId> checkpoint() const override {
        return row_ ? std::optional(row_->checkpoint) : std::nullopt;
    }
    [[nodiscard]] std::optional<HalfAhead> ahead() const override {
        return row_ ? row_->ahead : std::nullopt;
    }
    [[nodiscard]] bool advance(RecordId to) override {
        const auto now = row();
        return transaction_.advance_checkpoint(key_, now ? std::optional(now->checkpoint) : std::nullopt, to,
                                               segment_);
    }
    void park(const DeadLetter& letter) override { transaction_.park(key_, letter); }
    [[nodiscard]] bool park_again(RecordId id, const std::string& error) override {
        return transaction_.park_again(key_, id, error);
    }
    [[nodiscard]] std::optional<DeadLetter> take_marked() override {
        return transaction_.take_marked(key_, segment_);
    }
    void commit() override { transaction_.commit(); }
    [[nodiscard]] void* native_handle() noexcept override { return &transaction_; }

private:
    [[nodiscard]] std::optional<testing::MemoryDatabase::SegmentRow> row() const {
        const auto rows = database_.segments(key_);
        if (rows.empty()) return std::nullopt;
        if (rows.size() != segment_.count) throw SegmentsChanged("There are other segments by now.");
        return rows[segment_.number];
    }

    testing::MemoryDatabase& database_;
    testing::MemoryTransaction transaction_;
    Key key_;
    Segment segment_;
    std::optional<testing::MemoryDatabase::SegmentRow> row_;
};

}  // namespace

std::unique_ptr<Transaction> CheckpointsBlindToAhead::begin(const ConsumerSegment& part) {
    return std::make_unique<BlindToAhead>(SessionCheckpoints::begin(part));
}

std::unique_ptr<Transaction> ClaimedCheckpoints::begin(const ConsumerSegment& part) {
    return std::make_unique<Claimed>(process_.world.database, Key{process_.world.stream.str(), part.consumer},
                                     part.segment);
}

std::unique_ptr<Transaction> SplitCheckpoints::begin(const ConsumerSegment& part) {
    return std::make_unique<Split>(process_, SessionCheckpoints::begin(part), part);
}

std::unique_ptr<Transaction> BlindCheckpoints::begin(const ConsumerSegment& part) {
    return std::make_unique<Blind>(process_, SessionCheckpoints::begin(part), part);
}

}  // namespace contrail::simulation
