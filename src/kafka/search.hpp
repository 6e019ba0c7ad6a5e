#pragma once

#include <cstdint>
#include <optional>

#include "contrail/record.hpp"
#include "kafka/partition_reader.hpp"

namespace contrail::kafka {

/// The Kafka offset of the first entry whose id is greater than `after`; the extent's end if there is none.
///
/// Ids are dense, and markers and aborted entries only add Kafka offsets: record n lies at least n-m Kafka offsets
/// after record m. So a few jumps find a record. Nothing about places is stored, and no clock is asked: Kafka's index
/// of times mixes the broker's clock (markers) with sealing times, and answers "none" for records that are there.
std::int64_t place_after(PartitionReader& reader, const Extent& extent, RecordId after);

/// The first entry at `kafka_offset` or after it; nothing if there is none. Throws Error (Retry::call) if the broker
/// does not answer.
Handle<rd_kafka_message_t> entry_at(PartitionReader& reader, std::int64_t kafka_offset);

/// The last entry of the topic; nothing if it holds none.
Handle<rd_kafka_message_t> last_entry(PartitionReader& reader, const Extent& extent);

}  // namespace contrail::kafka
