#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "servers/child_process.hpp"

namespace contrail::test {

/// One process of Kafka: a broker, a controller, or both. Its data are still there at the next start.
///
/// Lifetime  It ends with this object, and with the thread that started it.
class KafkaNode {
public:
    /// Starts it in `folder`, which is created, and does not wait until it is ready. `settings` are the lines of its
    /// server.properties, without its folder of data.
    KafkaNode(std::filesystem::path folder, const std::string& settings);

    void start();
    /// SIGKILL, as in a power cut.
    void kill();
    [[nodiscard]] servers::ChildProcess& process() { return process_.value(); }

private:
    void run(const std::string& script);

    std::filesystem::path folder_;
    std::optional<servers::ChildProcess> process_;
};

/// What every node of a test is set to: small queues, and one partition of each inner topic.
std::string usual_kafka_settings(int inner_topic_replicas);

}  // namespace contrail::test
