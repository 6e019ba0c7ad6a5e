#include "kafka/search.hpp"

#include <algorithm>

#include "kafka/entry.hpp"
#include "kafka/errors.hpp"

namespace contrail::kafka {

namespace {

/// The next entry before the end of the topic.
Handle<rd_kafka_message_t> next_before_end(PartitionReader& reader) {
    auto entry = reader.next(std::chrono::steady_clock::now() + call_time_max, true);
    if (!entry && !reader.found_end()) throw_error(RD_KAFKA_RESP_ERR__TIMED_OUT);
    return entry;
}

}  // namespace

Handle<rd_kafka_message_t> entry_at(PartitionReader& reader, std::int64_t kafka_offset) {
    reader.seek(kafka_offset);
    return next_before_end(reader);
}

std::int64_t place_after(PartitionReader& reader, const Extent& extent, RecordId after) {
    // Entries before `low` are not after `after`; the first at `high` or later is, if there is one.
    std::int64_t low = extent.begin;
    std::int64_t high = extent.end;
    std::int64_t probe = low;
    while (low < high) {
        const auto entry = entry_at(reader, probe);
        const bool past = !entry || entry->offset >= high || id_of(*entry) > after;
        if (past) {
            // `after` may be no record's id: then density says nothing, and halves are taken.
            high = probe;
            probe = low + (high - low) / 2;
            continue;
        }
        const RecordId found = id_of(*entry);
        low = entry->offset + 1;
        if (found == after) break;
        const auto jump = static_cast<std::int64_t>(
            std::min<std::uint64_t>(after.offset.value - std::min(after.offset.value, found.offset.value) - 1,
                                    static_cast<std::uint64_t>(high - low)));
        const bool dense = after.offset > found.offset && low + jump < high;
        probe = dense ? low + jump : low + (high - low) / 2;
    }
    return low;
}

Handle<rd_kafka_message_t> last_entry(PartitionReader& reader, const Extent& extent) {
    // The last offset is a marker, as a rule, and the one before it an entry. Aborted transactions leave more.
    for (std::int64_t window = 2; !extent.empty(); window *= 16) {
        const std::int64_t from = std::max(extent.begin, extent.end - window);
        Handle<rd_kafka_message_t> last;
        for (auto entry = entry_at(reader, from); entry; entry = next_before_end(reader)) {
            const bool is_last = entry->offset + 1 >= extent.end;
            last = std::move(entry);
            if (is_last) break;
        }
        if (last || from == extent.begin) return last;
    }
    return nullptr;
}

}  // namespace contrail::kafka
