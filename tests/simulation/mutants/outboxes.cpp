#include "mutants/outboxes.hpp"

#include <algorithm>
#include <utility>

#include "process.hpp"
#include "world.hpp"

namespace contrail::simulation {

std::optional<Batch> SendsBeforeSeal::next(const Batch& previous) {
    auto& batches = process_.world.database.batches;
    if (unsealed_) seal(*previous.last);
    if (previous.number + 1 < static_cast<std::int64_t>(batches.size())) return MemoryOutbox::next(previous);

    const auto sealed = MemoryOutbox::next(previous);
    if (!sealed || sealed->number + 1 < static_cast<std::int64_t>(batches.size())) return sealed;
    unsealed_ = std::move(batches.back());
    batches.pop_back();
    return sealed;
}

std::unique_ptr<BatchReader> SendsBeforeSeal::read(const Batch& batch, Offset from) {
    auto& batches = process_.world.database.batches;
    if (!unsealed_ || batch.number != static_cast<std::int64_t>(batches.size())) {
        return MemoryOutbox::read(batch, from);
    }
    batches.push_back(*unsealed_);
    auto reader = MemoryOutbox::read(batch, from);
    batches.pop_back();
    return reader;
}

/// Too late for whoever died meanwhile; and if another one has sealed other records, they stand.
void SendsBeforeSeal::seal(Offset last_before) {
    auto& batches = process_.world.database.batches;
    if (unsealed_->batch.number == static_cast<std::int64_t>(batches.size())) {
        unsealed_->batch.last = last_before;
        batches.push_back(*unsealed_);
    }
    unsealed_.reset();
}

std::optional<Batch> SealsLazily::next(const Batch& previous) {
    World& world = process_.world;
    const std::size_t batches = world.database.batches.size();
    const auto batch = MemoryOutbox::next(previous);
    if (world.database.batches.size() > batches) world.commits_at_last_seal = world.database.commits();
    return batch;
}

std::optional<Batch> DeletesById::next(const Batch& previous) {
    testing::MemoryDatabase& database = process_.world.database;
    if (previous.number > 0) {
        const auto& batches = database.batches;
        const auto number = static_cast<std::size_t>(previous.number);
        const auto sent = database.window(batches[number - 1].snapshot, batches[number].snapshot);
        if (!sent.empty()) database.delete_staged_up_to(sent.back().id);
    }
    return LeadingOutbox::next(previous);
}

Batch RedrawsIds::newest() {
    return redrawn(MemoryOutbox::newest());
}

std::optional<Batch> RedrawsIds::next(const Batch& previous) {
    Batch known = previous;
    known.sealed_ms =
        process_.world.database.batches[static_cast<std::size_t>(previous.number)].batch.sealed_ms;
    const auto batch = LeadingOutbox::next(known);
    return batch ? std::optional(redrawn(*batch)) : batch;
}

std::optional<Batch> RedrawsIds::find(Offset offset) {
    const auto batch = MemoryOutbox::find(offset);
    return batch ? std::optional(redrawn(*batch)) : batch;
}

Batch RedrawsIds::redrawn(Batch batch) {
    if (batch.number == 0) return batch;
    batch.sealed_ms = sealed_ms_.try_emplace(batch.number, process_.world.database.now_ms).first->second;
    return batch;
}

}  // namespace contrail::simulation
