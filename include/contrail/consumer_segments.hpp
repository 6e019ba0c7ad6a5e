#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "contrail/segment.hpp"

namespace contrail {

/// Where a segment of a consumer is.
struct SegmentPlace {
    Segment segment;
    RecordId checkpoint;
    std::optional<HalfAhead> ahead{};
    std::string instance{};  ///< That claims it. Empty: none.

    bool operator==(const SegmentPlace&) const = default;
};

/// What an instance should work on.
struct ClaimedSegments {
    std::uint32_t count = 0;  ///< How many segments the consumer has. 0: it is new.
    std::vector<std::uint32_t> numbers{};

    bool operator==(const ClaimedSegments&) const = default;
};

/// The segments of the consumers of one log. Port: the table of checkpoints behind it, or memory in tests.
///
/// A split or a merge is one transaction, and may happen while everything runs: no record is applied twice or left
/// out, and records of one key keep their order. Instances that work on the segments of before get SegmentsChanged with
/// their next transaction.
///
/// Errors   Every call throws Error. After one, the next call starts on a fresh connection.
/// Threads  Not thread-safe.
class ConsumerSegments {
public:
    virtual ~ConsumerSegments() = default;

    /// The segments by number; one, if the consumer was never split. None: the consumer is new.
    virtual std::vector<SegmentPlace> places(const ConsumerName& consumer) = 0;

    /// Splits each of the `count` segments into two. Waits for the transactions that are open on them. Throws
    /// SegmentsChanged if there is another number of them by now.
    virtual void split(const ConsumerName& consumer, std::uint32_t count) = 0;

    /// Merges the `count` segments, at least 2, into half as many. A merged segment continues where the half that is
    /// behind was, and leaves out what the other one has applied. Waits as split() does. Throws SegmentsChanged as
    /// split() does; Error with Retry::call while an earlier merge has left a half ahead.
    virtual void merge(const ConsumerName& consumer, std::uint32_t count) = 0;

    /// Moves all segments to `to`, back or forward, in one transaction, and forgets what a merge has left ahead. False:
    /// they are not where `from` says, and nothing has changed. Waits as split() does. Throws SegmentsChanged if there
    /// is another number of them by now.
    [[nodiscard]] virtual bool reset(const ConsumerName& consumer, const std::vector<SegmentPlace>& from,
                                     RecordId to) = 0;

    /// Says that an instance works for the consumer, on at most `workers_max` segments, and returns its share. What it
    /// returns may overlap with what another instance still does. An instance that has not called for three seconds
    /// loses its share.
    virtual ClaimedSegments claim(const ConsumerName& consumer, const std::string& instance,
                                  std::uint32_t workers_max) = 0;

    /// Says that the instance works for the consumer no more.
    virtual void release(const ConsumerName& consumer, const std::string& instance) = 0;
};

}  // namespace contrail
