#include "testing/memory_outbox.hpp"

#include <algorithm>
#include <utility>

namespace contrail::testing {

namespace {

/// The records of the batch at `index` of the database's batches.
std::vector<MemoryDatabase::StagedRecord> records_of(const MemoryDatabase& database, std::size_t index) {
    if (index == 0) return {};
    return database.window(database.batches[index - 1].snapshot, database.batches[index].snapshot);
}

class MemoryBatchReader : public BatchReader {
public:
    explicit MemoryBatchReader(std::vector<Record> records) : records_(std::move(records)) {}

    void read(std::vector<Record>& chunk, const ChunkLimits& limits) override {
        chunk.clear();
        std::size_t bytes = 0;
        while (next_ < records_.size() && chunk.size() < limits.records_max && bytes < limits.bytes_max) {
            chunk.push_back(records_[next_++]);
            bytes += chunk.back().action.size() + chunk.back().object.size() + chunk.back().data.size();
        }
    }

private:
    std::vector<Record> records_;
    std::size_t next_ = 0;
};

}  // namespace

Batch MemoryOutbox::newest() {
    const std::size_t index = database_.batches.size() - 1;
    Batch& batch = database_.batches[index].batch;
    if (!batch.last) batch.last = Offset{batch.first.value + records_of(database_, index).size() - 1};
    return batch;
}

std::optional<Batch> MemoryOutbox::next(const Batch& previous) {
    const auto next_number = static_cast<std::size_t>(previous.number) + 1;
    if (next_number < database_.batches.size()) return database_.batches[next_number].batch;

    MemoryDatabase::SealedBatch& newest = database_.batches.back();
    const auto snapshot = database_.snapshot();
    if (database_.window(newest.snapshot, snapshot).empty()) return std::nullopt;
    newest.batch.last = previous.last;
    const Batch sealed{previous.number + 1, std::max(previous.sealed_ms, database_.now_ms),
                       previous.last->next(), std::nullopt};
    database_.batches.push_back({sealed, snapshot});
    return sealed;
}

std::optional<Batch> MemoryOutbox::find(Offset offset) {
    for (const auto& [batch, snapshot] : database_.batches) {
        if (offset >= batch.first && (!batch.last || offset <= *batch.last)) return batch;
    }
    return std::nullopt;
}

std::unique_ptr<BatchReader> MemoryOutbox::read(const Batch& batch, Offset from) {
    std::vector<Record> records;
    Offset offset = batch.first;
    for (auto& staged : records_of(database_, static_cast<std::size_t>(batch.number))) {
        if (offset >= from) {
            records.push_back({{batch.sealed_ms, offset},
                               std::move(staged.action),
                               std::move(staged.object),
                               std::move(staged.data)});
        }
        offset = offset.next();
    }
    return std::make_unique<MemoryBatchReader>(std::move(records));
}

}  // namespace contrail::testing
