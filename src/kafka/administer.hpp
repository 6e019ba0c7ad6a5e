#pragma once

#include <functional>

#include "kafka/client.hpp"
#include "kafka/handles.hpp"

namespace contrail::kafka {

/// The answer to an administrator's request that `send` sends. Throws Error: if there is none in time, and if it is an
/// error.
Handle<rd_kafka_event_t> administer(
    const Client& client, rd_kafka_admin_op_t operation,
    const std::function<void(rd_kafka_AdminOptions_t*, rd_kafka_queue_t*)>& send);

}  // namespace contrail::kafka
