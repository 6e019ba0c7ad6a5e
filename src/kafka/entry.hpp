#pragma once

#include <librdkafka/rdkafka.h>

#include <cstddef>
#include <string_view>

#include "contrail/record.hpp"
#include "kafka/handles.hpp"

namespace contrail::kafka {

// A record in the topic:
//
//     key        <milliseconds>-<offset>, the record's id
//     timestamp  its milliseconds
//     headers    action, object; key and headers where the record has them
//     value      its data
//
// A restart writes one entry with the key <milliseconds>-<offset> of the new head, the header `head`, and no value.

/// Of a key or a value; empty where there is none.
std::string_view text_of(const void* bytes, std::size_t size);

/// The id of the entry, record or not. Throws Error (Retry::never) if another program wrote the entry.
RecordId id_of(const rd_kafka_message_t& message);

/// True if the entry only names the head that a restart set.
bool is_head_marker(const rd_kafka_message_t& message);

/// Reads the record of an entry that is none of a restart. Throws Error (Retry::never).
void read_record(const rd_kafka_message_t& message, Record& record);

Handle<rd_kafka_headers_t> headers_of(const Record& record);
Handle<rd_kafka_headers_t> headers_of_marker();

}  // namespace contrail::kafka
