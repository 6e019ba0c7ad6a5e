#include "testing/memory_outbox.hpp"

#include <algorithm>
#include <utility>

#include "contrail/error.hpp"

namespace contrail::testing {

namespace {

/// The records of the batch at `index` of the database's batches.
std::vector<MemoryDatabase::StagedRecord> records_of(const MemoryDatabase& database, std::size_t index) {
    if (index == 0) return {};
    return database.window(database.batches[index - 1].snapshot, database.batches[index].snapshot);
}

class MemoryBatchReader : public BatchReader {
public:
    MemoryBatchReader(const MemoryDatabase& database, std::vector<Record> records)
        : database_(database),
          restarts_(database.restarts()),
          records_(std::move(records)) {}

    void read(std::vector<Record>& chunk, const ChunkLimits& limits) override {
        if (database_.restarts() != restarts_) {
            throw Error(Retry::call, "The session that reads this batch was lost.");
        }
        chunk.clear();
        std::size_t bytes = 0;
        while (next_ < records_.size() && chunk.size() < limits.records_max && bytes < limits.bytes_max) {
            chunk.push_back(records_[next_++]);
            bytes += chunk.back().action.size() + chunk.back().object.size() + chunk.back().data.size();
        }
    }

private:
    const MemoryDatabase& database_;
    std::uint64_t restarts_;
    std::vector<Record> records_;
    std::size_t next_ = 0;
};

}  // namespace

Batch MemoryOutbox::newest() {
    return counted(database_.batches.size() - 1);
}

std::optional<Batch> MemoryOutbox::next(const Batch& previous) {
    const auto number = static_cast<std::size_t>(previous.number) + 1;
    require_known(previous);
    if (number < database_.batches.size()) return database_.batches[number].batch;

    const auto snapshot = database_.snapshot();
    if (!database_.anything_between(database_.batches.back().snapshot, snapshot)) return std::nullopt;
    const auto restarts = database_.restarts();
    database_.in_statement();
    if (database_.restarts() != restarts)
        throw Error(Retry::in_doubt, "The session was lost while it sealed.");
    // Another streamer was faster: the number is taken.
    if (number < database_.batches.size()) return database_.batches[number].batch;

    database_.batches.back().batch.last = previous.last;
    const Batch sealed{previous.number + 1, std::max(previous.sealed_ms, database_.now_ms),
                       previous.last->next(), std::nullopt};
    database_.batches.push_back({sealed, snapshot});
    return sealed;
}

std::optional<Batch> MemoryOutbox::find(Offset offset) {
    for (std::size_t index = 1; index < database_.batches.size(); ++index) {
        if (offset < database_.batches[index].batch.first) return std::nullopt;
        if (const Batch batch = counted(index); offset <= *batch.last) return batch;
    }
    return std::nullopt;
}

/// The batch at `index`, its last offset noted.
Batch MemoryOutbox::counted(std::size_t index) {
    Batch& batch = database_.batches[index].batch;
    if (!batch.last) batch.last = Offset{batch.first.value + records_of(database_, index).size() - 1};
    return batch;
}

void MemoryOutbox::require_known(const Batch& batch) const {
    const auto number = static_cast<std::size_t>(batch.number);
    if (number < database_.batches.size()) {
        const Batch& known = database_.batches[number].batch;
        if (known.sealed_ms == batch.sealed_ms && known.last.value_or(*batch.last) == *batch.last) return;
    }
    throw Error(Retry::in_doubt,
                "The database does not hold batch " + std::to_string(batch.number) + " like this.");
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
    return std::make_unique<MemoryBatchReader>(database_, std::move(records));
}

}  // namespace contrail::testing
