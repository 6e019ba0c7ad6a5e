#include "support/cluster_servers.hpp"

#include <algorithm>
#include <stdexcept>

#include "servers/temporary_directory.hpp"
#include "support/free_port.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

namespace {

constexpr auto node_password = "clusterpassword";
constexpr std::size_t masters = 3;
constexpr std::size_t slots = 16'384;

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

ClusterServers::Node::Node(const std::filesystem::path& folder, std::uint16_t at_port,
                           std::chrono::milliseconds timeout)
    : port(at_port),
      redis({.data_dir = folder,
             .append_only = false,
             .settings = {{"cluster-enabled", "yes"},
                          {"cluster-node-timeout", std::to_string(timeout.count())},
                          {"masterauth", node_password},
                          {"repl-diskless-sync-delay", "0"},
                          {"repl-ping-replica-period", "1"}},
             .tcp = servers::TcpAccess{at_port, node_password}}) {}

std::string ClusterServers::Node::run(const std::vector<std::string>& command) const {
    return AdminRedis(redis.tcp_url()).run(command);
}

std::string ClusterServers::Node::try_to_run(const std::vector<std::string>& command) const {
    try {
        return run(command);
    } catch (const std::runtime_error&) {
        return "";
    }
}

std::string ClusterServers::password() {
    return node_password;
}

ClusterServers::ClusterServers(const Options& options) {
    for (std::size_t i = 0; i < 2 * masters; ++i)
        nodes_.emplace_back(options.folder / std::to_string(i), free_port_with_bus(), options.node_timeout);
    for (std::size_t i = 0; i < masters; ++i) {
        std::vector<std::string> share{"CLUSTER", "ADDSLOTS"};  // Redis before 7 has no ADDSLOTSRANGE
        for (std::size_t slot = i * slots / masters; slot < (i + 1) * slots / masters; ++slot)
            share.push_back(std::to_string(slot));
        nodes_[i].run(share);
        nodes_[i].run({"CLUSTER", "SET-CONFIG-EPOCH", std::to_string(i + 1)});
    }
    for (const Node& node : nodes_)
        node.run({"CLUSTER", "MEET", "127.0.0.1", std::to_string(nodes_.front().port)});
    for (std::size_t i = masters; i < nodes_.size(); ++i) {
        const std::string master = nodes_[i - masters].id();
        wait_until("the replica knows its master", [&] {
            return contains(nodes_as_seen_by(nodes_[i]), master) &&
                   nodes_[i].try_to_run({"CLUSTER", "REPLICATE", master}) == "OK";
        });
    }
    wait_until_well();
}

std::string ClusterServers::url() const {
    std::string hosts;
    for (std::size_t i = 0; i < nodes_.size(); i += 2)
        hosts += (hosts.empty() ? "127.0.0.1:" : ",127.0.0.1:") + std::to_string(nodes_[i].port);
    return "redis+cluster://:" + std::string(node_password) + '@' + hosts;
}

ClusterServers::Node& ClusterServers::owner(const std::string& key) {
    Node* found = nullptr;
    wait_until("a node serves the slot of " + key, [&] {
        for (Node& node : nodes_) {
            const std::string exists = node.try_to_run({"EXISTS", key});  // an error at all others
            if (!exists.empty()) found = &node;
        }
        return found != nullptr;
    });
    return *found;
}

ClusterServers::Node& ClusterServers::kill_owner(const std::string& key) {
    Node& old = owner(key);
    old.redis.kill();
    owner(key);
    return old;
}

ClusterServers::Node& ClusterServers::replica_of(const Node& master) {
    const std::string id = master.id();
    const auto replica = std::ranges::find_if(
        nodes_, [&](const Node& node) { return contains(nodes_as_seen_by(node), "myself,slave " + id); });
    if (replica == nodes_.end()) throw std::runtime_error("no node replicates the master " + id);
    return *replica;
}

void ClusterServers::take_over(Node& replica) {
    // A replica that begins is not done: it gives up if the master does not pause in time. So it is asked again.
    wait_until("the replica has taken over", [&] {
        if (contains(replica.try_to_run({"ROLE"}), "master")) return true;
        replica.try_to_run({"CLUSTER", "FAILOVER"});
        return false;
    });
}

void ClusterServers::hand_over(const std::string& key) {
    take_over(replica_of(owner(key)));
    wait_until_well();
}

ClusterServers::Move ClusterServers::begin_to_move_slot(const std::string& key) {
    Node& from = owner(key);
    const std::string slot = from.run({"CLUSTER", "KEYSLOT", key});
    const auto to = std::ranges::find_if(nodes_, [&](const Node& node) {
        return &node != &from && contains(nodes_as_seen_by(node), "myself,master");
    });
    to->run({"CLUSTER", "SETSLOT", slot, "IMPORTING", from.id()});
    from.run({"CLUSTER", "SETSLOT", slot, "MIGRATING", to->id()});
    return {.slot = slot, .from = &from, .to = &*to};
}

bool ClusterServers::move_one_key(const Move& move) {
    const std::string key = move.from->run({"CLUSTER", "GETKEYSINSLOT", move.slot, "1"});
    if (key.empty()) return false;
    move.from->run(
        {"MIGRATE", "127.0.0.1", std::to_string(move.to->port), key, "0", "60000", "AUTH", node_password});
    return true;
}

void ClusterServers::finish(const Move& move) {
    while (move_one_key(move)) {
    }
    const std::string to = move.to->id();
    move.to->run({"CLUSTER", "SETSLOT", move.slot, "NODE", to});
    move.from->run({"CLUSTER", "SETSLOT", move.slot, "NODE", to});
}

void ClusterServers::move_slot(const std::string& key) {
    finish(begin_to_move_slot(key));
    wait_until_well();
}

bool ClusterServers::is_well() const {
    return std::ranges::all_of(nodes_, [](const Node& node) {
        const std::string info = node.try_to_run({"CLUSTER", "INFO"});
        const std::string role = node.try_to_run({"INFO", "replication"});
        const bool followed = contains(role, "role:master") ? contains(role, "state=online")
                                                            : contains(role, "master_link_status:up");
        return contains(info, "cluster_state:ok") && contains(info, "cluster_slots_ok:16384") &&
               contains(info, "cluster_known_nodes:6") && followed;
    });
}

void ClusterServers::wait_until_well() const {
    wait_until("every node sees the whole cluster", [this] { return is_well(); });
}

ClusterServers& shared_cluster() {
    static const servers::TemporaryDirectory folder;
    static ClusterServers servers({.folder = folder.path()});
    return servers;
}

}  // namespace contrail::test
