#pragma once

#include "contrail/outbox.hpp"
#include "testing/memory_database.hpp"
#include "testing/memory_registry.hpp"

namespace contrail::testing {

/// The outbox port over a MemoryDatabase, which must outlive it.
class MemoryOutbox : public Outbox {
public:
    explicit MemoryOutbox(MemoryDatabase& database) : database_(database), registry_(database) {}

    OutboxIdentity identity() override { return database_.identity; }
    bool lead() override { return true; }
    Batch newest() override;
    Batch base() override { return counted(0); }
    std::optional<OpenBatch> next(const Batch& previous) override;
    /// Nothing wakes a streamer here: it polls.
    Rest rest(Clock::Duration /*wait_max*/, const std::stop_token& /*stop*/) override {
        return Rest::refused;
    }
    std::optional<Batch> find(Offset offset) override;
    std::unique_ptr<BatchReader> read(const OpenBatch& batch, Offset from) override;
    BatchRun read_run(const Batch& previous, std::uint64_t records_max) override;
    Released release(Offset through) override;
    std::uint64_t now_ms() override { return database_.now_ms; }
    ConsumerRegistry& registry() override { return registry_; }

private:
    [[nodiscard]] std::size_t index_of(const OpenBatch& batch) const;
    Batch counted(std::size_t index);
    void append_records(std::vector<Record>& records, std::size_t index, Offset from);

    MemoryDatabase& database_;
    MemoryRegistry registry_;
};

}  // namespace contrail::testing
