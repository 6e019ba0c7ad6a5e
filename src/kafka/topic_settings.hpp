#pragma once

#include <map>
#include <string>
#include <vector>

#include "kafka/endpoint.hpp"

namespace contrail::kafka {

/// How a topic of a log is set up.
struct TopicSettings {
    std::string topic;
    bool exists = false;
    int replicas = 0;
    std::map<std::string, std::string, std::less<>> values{};  ///< By Kafka's names, such as cleanup.policy.
};

/// Of the log's topic, and of its notes. Throws Error, in a whole sentence; Retry::never at a topic with several
/// partitions.
std::vector<TopicSettings> topic_settings(const Endpoint& endpoint);

}  // namespace contrail::kafka
