#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <variant>

#include "contrail/clock.hpp"
#include "contrail/consumer_segments.hpp"
#include "contrail/dead_letter.hpp"
#include "contrail/error.hpp"
#include "contrail/record.hpp"

namespace contrail {

/// What a consumer tells while it works. Each event is a value: a listener may keep it.
namespace consumer_event {

/// The consumer's name was new. Its first checkpoint is committed, and it begins after that record (0-0: with
/// the first).
struct Registered {
    RecordId checkpoint;
};

/// The consumer loaded its checkpoint and reads on after it.
struct Located {
    RecordId checkpoint;
};

/// From a Replay: the consumer reads on in the archive, which ends with `last`. Told when it begins to. The position
/// beside the log is `last` meanwhile, and its checkpoint is before that.
struct ReadingArchive {
    RecordId after;
    RecordId last;
};

/// From a Replay: the consumer has read the archive, up to `after`, and reads on in the log.
struct ReadingLog {
    RecordId after;
};

/// The effects of the records from `first` to `last` (included) are committed, and with them the checkpoint
/// `last`.
struct Committed {
    RecordId first;
    RecordId last;
    std::uint64_t left_out = 0;  ///< How many of them the filter left out.
};

/// The consumer has read all that the log holds, and waits for more. Once, when it begins to wait.
struct Waiting {};

/// The consumer passed over this many records at or below its checkpoint.
struct Skipped {
    std::size_t records = 0;
};

/// Another instance of this name was faster. This one repeats nothing of what the other one did, and stands
/// by.
struct Overtaken {};

/// A call or the handler failed. The consumer tries again after `pause`. From run() only: run_once() throws
/// the error.
struct Retrying {
    Error error;
    Clock::Duration pause{};
};

/// run() ends with this error, and throws it next: an operator must act first.
struct Halted {
    Error error;
};

/// The handler rejected a record, at first or when it was retried. The consumer set the record aside.
struct Parked {
    DeadLetter dead_letter;
};

/// The consumer applied a record that had been parked, and removed it from the dead letters.
struct Retried {
    DeadLetter dead_letter;
};

/// An instance of a PartitionedConsumer has begun, or works on other segments than before.
struct Claimed {
    std::string instance;
    ClaimedSegments segments;  ///< Their count is 0 when it has begun, and has claimed none yet.
};

}  // namespace consumer_event

using ConsumerEvent =
    std::variant<consumer_event::Registered, consumer_event::Located, consumer_event::ReadingArchive,
                 consumer_event::ReadingLog, consumer_event::Committed, consumer_event::Waiting,
                 consumer_event::Skipped, consumer_event::Overtaken, consumer_event::Retrying,
                 consumer_event::Halted, consumer_event::Parked, consumer_event::Retried,
                 consumer_event::Claimed>;

/// Listens to a consumer. Called on the consumer's thread, which waits for it. Must not throw. An example is
/// in contrail/streamer_events.hpp.
using OnConsumerEvent = std::function<void(const ConsumerEvent& event)>;

}  // namespace contrail
