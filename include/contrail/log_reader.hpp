#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "contrail/chunk_limits.hpp"
#include "contrail/consumer_owner.hpp"
#include "contrail/consumer_registry.hpp"
#include "contrail/log_usage.hpp"
#include "contrail/names.hpp"
#include "contrail/record.hpp"

namespace contrail {

/// What a consumer does to a log: it reads what follows a record, and reports how far it is. Port: a Redis
/// stream behind it, or memory in tests.
///
/// A read comes in two halves, so that the caller can commit while the log is busy.
///
/// Owner    A consumer's name belongs to the database that first registered it or reported its position. From any other
///          one, register_consumer() throws Error (Retry::never), and so does the call after report_position().
/// Errors   Every call throws Error. After one, what was begun is forgotten, and the next call starts on a
///          fresh connection.
/// Threads  Not thread-safe. Any number of processes may read one log at once.
class LogReader {
public:
    virtual ~LogReader() = default;

    /// The id of the record appended last, even if it was deleted or trimmed since; 0-0 if there never was
    /// one, or the log was lost.
    virtual RecordId head() = 0;

    virtual LogUsage usage() = 0;

    /// Begins to read the records after `after` (not included), within `limits`. Waits for the first to
    /// arrive, for at most `wait_max`. A read begun earlier and not ended is forgotten.
    virtual void read_begin(RecordId after, const ChunkLimits& limits,
                            std::chrono::milliseconds wait_max) = 0;

    /// Waits for the read begun and replaces the content of `records` with what it found, which is nothing if
    /// `wait_max` passed first. Throws Error (Retry::never) at an entry that is not a record.
    virtual void read_end(std::vector<Record>& records) = 0;

    /// Says which database holds the checkpoints of the consumers that this object registers and reports from now on.
    /// At first there is none, and a consumer that has an owner is refused.
    virtual void consume_for(const ConsumerOwner& owner) = 0;

    /// Notes beside the log that `consumer` begins after `position`, unless an earlier position of it is noted. When
    /// this returns, the log keeps what follows. It never moves a consumer on: another instance of the same name may
    /// have begun earlier.
    virtual void register_consumer(const ConsumerName& consumer, RecordId position) = 0;

    /// Notes beside the log that `consumer` has committed up to `position`. Sent along with the next request,
    /// and not waited for: it serves trimming and lag, and is repeated after every commit.
    virtual void report_position(const ConsumerName& consumer, RecordId position) = 0;

    /// The notice that a limit has cut `consumer` off; nothing if there is none.
    virtual std::optional<CutOff> cut_off(const ConsumerName& consumer) = 0;
};

}  // namespace contrail
