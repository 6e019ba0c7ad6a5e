#include "mutants/outboxes.hpp"

#include <algorithm>
#include <utility>

#include "process.hpp"
#include "world.hpp"

namespace contrail::simulation {

std::optional<OpenBatch> SendsBeforeSeal::next(const Batch& previous) {
    auto& batches = process_.world.database.batches;
    if (unsealed_) seal(previous.last);
    const std::size_t before = batches.size();
    const auto sealed = MemoryOutbox::next(previous);
    if (batches.size() != before + 1 || sealed->number != batches.back().batch.number) return sealed;
    unsealed_ = std::move(batches.back());
    batches.pop_back();
    return sealed;
}

std::unique_ptr<BatchReader> SendsBeforeSeal::read(const OpenBatch& batch, Offset from) {
    auto& batches = process_.world.database.batches;
    if (!unsealed_ || batch.number != batches.back().batch.number + 1) return MemoryOutbox::read(batch, from);
    batches.push_back(*unsealed_);
    auto reader = MemoryOutbox::read(batch, from);
    batches.pop_back();
    return reader;
}

/// Too late for a process that died meanwhile; and if another one has sealed other records, they stand.
void SendsBeforeSeal::seal(Offset last_before) {
    auto& batches = process_.world.database.batches;
    if (unsealed_->batch.number == batches.back().batch.number + 1) {
        unsealed_->batch.last = last_before;
        batches.push_back(*unsealed_);
    }
    unsealed_.reset();
}

std::optional<OpenBatch> SealsLazily::next(const Batch& previous) {
    World& world = process_.world;
    const std::size_t batches = world.database.batches.size();
    const auto batch = MemoryOutbox::next(previous);
    if (world.database.batches.size() > batches) world.commits_at_last_seal = world.database.commits();
    return batch;
}

Released DeletesById::release(Offset through) {
    testing::MemoryDatabase& database = process_.world.database;
    newest();  // so that every batch's last offset is known
    for (std::size_t i = database.batches.size() - 1; i > 0; --i) {
        if (database.batches[i].batch.last > through) continue;
        const auto sent = database.window(database.batches[i - 1].snapshot, database.batches[i].snapshot);
        if (!sent.empty()) database.delete_staged_up_to(sent.back().id);
        break;
    }
    return {};
}

template <typename AnyBatch>
AnyBatch RedrawsIds::redrawn(AnyBatch batch) {
    if (batch.number == 0) return batch;
    batch.sealed_ms = sealed_ms_.try_emplace(batch.number, process_.world.database.now_ms).first->second;
    return batch;
}

Batch RedrawsIds::newest() {
    return redrawn(MemoryOutbox::newest());
}

std::optional<OpenBatch> RedrawsIds::next(const Batch& previous) {
    Batch known = previous;
    for (const auto& [batch, snapshot] : process_.world.database.batches) {
        if (batch.number == previous.number) known.sealed_ms = batch.sealed_ms;
    }
    const auto batch = LeadingOutbox::next(known);
    return batch ? std::optional(redrawn(*batch)) : batch;
}

/// One by one, so that next() draws their ids.
BatchRun RedrawsIds::read_run(const Batch& /*previous*/, std::uint64_t /*records_max*/) {
    return {};
}

std::optional<Batch> RedrawsIds::find(Offset offset) {
    const auto batch = MemoryOutbox::find(offset);
    return batch ? std::optional(redrawn(*batch)) : batch;
}

std::uint64_t TellsForeignTime::now_ms() {
    return process_.world.clock.unix_ms() + process_.world.programs_ahead_ms;
}

}  // namespace contrail::simulation
