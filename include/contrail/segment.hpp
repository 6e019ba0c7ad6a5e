#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <utility>

#include "contrail/error.hpp"
#include "contrail/names.hpp"
#include "contrail/record.hpp"

namespace contrail {

/// Most segments that a consumer has.
inline constexpr std::uint32_t segments_max = 1'024;

/// A part of a consumer's records: those whose key's hash (contrail/record_key.hpp) is `number` modulo `count`. The
/// count is a power of two from 1 to 1,024, so that segment k of n is exactly the segments k and k + n of 2n. The
/// default is all records: an ordinary consumer is segment 0 of 1.
struct Segment {
    std::uint32_t number = 0;
    std::uint32_t count = 1;

    [[nodiscard]] constexpr bool is_all() const { return count == 1; }
    [[nodiscard]] constexpr bool holds(std::uint64_t hash) const { return hash % count == number; }
    /// `3/8`: number 3 of 8.
    [[nodiscard]] std::string to_string() const {
        return std::to_string(number) + '/' + std::to_string(count);
    }

    auto operator<=>(const Segment&) const = default;
};

/// What a merge of two segments has left: one half of the segment is further than its checkpoint. Its records up to
/// `applied_to` are applied, and are left out.
struct HalfAhead {
    Segment half;
    RecordId applied_to;

    bool operator==(const HalfAhead&) const = default;
};

/// Names a checkpoint: a consumer's, or that of one of its segments.
struct ConsumerSegment {
    ConsumerName consumer;
    Segment segment;

    // Not explicit: where nothing is said of segments, a consumer is all of it.
    ConsumerSegment(ConsumerName name, Segment part = {})  // NOLINT(google-explicit-constructor)
        : consumer(std::move(name)),
          segment(part) {}
};

/// The consumer has another number of segments than the program works with: it was split or merged. Nothing was done.
class SegmentsChanged : public Error {
public:
    explicit SegmentsChanged(const std::string& message) : Error(Retry::never, message) {}
};

}  // namespace contrail
