#include "operations/status/status.hpp"

#include <algorithm>

namespace contrail::operations {

namespace {

bool is_behind(const SegmentStatus& one, const SegmentStatus& other) {
    if (!one.last || !other.last) return one.last.has_value() && !other.last;
    return one.last->offset < other.last->offset;
}

}  // namespace

const SegmentStatus* ConsumerStatus::slowest() const {
    const auto slowest = std::ranges::min_element(segments, is_behind);
    return slowest == segments.end() || !slowest->last ? nullptr : &*slowest;
}

std::optional<std::uint64_t> ConsumerStatus::skew_records() const {
    const SegmentStatus* const behind = slowest();
    if (behind == nullptr) return std::nullopt;
    Offset furthest = behind->last->offset;
    for (const SegmentStatus& segment : segments)
        if (segment.last) furthest = std::max(furthest, segment.last->offset);
    return furthest.value - behind->last->offset.value;
}

}  // namespace contrail::operations
