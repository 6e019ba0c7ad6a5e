#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "leading_outbox.hpp"

namespace contrail::simulation {

/// Seals a batch when it was sent, not before.
class SendsBeforeSeal : public LeadingOutbox {
public:
    using LeadingOutbox::LeadingOutbox;
    std::optional<OpenBatch> next(const Batch& previous) override;
    std::unique_ptr<BatchReader> read(const OpenBatch& batch, Offset from) override;

private:
    void seal(Offset last_before);

    std::optional<testing::MemoryDatabase::SealedBatch> unsealed_;
};

/// As with synchronous_commit = off: if the database is killed before anything else commits, a seal is lost.
class SealsLazily : public LeadingOutbox {
public:
    using LeadingOutbox::LeadingOutbox;
    std::optional<OpenBatch> next(const Batch& previous) override;
};

/// Deletes what every consumer is past by `id <= last`, as the original of this architecture did.
class DeletesById : public LeadingOutbox {
public:
    using LeadingOutbox::LeadingOutbox;
    Released release(Offset through) override;
};

/// Each process draws a batch's time when it first sees the batch.
class RedrawsIds : public LeadingOutbox {
public:
    using LeadingOutbox::LeadingOutbox;
    Batch newest() override;
    std::optional<OpenBatch> next(const Batch& previous) override;
    BatchRun read_run(const Batch& previous, std::uint64_t records_max) override;
    std::optional<Batch> find(Offset offset) override;

private:
    template <typename AnyBatch>
    AnyBatch redrawn(AnyBatch batch);

    std::map<std::int64_t, std::uint64_t> sealed_ms_;  ///< By the batch's number.
};

/// Tells the time of the program's machine.
class TellsForeignTime : public LeadingOutbox {
public:
    using LeadingOutbox::LeadingOutbox;
    std::uint64_t now_ms() override;
};

}  // namespace contrail::simulation
