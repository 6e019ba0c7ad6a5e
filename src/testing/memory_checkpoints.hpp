#pragma once

#include "contrail/checkpoints.hpp"
#include "testing/memory_database.hpp"

namespace contrail::testing {

/// The checkpoints port over a MemoryDatabase, which must outlive it.
class MemoryCheckpoints : public Checkpoints {
public:
    MemoryCheckpoints(MemoryDatabase& database, StreamName stream)
        : database_(database),
          stream_(std::move(stream)) {}

    /// Where Postgres would wait for another instance's transaction, this throws Error (Retry::call).
    std::unique_ptr<Transaction> begin(const ConsumerName& consumer) override;
    [[nodiscard]] bool has_marked(const ConsumerName& consumer) override;

private:
    MemoryDatabase& database_;
    StreamName stream_;
};

/// The transaction behind the one that a handler receives. It must come from MemoryCheckpoints.
MemoryTransaction& memory_transaction(Transaction& transaction);

}  // namespace contrail::testing
