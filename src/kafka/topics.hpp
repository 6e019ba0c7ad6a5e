#pragma once

#include <cstdint>

#include "kafka/endpoint.hpp"

namespace contrail::kafka {

/// Creates the log's two topics, as far as they are missing. Replication is what the brokers are set to.
void create_topics(const Endpoint& endpoint);

/// Drops the log's entries before a Kafka offset.
void delete_before(const Endpoint& endpoint, std::int64_t kafka_offset);

}  // namespace contrail::kafka
