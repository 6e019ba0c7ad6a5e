#pragma once

#include <memory>
#include <utility>

#include "contrail/checkpoints.hpp"

namespace contrail {

/// A transaction that passes every call to another one, which it owns. For classes that change or observe
/// some calls.
class ForwardingTransaction : public Transaction {
public:
    explicit ForwardingTransaction(std::unique_ptr<Transaction> transaction)
        : transaction_(std::move(transaction)) {}

    [[nodiscard]] std::optional<RecordId> checkpoint() const override { return transaction_->checkpoint(); }
    [[nodiscard]] std::optional<HalfAhead> ahead() const override { return transaction_->ahead(); }
    [[nodiscard]] bool advance(RecordId to) override { return transaction_->advance(to); }
    void park(const DeadLetter& dead_letter) override { transaction_->park(dead_letter); }
    [[nodiscard]] bool park_again(RecordId id, const std::string& error) override {
        return transaction_->park_again(id, error);
    }
    [[nodiscard]] std::optional<DeadLetter> take_marked() override { return transaction_->take_marked(); }
    void commit() override { transaction_->commit(); }
    [[nodiscard]] void* native_handle() noexcept override { return transaction_->native_handle(); }

private:
    std::unique_ptr<Transaction> transaction_;
};

}  // namespace contrail
