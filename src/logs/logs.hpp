#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "contrail/log.hpp"
#include "contrail/settings.hpp"
#include "kafka/topic_settings.hpp"
#include "status/status_board.hpp"

/// Which adapter a log's URL asks for. Each function throws Error (Retry::never) at a URL that it does not understand,
/// and at an engine that this build lacks.
namespace contrail::logs {

/// How long to wait for the log's server. Kafka's adapter has a limit of its own: five seconds for each request.
struct Waits {
    std::chrono::milliseconds connect{5'000};  ///< To be connected, TLS included.
    std::chrono::milliseconds reply{5'000};    ///< For the next bytes of a reply.
};

/// The log. Connects at the first call.
std::unique_ptr<Log> open(const Settings& settings, const Waits& waits = {});

/// The statuses that programs publish beside it. Connects at the first call.
std::unique_ptr<status::StatusBoard> open_status_board(const Settings& settings, const Waits& waits = {});

/// Reads as read_begin() and read_end() do. In Redis, an entry that is not a record does not end the read: `foreign`
/// becomes the ids of those. In Kafka, where they have none, the read throws there.
void scan(Log& log, RecordId after, const ChunkLimits& limits, std::chrono::milliseconds wait_max,
          std::vector<Record>& records, std::vector<RecordId>& foreign);

/// The log's URL for messages: without user, password and settings.
std::string name(const Settings& settings);

/// How its topics are set up; empty if it is in Redis.
std::vector<kafka::TopicSettings> topic_settings(const Settings& settings);

/// True if the log is in Kafka.
bool is_in_kafka(const Settings& settings);

}  // namespace contrail::logs
