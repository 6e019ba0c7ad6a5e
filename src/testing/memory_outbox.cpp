#include "testing/memory_outbox.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "contrail/error.hpp"

namespace contrail::testing {

namespace {

/// A batch of no more records has its end written down as it is sealed.
constexpr std::size_t short_batch_max = 2;

/// The records of the batch at `index` of the database's batches; the base has none.
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
            bytes += chunk.back().bytes();
        }
    }

private:
    const MemoryDatabase& database_;
    std::uint64_t restarts_;
    std::vector<Record> records_;
    std::size_t next_ = 0;
};

}  // namespace

/// Where the database's batches hold `batch`; throws if they do not hold it like this.
std::size_t MemoryOutbox::index_of(const OpenBatch& batch) const {
    const auto& batches = database_.batches;
    const auto index = static_cast<std::size_t>(batch.number - batches.front().batch.number);
    if (index < batches.size()) {
        const OpenBatch& known = batches[index].batch;
        const bool same_end = !known.last || !batch.last || *known.last == *batch.last;
        if (known.sealed_ms == batch.sealed_ms && same_end) return index;
    }
    throw Error(Retry::in_doubt,
                "The database does not hold batch " + std::to_string(batch.number) + " like this.");
}

Batch MemoryOutbox::newest() {
    return counted(database_.batches.size() - 1);
}

std::optional<OpenBatch> MemoryOutbox::next(const Batch& previous) {
    if (const std::size_t next = index_of(previous) + 1; next < database_.batches.size())
        return database_.batches[next].batch;

    const auto snapshot = database_.snapshot();
    if (!database_.anything_between(database_.batches.back().snapshot, snapshot)) return std::nullopt;
    const auto restarts = database_.restarts();
    database_.in_statement();
    if (database_.restarts() != restarts)
        throw Error(Retry::in_doubt, "The session was lost while it sealed.");
    // Another streamer was faster: the number is taken.
    if (const std::size_t next = index_of(previous) + 1; next < database_.batches.size())
        return database_.batches[next].batch;

    database_.batches.back().batch.last = previous.last;
    const OpenBatch sealed{previous.number + 1, std::max(previous.sealed_ms, database_.now_ms),
                           previous.last.next(), std::nullopt};
    database_.batches.push_back({sealed, snapshot});
    const std::size_t newest = database_.batches.size() - 1;
    return records_of(database_, newest).size() <= short_batch_max ? counted(newest) : sealed;
}

std::optional<Batch> MemoryOutbox::find(Offset offset) {
    for (std::size_t index = 1; index < database_.batches.size(); ++index) {
        const Batch batch = counted(index);
        if (batch.first <= offset && offset <= batch.last) return batch;
    }
    return std::nullopt;
}

/// The batch at `index`, its last offset noted.
Batch MemoryOutbox::counted(std::size_t index) {
    OpenBatch& batch = database_.batches[index].batch;
    if (!batch.last) batch.last = Offset{batch.first.value + records_of(database_, index).size() - 1};
    return batch.ending_at(*batch.last);
}

std::unique_ptr<BatchReader> MemoryOutbox::read(const OpenBatch& batch, Offset from) {
    const std::size_t index = index_of(batch);
    if (index == 0) {
        throw Error(Retry::in_doubt,
                    "Batch " + std::to_string(batch.number) + " of the outbox was released.");
    }
    std::vector<Record> records;
    append_records(records, index, from);
    return std::make_unique<MemoryBatchReader>(database_, std::move(records));
}

BatchRun MemoryOutbox::read_run(const Batch& previous, std::uint64_t records_max) {
    BatchRun run;
    std::vector<Record> records;
    for (std::size_t index = index_of(previous) + 1; index < database_.batches.size(); ++index) {
        const Batch batch = counted(index);
        if (!run.batches.empty() && batch.last.value > previous.last.value + records_max) break;
        append_records(records, index, batch.first);
        run.batches.push_back(batch);
    }
    if (!run.batches.empty()) run.reader = std::make_unique<MemoryBatchReader>(database_, std::move(records));
    return run;
}

/// Those of the batch at `index`, from `from` on.
void MemoryOutbox::append_records(std::vector<Record>& records, std::size_t index, Offset from) {
    const OpenBatch& batch = database_.batches[index].batch;
    Offset offset = batch.first;
    for (auto& staged : records_of(database_, index)) {
        if (offset >= from) {
            records.push_back({{batch.sealed_ms, offset},
                               std::move(staged.action),
                               std::move(staged.object),
                               std::move(staged.data),
                               std::move(staged.key),
                               std::move(staged.headers)});
        }
        offset = offset.next();
    }
}

Released MemoryOutbox::release(Offset through) {
    for (const auto& [name, consumer] : database_.consumers) {
        through = std::min(through, consumer.needs_nothing_up_to());
    }
    std::size_t released_batches = 0;
    while (released_batches < database_.batches.size() && counted(released_batches).last <= through)
        ++released_batches;
    Released released;
    if (released_batches == 0) return released;
    database_.turn_segment();
    const auto new_base = database_.batches.begin() + static_cast<std::ptrdiff_t>(released_batches - 1);
    bool obstructed = false;
    released.segments_emptied = database_.empty_segments(new_base->snapshot, obstructed);
    if (released.segments_emptied > 0 || obstructed)
        database_.batches.erase(database_.batches.begin(), new_base);
    if (obstructed) released.obstacle = "A segment is in use by an open transaction.";
    return released;
}

}  // namespace contrail::testing
