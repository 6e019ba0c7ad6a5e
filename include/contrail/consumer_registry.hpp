#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "contrail/consumer_owner.hpp"
#include "contrail/names.hpp"
#include "contrail/record.hpp"

namespace contrail {

/// Records that a consumer had not applied when an operator's limit dropped them.
struct CutOff {
    Offset first_missed;
    Offset last_missed;
    std::uint64_t at_ms = 0;  ///< When, in Unix time in milliseconds.

    bool operator==(const CutOff&) const = default;
};

/// A consumer that has committed at least once.
struct RegisteredConsumer {
    ConsumerName name;
    RecordId position;                ///< It is past this record.
    std::optional<CutOff> cut_off{};  ///< Set from when it was cut off until it is past what it missed.
    ConsumerOwner owner{};            ///< The database of its checkpoint. Its id is empty if none is known.

    /// Nothing up to here is kept for it: it is past these records, or marked as one that misses them.
    [[nodiscard]] Offset needs_nothing_up_to() const {
        return cut_off ? std::max(position.offset, cut_off->last_missed) : position.offset;
    }

    bool operator==(const RegisteredConsumer&) const = default;
};

/// What a consumer reported beside the log.
struct ConsumerReport {
    // NOLINTNEXTLINE(google-explicit-constructor): a position is a report
    ConsumerReport(RecordId at, NotedOwner of = {}) : position(at), owner(std::move(of)) {}

    RecordId position;
    NotedOwner owner;
};

/// The durable list of a log's consumers, in the streamer's database. A Redis that was wiped forgets its
/// consumers; without this list retention would drop records that they need. Port: Postgres behind it, or
/// memory in tests.
///
/// Errors   Every call throws Error, and may be repeated.
/// Threads  Not thread-safe. Any number of processes may use one registry at once.
class ConsumerRegistry {
public:
    virtual ~ConsumerRegistry() = default;

    /// Every consumer, by name.
    virtual std::vector<RegisteredConsumer> consumers() = 0;

    /// Notes, durably, what consumers reported beside the log. The first report registers a new consumer.
    /// Returns every consumer, by name.
    ///
    /// The last report counts, also if it is lower than the one before: a consumer that was reset to an
    /// earlier place needs what follows it. A report that lies before everything that the outbox still holds
    /// is ignored: it comes from an older copy of the log. So is a report of another owner than the one that is
    /// registered, unless an operator has moved the consumer from that one.
    virtual std::vector<RegisteredConsumer> note(const std::map<ConsumerName, ConsumerReport>& reported) = 0;

    /// Marks, durably, a consumer as cut off. An existing mark is widened and never narrowed: records may
    /// have been dropped by it. Does nothing if the consumer is past `cut_off` already. True if the consumer
    /// was not marked before, and is now.
    virtual bool mark_cut_off(const ConsumerName& consumer, const CutOff& cut_off) = 0;

    /// Removes a consumer: no record is kept for it any more. A consumer that commits again registers again.
    /// False if there was none of that name.
    virtual bool forget(const ConsumerName& consumer) = 0;
};

}  // namespace contrail
