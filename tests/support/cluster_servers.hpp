#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <string>
#include <vector>

#include "servers/private_redis.hpp"
#include "support/admin_redis.hpp"

namespace contrail::test {

/// A Redis Cluster of three masters and three replicas on loopback, with a password. Which node is master of a slot
/// changes.
///
/// Lifetime  The servers end with this object, and with the thread that started them.
class ClusterServers {
public:
    /// A node of the cluster.
    struct Node {
        Node(const std::filesystem::path& folder, std::uint16_t at_port, std::chrono::milliseconds timeout);

        std::uint16_t port;
        servers::PrivateRedis redis;

        /// The reply; empty if the node is away, or closes its connections as it changes its role.
        std::string try_to_run(const std::vector<std::string>& command) const;
        /// Throws std::runtime_error at an error.
        std::string run(const std::vector<std::string>& command) const;
        std::string id() const { return run({"CLUSTER", "MYID"}); }
    };

    struct Options {
        std::filesystem::path folder;  ///< For data and logs.
        /// How long a node is silent before the others call it down. By default so long that no busy machine makes a
        /// node look dead, which would be a fail-over that no test asked for.
        std::chrono::milliseconds node_timeout{5'000};
    };

    /// Returns once every node knows which one serves each slot, and every master has a replica.
    explicit ClusterServers(const Options& options);

    /// `redis+cluster://:…@127.0.0.1:port,…`: some of the nodes.
    [[nodiscard]] std::string url() const;

    /// The master of the key's slot. Waits until there is one.
    Node& owner(const std::string& key);

    /// SIGKILL for the master of the key's slot. Returns once another node has the slot. The killed one stays away.
    Node& kill_owner(const std::string& key);

    /// The node that replicates `master`.
    Node& replica_of(const Node& master);
    /// Has the replica take over from its master, in order.
    void take_over(Node& replica);
    /// The same for the key's slot. Returns once all is well.
    void hand_over(const std::string& key);

    /// A slot on its way from one master to another. Its keys are moved one by one.
    struct Move {
        std::string slot;
        Node* from;
        Node* to;
    };
    Move begin_to_move_slot(const std::string& key);
    /// False: there is no key left to move.
    static bool move_one_key(const Move& move);
    static void finish(const Move& move);
    /// Moves the key's slot to another master, key by key, while clients go on. Returns once all is well.
    void move_slot(const std::string& key);

    [[nodiscard]] std::deque<Node>& nodes() { return nodes_; }
    /// The password of every node.
    [[nodiscard]] static std::string password();

    /// True if every node sees the cluster as well, and every master has a replica that follows it.
    [[nodiscard]] bool is_well() const;
    void wait_until_well() const;

private:
    [[nodiscard]] static std::string nodes_as_seen_by(const Node& node) {
        return node.try_to_run({"CLUSTER", "NODES"});
    }

    std::deque<Node> nodes_;
};

/// The ones that all tests of a program share. Call from the main thread only.
ClusterServers& shared_cluster();

}  // namespace contrail::test
