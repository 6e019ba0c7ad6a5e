#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "contrail/consumer_segments.hpp"

namespace contrail::operations {

/// A change of the number of a consumer's segments.
struct Partition {
    ConsumerName consumer;
    std::uint32_t from;
    std::uint32_t to;  ///< Twice or half as many.
};

/// Throws Error (Retry::never) if the database holds no checkpoint of the consumer, or the consumer has the most or the
/// fewest segments that it can have; Retry::call if an earlier merge has not ended.
Partition plan_split(const ConsumerName& consumer, ConsumerSegments& segments);
Partition plan_merge(const ConsumerName& consumer, ConsumerSegments& segments);

/// What the change would do, in sentences.
std::string describe(const Partition& partition);

/// Changes it, while everything runs. Throws what ConsumerSegments::split() and merge() throw.
void execute(const Partition& partition, ConsumerSegments& segments);

/// A table for operators: a line per segment.
std::string segments_text(const std::vector<SegmentPlace>& places);

/// One line of JSON. docs/operations.md describes it.
std::string segments_json(const ConsumerName& consumer, const std::vector<SegmentPlace>& places);

}  // namespace contrail::operations
