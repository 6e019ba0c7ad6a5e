#include "contrail/history.hpp"

#include <string>
#include <vector>

#include "contrail/error.hpp"

namespace contrail {

namespace {

constexpr ChunkLimits chunk{.records_max = 5'000, .bytes_max = 4 << 20};

void require_next(RecordId before, RecordId next) {
    if (next.offset == before.offset.next() && next.sealed_ms >= before.sealed_ms) return;
    throw Error(
        Retry::never,
        "Cannot read the history after " + before.to_string() + ": the next record there is " +
            next.to_string() + ", and offset " + std::to_string(before.offset.next().value) +
            " is missing. The log no longer holds it. Name the folder of an archive that does (--archive).");
}

}  // namespace

RecordId read_history(LogReader& log, RecordId after, const std::function<bool(const Record&)>& each) {
    std::vector<Record> records;
    do {
        log.read_begin(after, chunk, std::chrono::milliseconds(0));
        log.read_end(records);
        for (const Record& record : records) {
            require_next(after, record.id);
            if (!each(record)) return after;
            after = record.id;
        }
    } while (!records.empty());
    return after;
}

}  // namespace contrail
