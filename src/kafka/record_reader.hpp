#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "contrail/chunk_limits.hpp"
#include "contrail/record.hpp"
#include "kafka/partition_reader.hpp"

namespace contrail::kafka {

/// Reads a log's records in order, from any id on, and keeps its place between two reads.
///
/// A Kafka offset means nothing in a topic that was created again, so a gap is believed only once a search, with new
/// handles, has found it too.
///
/// Errors   Throws Error; close() it then.
/// Threads  Not thread-safe.
class RecordReader {
public:
    /// `search` finds places in the same topic. It must outlive this.
    RecordReader(const Endpoint& endpoint, LazyReader& search);

    /// Replaces `records` with the next ones after `after`, at most `limits`. Waits up to `wait_max` for the first one.
    /// With no time to wait it still returns what is there.
    void read(RecordId after, const ChunkLimits& limits, std::chrono::milliseconds wait_max,
              std::vector<Record>& records);

    /// The next read makes a new handle and finds its place again.
    void close();

private:
    void find_place();
    [[nodiscard]] bool is_at(std::int64_t end);
    Handle<rd_kafka_message_t> next_entry(base::Deadline deadline, std::optional<std::int64_t> end,
                                          bool is_first);
    bool read_next(std::vector<Record>& records, base::Deadline deadline, std::optional<std::int64_t> end);

    LazyReader reader_;
    LazyReader& search_;
    RecordId after_;                ///< What the caller has read last.
    std::optional<RecordId> at_;    ///< The last record that it has passed. Nothing: it has no place.
    std::int64_t passed_ = 0;       ///< The Kafka offset after the entry read last.
    bool is_newly_placed_ = false;  ///< at_ was found by a search, and nothing was read since.
};

}  // namespace contrail::kafka
