#pragma once

#include "contrail/outbox.hpp"
#include "testing/memory_database.hpp"
#include "testing/memory_registry.hpp"

namespace contrail::testing {

/// The outbox port over a MemoryDatabase, which must outlive it.
class MemoryOutbox : public Outbox {
public:
    explicit MemoryOutbox(MemoryDatabase& database) : database_(database), registry_(database) {}

    bool lead() override { return true; }
    Batch newest() override;
    Batch base() override { return database_.batches.front().batch; }
    std::optional<Batch> next(const Batch& previous) override;
    std::optional<Batch> find(Offset offset) override;
    std::unique_ptr<BatchReader> read(const Batch& batch, Offset from) override;
    Released release(Offset through) override;
    ConsumerRegistry& registry() override { return registry_; }

private:
    [[nodiscard]] std::size_t index_of(const Batch& batch) const;
    Batch counted(std::size_t index);

    MemoryDatabase& database_;
    MemoryRegistry registry_;
};

}  // namespace contrail::testing
