#include "integration/postgres/read_batch.hpp"

namespace contrail::test {

std::vector<Record> read_batch(Outbox& outbox, const OpenBatch& batch, Offset from) {
    std::vector<Record> records;
    std::vector<Record> chunk;
    const auto reader = outbox.read(batch, from);
    for (reader->read(chunk, {}); !chunk.empty(); reader->read(chunk, {})) {
        records.insert(records.end(), chunk.begin(), chunk.end());
    }
    return records;
}

std::vector<Record> read_batch(Outbox& outbox, const OpenBatch& batch) {
    return read_batch(outbox, batch, batch.first);
}

}  // namespace contrail::test
