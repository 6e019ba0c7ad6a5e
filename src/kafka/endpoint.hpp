#pragma once

#include <map>
#include <string>

#include "contrail/settings.hpp"

namespace contrail::kafka {

/// Where a log's topics are, and how to connect there.
struct Endpoint {
    std::string brokers;  ///< `host:9092,host:9092`
    std::string topic;
    /// librdkafka's own settings, by its own names: `sasl.mechanisms`, `ssl.ca.location`, ….
    std::map<std::string, std::string, std::less<>> settings;

    [[nodiscard]] std::string notes_topic() const { return topic + ".notes"; }
};

/// Of `kafka[+ssl]://[user:password@]host[:port][,host…][/topic][?setting=value…]`. Without a topic in the URL, the
/// log's name is the topic. Each parameter is a setting of librdkafka. Throws Error (Retry::never) at anything else.
Endpoint endpoint_of(const Settings& settings);

}  // namespace contrail::kafka
