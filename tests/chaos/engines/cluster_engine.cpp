#include <csignal>
#include <optional>
#include <utility>

#include "chaos/engines/lagging_replica.hpp"
#include "chaos/engines/log_engine.hpp"
#include "chaos/watch/redis_source.hpp"
#include "contrail/error.hpp"
#include "support/cluster_servers.hpp"

namespace chaos {

namespace {

using contrail::test::ClusterServers;
using demo::Injection;
using demo::Random;
using Node = ClusterServers::Node;

/// Longer ones would only make a run longer.
constexpr std::chrono::milliseconds node_timeout{1'500};

/// Three masters, each with a replica. The faults are those of the shard that has the log's slot.
class ClusterEngine : public LogEngine {
public:
    std::string start(const std::filesystem::path& folder, const std::string& stream) override {
        stream_ = stream;
        attempt([&] {
            servers_.emplace(ClusterServers::Options{.folder = folder, .node_timeout = node_timeout});
        });
        for (const Node& node : servers_->nodes()) sockets_.push_back(node.redis.socket());
        return servers_->url();
    }

    std::string missing() const override {
        return servers_->is_well() ? "" : "the nodes do not see a whole cluster yet";
    }

    std::unique_ptr<LogSource> source() const override {
        return open_redis_source({.sockets = sockets_, .password = ClusterServers::password()}, stream_);
    }

    std::vector<demo::Fault> faults() override {
        return {
            engine_fault(
                "kill-master",
                "SIGKILL to the master of the log's slot, which loses its data; with time its replica takes over",
                "it runs again; if its replica has not taken over before, both are empty",
                [this](Random&) { return kill_master(); }),
            engine_fault("freeze-master",
                         "SIGSTOP to the master of the log's slot; with time its replica takes over",
                         "SIGCONT: it wakes up, and believes that it is still master",
                         [this](Random&) { return freeze_master(); }),
            engine_fault("hand-over",
                         "the replica takes over from the slot's master in order (CLUSTER FAILOVER)",
                         "the replica is master", [this](Random&) { return hand_over(); }),
            engine_fault(
                "promote-lagging-replica",
                "cuts the replica off, and kills the master once it has records that the replica lacks",
                "the replica has taken over; the old master runs again, empty",
                [this](Random&) { return promote_lagging_replica(); }),
            engine_fault("move-slot", "moves the log's slot to another master, key by key",
                         "the other master serves it", [this](Random&) { return move_slot(); }),
            engine_fault("stuck-slot",
                         "begins to move the log's slot, and stops when some of its keys have moved",
                         "the rest moves as well", [this](Random& random) { return stick_slot(random); }),
            engine_fault("kill-shard",
                         "SIGKILL to the master of the log's slot and to its replica, which lose their data",
                         "both run again, empty", [this](Random&) { return kill_shard(); })};
    }

private:
    Injection kill_master() {
        Node& master = servers_->owner(stream_);
        master.redis.kill();
        return {.what = "killed the slot's master (SIGKILL)", .repair = "it runs again", .end = [&master] {
                    master.redis.start();
                }};
    }

    Injection freeze_master() {
        Node& master = servers_->owner(stream_);
        master.redis.process().signal(SIGSTOP);
        return {.what = "froze the slot's master (SIGSTOP)", .repair = "it goes on", .end = [&master] {
                    master.redis.process().signal(SIGCONT);
                }};
    }

    Injection hand_over() {
        servers_->take_over(servers_->replica_of(servers_->owner(stream_)));
        return {.what = "handed the slot over to the replica", .repair = "", .momentary = true};
    }

    Injection promote_lagging_replica() {
        Node& master = servers_->owner(stream_);
        Node& replica = servers_->replica_of(master);
        const auto let_follow_again = [&replica] {
            let_follow<Node>({&replica}, ClusterServers::password());
        };
        try {
            let_lag<Node>(master, {&replica}, stream_);
        } catch (...) {
            let_follow_again();
            throw;
        }
        master.redis.kill();
        return {.what = "cut the replica off, and killed the slot's master (SIGKILL) when it was ahead",
                .repair = "the replica is master",
                .end = [&master, &replica, let_follow_again] {
                    if (replica.run({"ROLE"}).find("master") == std::string::npos)
                        throw contrail::Error(contrail::Retry::call, "The replica has not taken over yet.");
                    let_follow_again();
                    master.redis.start();
                }};
    }

    Injection move_slot() {
        ClusterServers::finish(servers_->begin_to_move_slot(stream_));
        return {.what = "moved the log's slot to another master", .repair = "", .momentary = true};
    }

    Injection stick_slot(Random& random) {
        const ClusterServers::Move move = servers_->begin_to_move_slot(stream_);
        const int keys = std::uniform_int_distribution(0, 3)(random);
        for (int i = 0; i < keys; ++i) ClusterServers::move_one_key(move);
        return {.what = "moved " + std::to_string(keys) + " keys of the log's slot to another master",
                .repair = "the slot has moved",
                .end = [move] { ClusterServers::finish(move); }};
    }

    Injection kill_shard() {
        Node& master = servers_->owner(stream_);
        Node& replica = servers_->replica_of(master);
        replica.redis.kill();
        master.redis.kill();
        return {.what = "killed the slot's master and its replica (SIGKILL)",
                .repair = "both run again",
                .end = [&master, &replica] {
                    master.redis.start();
                    replica.redis.start();
                }};
    }

    std::optional<ClusterServers> servers_;
    std::vector<std::filesystem::path> sockets_;
    std::string stream_;
};

}  // namespace

std::unique_ptr<LogEngine> cluster_engine() {
    return std::make_unique<ClusterEngine>();
}

}  // namespace chaos
