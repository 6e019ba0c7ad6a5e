#include <chrono>
#include <csignal>
#include <functional>
#include <optional>
#include <thread>
#include <utility>

#include "chaos/engines/log_engine.hpp"
#include "chaos/watch/kafka_source.hpp"
#include "contrail/error.hpp"
#include "support/admin_kafka.hpp"
#include "support/kafka_cluster.hpp"

namespace chaos {

namespace {

using contrail::test::KafkaCluster;
using demo::Injection;
using demo::Random;
using Broker = KafkaCluster::Broker;

/// Three brokers that keep three replicas of the log's topics, and a controller.
class KafkaEngine : public LogEngine {
public:
    std::string start(const std::filesystem::path& folder, const std::string& stream) override {
        stream_ = stream;
        attempt([&] { cluster_.emplace(folder); });
        addresses_ = cluster_->addresses();
        return "kafka://" + addresses_ + '/' + stream_;
    }

    std::string missing() const override {
        try {
            for (const std::string& topic : {stream_, stream_ + ".notes"})
                if (!cluster_->is_well(topic))
                    return "replicas of the topic " + topic + " are not in sync yet";
            return "";
        } catch (const std::exception& error) {
            return error.what();
        }
    }

    std::unique_ptr<LogSource> source() const override { return open_kafka_source(addresses_, stream_); }

    std::vector<demo::Fault> faults() override {
        return {
            engine_fault("kill-leader", "SIGKILL to the broker that leads the log's topic; another one leads",
                         "the broker runs again", [this](Random&) { return kill_leader(); }),
            engine_fault("freeze-leader",
                         "SIGSTOP to the broker that leads the log's topic; with time another one leads",
                         "SIGCONT: it wakes up, and believes that it still leads",
                         [this](Random&) { return freeze_leader(); }),
            engine_fault("stop-leader",
                         "SIGTERM to the broker that leads the log's topic: it hands over in order",
                         "the broker runs again", [this](Random&) { return stop_leader(); }),
            engine_fault("kill-brokers", "SIGKILL to all three brokers", "they run again with their data",
                         [this](Random&) { return kill_brokers(); }),
            engine_fault("delete-topic", "deletes the log's topic",
                         "the streamer creates it again, and fills it from the outbox",
                         [this](Random&) { return delete_topics({stream_}); }),
            engine_fault("delete-topics", "deletes the log's topic and the one with its notes",
                         "the programs create them again, and fill them from the database",
                         [this](Random&) {
                             return delete_topics({stream_, stream_ + ".notes"});
                         }),
            engine_fault(
                "unclean-election",
                "freezes two brokers until the third leads alone and has records that they lack, kills it, and "
                "lets one of them lead",
                "the broker that had the records runs again, and drops them",
                [this](Random&) { return elect_uncleanly(); })};
    }

private:
    static std::function<void()> start_again(Broker& broker) {
        return [&broker] {
            if (broker.node.process().has_ended()) broker.node.start();
        };
    }

    Injection kill_leader() {
        Broker& leader = cluster_->leader(stream_);
        leader.node.kill();
        return {.what = "killed the leader (SIGKILL)", .repair = "it runs again", .end = start_again(leader)};
    }

    Injection freeze_leader() {
        Broker& leader = cluster_->leader(stream_);
        leader.node.process().signal(SIGSTOP);
        return {.what = "froze the leader (SIGSTOP)", .repair = "it goes on", .end = [&leader] {
                    leader.node.process().signal(SIGCONT);
                }};
    }

    Injection stop_leader() {
        Broker& leader = cluster_->leader(stream_);
        leader.node.process().signal(SIGTERM);
        return {.what = "asked the leader to end (SIGTERM)", .repair = "it runs again", .end = [&leader] {
                    if (!leader.node.process().has_ended())
                        throw contrail::Error(contrail::Retry::call, "The broker has not ended yet.");
                    leader.node.start();
                }};
    }

    Injection kill_brokers() {
        for (Broker& broker : cluster_->brokers()) broker.node.kill();
        return {.what = "killed all brokers (SIGKILL)", .repair = "they run again", .end = [this] {
                    for (Broker& broker : cluster_->brokers()) start_again(broker)();
                }};
    }

    Injection delete_topics(const std::vector<std::string>& topics) {
        for (const std::string& topic : topics) contrail::test::request_deletion(addresses_, topic);
        return {.what = "deleted " + std::to_string(topics.size()) + " of the log's topics",
                .repair = "the streamer has filled the log again from the outbox",
                .momentary = true};
    }

    Injection elect_uncleanly() {
        contrail::test::allow_unclean_election(addresses_, stream_);
        Broker& leader = cluster_->leader(stream_);
        std::vector<Broker*> followers;
        for (Broker& broker : cluster_->brokers())
            if (&broker != &leader) followers.push_back(&broker);
        const auto signal_followers = [&](int signal) {
            for (Broker* follower : followers) follower->node.process().signal(signal);
        };
        signal_followers(SIGSTOP);
        const bool alone = leads_alone_with_more(leader);
        if (alone) leader.node.kill();
        signal_followers(SIGCONT);
        if (!alone)
            throw contrail::Error(contrail::Retry::call,
                                  "The leader was not alone with new records in time.");
        return {.what = "froze two brokers, and killed the one that was ahead of them",
                .repair = "the broker that had the records runs again",
                .end = [this, &leader] {
                    const auto state = contrail::test::topic_state(addresses_, stream_);
                    if (state.exists && state.leader < 1)
                        throw contrail::Error(contrail::Retry::call, "No broker leads the topic yet.");
                    start_again(leader)();
                }};
    }

    /// Waits until no other replica is in sync and the topic has grown since.
    bool leads_alone_with_more(const Broker& leader) const {
        using namespace std::chrono_literals;
        const auto deadline = std::chrono::steady_clock::now() + 15s;
        std::optional<std::int64_t> end_when_alone;
        while (std::chrono::steady_clock::now() < deadline) {
            try {
                if (contrail::test::topic_state(leader.address(), stream_).in_sync == 1) {
                    const std::int64_t end = contrail::test::end_of_topic(leader.address(), stream_);
                    if (!end_when_alone) end_when_alone = end;
                    if (end > *end_when_alone) return true;
                }
            } catch (const contrail::Error&) {
                // It answers late.
            }
            std::this_thread::sleep_for(50ms);
        }
        return false;
    }

    std::optional<KafkaCluster> cluster_;
    std::string addresses_;
    std::string stream_;
};

}  // namespace

std::unique_ptr<LogEngine> kafka_engine() {
    return std::make_unique<KafkaEngine>();
}

}  // namespace chaos
