#include "support/kafka_cluster.hpp"

#include <algorithm>
#include <stdexcept>

#include "support/admin_kafka.hpp"
#include "support/free_port.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

namespace {

constexpr int controller_id = 100;
constexpr int broker_count = 3;

/// The controller decides how many replicas a new topic has, and when a broker is silent for too long.
std::string common_settings(std::uint16_t controller_port) {
    return usual_kafka_settings(broker_count) + "controller.quorum.voters=" + std::to_string(controller_id) +
           "@127.0.0.1:" + std::to_string(controller_port) +
           "\ndefault.replication.factor=" + std::to_string(broker_count) +
           "\nbroker.session.timeout.ms=4000\nbroker.heartbeat.interval.ms=500\n";
}

std::string controller_settings(std::uint16_t port) {
    return common_settings(port) + "process.roles=controller\nnode.id=" + std::to_string(controller_id) +
           "\nlisteners=CONTROLLER://127.0.0.1:" + std::to_string(port) + '\n';
}

std::string broker_settings(int id, std::uint16_t port, std::uint16_t controller_port) {
    const std::string listener = "PLAINTEXT://127.0.0.1:" + std::to_string(port);
    return common_settings(controller_port) + "process.roles=broker\nnode.id=" + std::to_string(id) +
           "\ninter.broker.listener.name=PLAINTEXT\nlisteners=" + listener +
           "\nadvertised.listeners=" + listener + '\n';
}

}  // namespace

KafkaCluster::KafkaCluster(const std::filesystem::path& folder)
    : controller_port_(free_port()),
      controller_(folder / "controller", controller_settings(controller_port_)) {
    for (int id = 1; id <= broker_count; ++id) {
        const std::uint16_t port = free_port();
        brokers_.push_back({.port = port,
                            .node = KafkaNode(folder / ("broker" + std::to_string(id)),
                                              broker_settings(id, port, controller_port_))});
    }
    wait_until("three Kafka brokers answer", [&] { return kafka_brokers(addresses()) == broker_count; });
}

std::string KafkaCluster::addresses() const {
    std::string all;
    for (const Broker& broker : brokers_) all += (all.empty() ? "" : ",") + broker.address();
    return all;
}

KafkaCluster::Broker& KafkaCluster::leader(const std::string& topic) {
    const KafkaTopicState state = topic_state(addresses(), topic);
    if (state.leader < 1) throw std::runtime_error("no broker leads the topic " + topic);
    return brokers_.at(static_cast<std::size_t>(state.leader - 1));
}

bool KafkaCluster::is_well(const std::string& topic) const {
    const KafkaTopicState state = topic_state(addresses(), topic);
    return !state.exists || (state.leader >= 1 && state.in_sync == broker_count);
}

}  // namespace contrail::test
