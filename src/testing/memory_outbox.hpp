#pragma once

#include "contrail/outbox.hpp"
#include "testing/memory_database.hpp"

namespace contrail::testing {

/// The outbox port over a MemoryDatabase, which must outlive it.
class MemoryOutbox : public Outbox {
public:
    explicit MemoryOutbox(MemoryDatabase& database) : database_(database) {}

    bool lead() override { return true; }
    Batch newest() override;
    std::optional<Batch> next(const Batch& previous) override;
    std::optional<Batch> find(Offset offset) override;
    std::unique_ptr<BatchReader> read(const Batch& batch, Offset from) override;

private:
    Batch counted(std::size_t index);
    void require_known(const Batch& batch) const;

    MemoryDatabase& database_;
};

}  // namespace contrail::testing
