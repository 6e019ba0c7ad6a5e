#include "support/private_kafka.hpp"

#include <stdexcept>

#include "support/admin_kafka.hpp"
#include "support/free_port.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

namespace {

std::string settings(std::uint16_t port, std::uint16_t controller_port) {
    const std::string controller = "127.0.0.1:" + std::to_string(controller_port);
    const std::string listener = "PLAINTEXT://127.0.0.1:" + std::to_string(port);
    return usual_kafka_settings(1) +
           "process.roles=broker,controller\nnode.id=1\ncontroller.quorum.voters=1@" + controller +
           "\ninter.broker.listener.name=PLAINTEXT\nlisteners=" + listener + ",CONTROLLER://" + controller +
           "\nadvertised.listeners=" + listener + '\n';
}

}  // namespace

PrivateKafka::PrivateKafka() : port_(free_port()), node_(folder_.path(), settings(port_, free_port())) {
    wait_until_ready();
}

std::string PrivateKafka::address() const {
    return "127.0.0.1:" + std::to_string(port_);
}

void PrivateKafka::start() {
    node_.start();
    wait_until_ready();
}

void PrivateKafka::wait_until_ready() {
    wait_until("the Kafka broker answers", [&] {
        if (node_.process().has_ended()) throw std::runtime_error("the Kafka broker ended at once");
        return kafka_brokers(address()) == 1;
    });
}

PrivateKafka& shared_kafka() {
    static PrivateKafka broker;
    return broker;
}

}  // namespace contrail::test
