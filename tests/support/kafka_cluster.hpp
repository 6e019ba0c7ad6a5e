#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <string>

#include "support/kafka_node.hpp"

namespace contrail::test {

/// Three private brokers on loopback that keep three replicas of every topic, and a controller of their own, which no
/// test kills: no broker could be elected without it.
///
/// Lifetime  The processes end with this object, and with the thread that started it.
class KafkaCluster {
public:
    struct Broker {
        std::uint16_t port;
        KafkaNode node;

        [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port); }
    };

    /// Starts them with data and logs in `folder`, and returns once all brokers answer: about fifteen seconds.
    explicit KafkaCluster(const std::filesystem::path& folder);

    /// `host:port,host:port,host:port`
    [[nodiscard]] std::string addresses() const;

    [[nodiscard]] std::deque<Broker>& brokers() { return brokers_; }

    /// The broker that leads the topic. Throws std::runtime_error if there is none.
    [[nodiscard]] Broker& leader(const std::string& topic);

    /// True if the topic has a leader and three replicas in sync, or does not exist.
    [[nodiscard]] bool is_well(const std::string& topic) const;

private:
    std::uint16_t controller_port_;
    KafkaNode controller_;
    std::deque<Broker> brokers_;
};

}  // namespace contrail::test
