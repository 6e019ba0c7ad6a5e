#include "session_checkpoints.hpp"

#include <utility>

#include "process.hpp"
#include "world.hpp"

namespace contrail::simulation {

namespace {

class SessionTransaction : public Transaction {
public:
    SessionTransaction(Process& process, std::unique_ptr<Transaction> transaction)
        : process_(process),
          transaction_(std::move(transaction)) {}
    ~SessionTransaction() override {
        if (process_.dying()) process_.world.linger(std::move(transaction_));
    }
    SessionTransaction(const SessionTransaction&) = delete;
    SessionTransaction& operator=(const SessionTransaction&) = delete;

    [[nodiscard]] std::optional<RecordId> checkpoint() const override { return transaction_->checkpoint(); }
    [[nodiscard]] std::optional<HalfAhead> ahead() const override { return transaction_->ahead(); }
    void park(const DeadLetter& letter) override { transaction_->park(letter); }
    [[nodiscard]] bool park_again(RecordId id, const std::string& error) override {
        return transaction_->park_again(id, error);
    }
    [[nodiscard]] std::optional<DeadLetter> take_marked() override { return transaction_->take_marked(); }
    [[nodiscard]] bool advance(RecordId to) override { return transaction_->advance(to); }
    void commit() override { transaction_->commit(); }
    [[nodiscard]] void* native_handle() noexcept override { return transaction_->native_handle(); }

private:
    Process& process_;
    std::unique_ptr<Transaction> transaction_;
};

}  // namespace

SessionCheckpoints::SessionCheckpoints(Process& process)
    : process_(process),
      checkpoints_(process.world.database, process.world.stream) {}

std::unique_ptr<Transaction> SessionCheckpoints::begin(const ConsumerSegment& part) {
    return std::make_unique<SessionTransaction>(process_, checkpoints_.begin(part));
}

std::optional<RecordId> SessionCheckpoints::least(const ConsumerName& consumer) {
    return checkpoints_.least(consumer);
}

bool SessionCheckpoints::has_marked(const ConsumerSegment& part) {
    return checkpoints_.has_marked(part);
}

}  // namespace contrail::simulation
