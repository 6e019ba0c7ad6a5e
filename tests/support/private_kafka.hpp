#pragma once

#include <cstdint>
#include <string>

#include "servers/temporary_directory.hpp"
#include "support/kafka_node.hpp"

namespace contrail::test {

/// A private Kafka broker (KRaft, its own controller) on loopback, with its data in a temporary folder.
///
/// Lifetime  The broker ends with this object, and with the thread that started it.
class PrivateKafka {
public:
    /// Starts the broker, and returns once it answers: about five seconds.
    PrivateKafka();

    /// `127.0.0.1:port`
    [[nodiscard]] std::string address() const;

    void start();
    /// SIGKILL, as in a power cut.
    void kill() { node_.kill(); }
    [[nodiscard]] servers::ChildProcess& process() { return node_.process(); }

private:
    void wait_until_ready();

    servers::TemporaryDirectory folder_;
    std::uint16_t port_;
    KafkaNode node_;
};

/// The broker that all tests of a program share. Call from the main thread only.
PrivateKafka& shared_kafka();

}  // namespace contrail::test
