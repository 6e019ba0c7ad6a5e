#include <csignal>
#include <optional>
#include <utility>

#include "chaos/engines/lagging_replica.hpp"
#include "chaos/engines/log_engine.hpp"
#include "chaos/watch/redis_source.hpp"
#include "contrail/error.hpp"
#include "support/sentinel_servers.hpp"

namespace chaos {

namespace {

using contrail::test::SentinelServers;
using demo::Injection;
using demo::Random;
using Server = SentinelServers::Server;

/// Longer ones would only make a run longer: a fail-over takes this and the sentinels' vote.
constexpr std::chrono::milliseconds down_after{1'000};

/// The sentinel that a fault cuts off. The others are asked who is master.
constexpr std::size_t cut_off_sentinel = 2;

/// A master, two replicas and three sentinels.
class SentinelEngine : public LogEngine {
public:
    std::string start(const std::filesystem::path& folder, const std::string& stream) override {
        stream_ = stream;
        attempt(
            [&] { servers_.emplace(SentinelServers::Options{.folder = folder, .down_after = down_after}); });
        for (const Server& server : servers_->servers()) sockets_.push_back(server.redis.socket());
        return servers_->url();
    }

    std::string missing() const override {
        try {
            return servers_->are_well() ? "" : "the sentinels and replicas do not agree on a master yet";
        } catch (const std::exception& error) {
            return error.what();
        }
    }

    std::unique_ptr<LogSource> source() const override {
        return open_redis_source({.sockets = sockets_, .password = SentinelServers::password()}, stream_);
    }

    std::vector<demo::Fault> faults() override {
        return {
            engine_fault(
                "kill-master",
                "SIGKILL to the master, which loses its data; with time the sentinels promote a replica",
                "the master runs again; without a promotion before, all servers are empty",
                [this](Random&) { return kill_master(); }),
            engine_fault("freeze-master", "SIGSTOP to the master; with time the sentinels promote a replica",
                         "SIGCONT: it wakes up, and believes that it is still master",
                         [this](Random&) { return freeze_master(/*with_sentinel=*/false); }),
            engine_fault(
                "partition-sentinel",
                "SIGSTOP to the master and to one sentinel, as if a network had parted them from the others",
                "SIGCONT: a sentinel and a master wake up that know nothing of a promotion",
                [this](Random&) { return freeze_master(/*with_sentinel=*/true); }),
            engine_fault("hand-over", "the sentinels hand over to a replica (SENTINEL FAILOVER)",
                         "the replica is master", [this](Random&) { return hand_over(); }),
            engine_fault("promote-lagging-replica",
                         "cuts the replicas off, and kills the master once it has records that they lack",
                         "the sentinels have promoted a replica; the old master runs again, empty",
                         [this](Random&) { return promote_lagging_replica(); }),
            engine_fault("kill-log-servers", "SIGKILL to the master and both replicas, which lose their data",
                         "they run again, empty", [this](Random&) { return kill_all(); })};
    }

private:
    Injection kill_master() {
        Server& master = servers_->master();
        master.redis.kill();
        return {.what = "killed the master (SIGKILL)", .repair = "it runs again", .end = [&master] {
                    master.redis.start();
                }};
    }

    Injection freeze_master(bool with_sentinel) {
        Server& master = servers_->master();
        if (with_sentinel) servers_->freeze_sentinel(cut_off_sentinel);
        master.redis.process().signal(SIGSTOP);
        return {.what = with_sentinel ? "froze the master and a sentinel (SIGSTOP)"
                                      : "froze the master (SIGSTOP)",
                .repair = "it goes on",
                .end = [this, &master, with_sentinel] {
                    master.redis.process().signal(SIGCONT);
                    if (with_sentinel) servers_->continue_sentinel(cut_off_sentinel);
                }};
    }

    Injection hand_over() {
        servers_->ask_sentinel(0, {"SENTINEL", "FAILOVER", SentinelServers::master_name});
        return {.what = "asked for a hand-over to a replica", .repair = "", .momentary = true};
    }

    Injection promote_lagging_replica() {
        Server& master = servers_->master();
        std::vector<const Server*> replicas;
        for (const Server& server : servers_->servers())
            if (&server != &master) replicas.push_back(&server);
        const auto let_follow_again = [replicas] { let_follow(replicas, SentinelServers::password()); };
        try {
            let_lag(std::as_const(master), replicas, stream_);
        } catch (...) {
            let_follow_again();
            throw;
        }
        master.redis.kill();
        return {.what = "cut the replicas off, and killed the master (SIGKILL) when it was ahead of them",
                .repair = "a replica is master",
                .end = [this, &master, let_follow_again] {
                    if (&servers_->master() == &master)
                        throw contrail::Error(contrail::Retry::call, "No replica has been promoted yet.");
                    let_follow_again();
                    master.redis.start();
                }};
    }

    Injection kill_all() {
        for (Server& server : servers_->servers()) server.redis.kill();
        return {.what = "killed all three servers (SIGKILL)", .repair = "they run again", .end = [this] {
                    for (Server& server : servers_->servers()) server.redis.start();
                }};
    }

    std::optional<SentinelServers> servers_;
    std::vector<std::filesystem::path> sockets_;
    std::string stream_;
};

}  // namespace

std::unique_ptr<LogEngine> sentinel_engine() {
    return std::make_unique<SentinelEngine>();
}

}  // namespace chaos
