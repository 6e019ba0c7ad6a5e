#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "contrail/log_reader.hpp"

namespace contrail {

/// One read of a log for many readers of a process: the workers of a PartitionedConsumer, each of which reads
/// everything. The reader that needs the next records first reads them, and the others get copies. A reader that is
/// further behind than what is kept reads by itself until it has caught up.
///
/// Lifetime  Must outlive its readers.
/// Threads   Thread-safe. A reader is not: it belongs to one thread.
class SharedLog {
public:
    struct Options {
        ChunkLimits chunk{.records_max = 5'000, .bytes_max = 4 << 20};  ///< Of one read.
        /// Of what is kept. More spares readers that fall behind a read of their own.
        std::size_t bytes_max = 32 << 20;
    };

    /// `open` makes a connection to the log; each reader gets one, and connects when it first needs it.
    SharedLog(std::function<std::shared_ptr<LogReader>()> open, Options options);
    explicit SharedLog(std::function<std::shared_ptr<LogReader>()> open)
        : SharedLog(std::move(open), Options()) {}

    std::shared_ptr<LogReader> reader();

private:
    class Reader;

    /// What one read has found: the records after `after`, at least one.
    struct Chunk {
        RecordId after;
        std::vector<Record> records;
        std::size_t bytes;
    };

    void keep(RecordId after, std::vector<Record> records);

    std::function<std::shared_ptr<LogReader>()> open_;
    Options options_;

    std::mutex mutex_;  ///< Guards all that follows.
    std::condition_variable changed_;
    std::deque<std::shared_ptr<const Chunk>> chunks_;  ///< Each follows the one before it.
    std::size_t bytes_ = 0;                            ///< Of all of them.
    RecordId end_;                                     ///< After the last of them.
    bool reading_ = false;                             ///< A reader reads what follows `end_`.
};

}  // namespace contrail
