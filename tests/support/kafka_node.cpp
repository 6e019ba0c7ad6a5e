#include "support/kafka_node.hpp"

#include <csignal>
#include <fstream>
#include <utility>

#include "servers/descriptors.hpp"

namespace contrail::test {

namespace {

constexpr auto cluster_id = "contrailTestClusterId0";

std::string java(const std::string& heap, const std::string& what) {
    return "java -Xms" + heap + " -Xmx" + heap +
           " -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '" KAFKA_JARS "/*' " + what;
}

const std::string& broker() {
    static const std::string command = "exec " + java("256m", "kafka.Kafka server.properties");
    return command;
}

}  // namespace

KafkaNode::KafkaNode(std::filesystem::path folder, const std::string& settings) : folder_(std::move(folder)) {
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ / "server.properties")
        << settings << "log.dirs=" << (folder_ / "data").native() << '\n';
    run(java("64m",
             std::string("kafka.tools.StorageTool format -t ") + cluster_id + " -c server.properties") +
        " && " + broker());
}

void KafkaNode::start() {
    run(broker());
}

void KafkaNode::kill() {
    process_->signal(SIGKILL);
    process_->wait();
}

void KafkaNode::run(const std::string& script) {
    servers::Command command;
    command.arguments = {"/bin/sh", "-c", script};
    command.directory = folder_;
    const auto output = servers::open_for_append(folder_ / "log");
    command.standard_output = command.standard_error = output.get();
    command.if_not_found = "scripts/setup --test installs it.";
    process_.emplace(command);
}

// Small queues, and one partition of each inner topic: a node that starts soon. The log cleaner would take 128 MB of
// the heap.
std::string usual_kafka_settings(int inner_topic_replicas) {
    const std::string replicas = std::to_string(inner_topic_replicas);
    return "controller.listener.names=CONTROLLER\n"
           "listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT\n"
           "auto.create.topics.enable=false\n"
           "offsets.topic.num.partitions=1\n"
           "transaction.state.log.num.partitions=1\n"
           "transaction.state.log.min.isr=1\n"
           "share.coordinator.state.topic.min.isr=1\n"
           "offsets.topic.replication.factor=" +
           replicas + "\ntransaction.state.log.replication.factor=" + replicas +
           "\nshare.coordinator.state.topic.replication.factor=" + replicas +
           "\ngroup.initial.rebalance.delay.ms=0\n"
           "num.network.threads=2\n"
           "num.io.threads=4\n"
           "log.cleaner.dedupe.buffer.size=16777216\n";
}

}  // namespace contrail::test
