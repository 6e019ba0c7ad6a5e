#include <gtest/gtest.h>

#include <fstream>

#include "contrail/redis.hpp"
#include "integration/failover/flow.hpp"
#include "redis/url.hpp"
#include "servers/child_process.hpp"
#include "servers/temporary_directory.hpp"
#include "support/cluster_servers.hpp"
#include "support/test_servers.hpp"

namespace contrail::test {

/// Every test leaves a cluster that is well.
class ClusterFailOver : public ::testing::Test {
protected:
    static Settings settings_in_cluster() {
        Settings settings = fresh_settings();
        settings.log_url = shared_cluster().url();
        return settings;
    }

    ClusterFailOver() { flow.wait_for_progress(); }

    const Settings settings = settings_in_cluster();
    ClusterServers& cluster = shared_cluster();
    Flow flow{settings};
};

TEST_F(ClusterFailOver, IsFollowedWithNothingLostAndNothingTwice) {
    auto& killed = cluster.kill_owner(settings.stream_name);
    flow.wait_for_progress();
    killed.redis.start();
    flow.wait_for_progress();

    EXPECT_EQ(flow.finish(), "");
    cluster.wait_until_well();
}

TEST_F(ClusterFailOver, InOrderIsFollowed) {
    for (int i = 0; i < 3; ++i) {
        cluster.hand_over(settings.stream_name);
        flow.wait_for_progress();
    }

    EXPECT_EQ(flow.finish(), "");
}

TEST_F(ClusterFailOver, IsNoWorseThanASlotThatMoves) {
    for (int i = 0; i < 3; ++i) {
        const auto before = cluster.owner(settings.stream_name).port;
        cluster.move_slot(settings.stream_name);
        flow.wait_for_progress();
        EXPECT_NE(cluster.owner(settings.stream_name).port, before);
    }

    EXPECT_EQ(flow.finish(), "");
}

// Each of two nodes takes the other one for the slot's master, as after a repair by hand that went wrong.
TEST(ClusterNodes, ThatSendClientsInACircleAreNotAskedWithoutPause) {
    ClusterServers& cluster = shared_cluster();
    const Settings settings = [&] {
        Settings made = fresh_settings();
        made.log_url = cluster.url();
        return made;
    }();
    const auto owner = cluster.owner(settings.stream_name).id();
    const std::string slot = cluster.nodes()[0].run({"CLUSTER", "KEYSLOT", settings.stream_name});
    const auto say = [&](std::size_t node, const std::string& master) {
        cluster.nodes()[node].run({"CLUSTER", "SETSLOT", slot, "NODE", master});
    };
    const auto connections = [&] {
        constexpr std::string_view field = "total_connections_received:";
        int sum = 0;
        for (const auto& node : cluster.nodes()) {
            const std::string stats = node.run({"INFO", "stats"});
            sum += std::stoi(stats.substr(stats.find(field) + field.size()));
        }
        return sum;
    };
    const auto is_master = [&](std::size_t node) {
        return cluster.nodes()[node].run({"ROLE"}).starts_with("master");
    };
    std::vector<std::size_t> masters;
    for (std::size_t node = 0; node < cluster.nodes().size(); ++node)
        if (is_master(node)) masters.push_back(node);
    for (const std::size_t node : masters)
        say(node, cluster.nodes()[node == masters[0] ? masters[1] : masters[0]].id());

    const int before = connections();
    std::string message;
    try {
        redis_log(settings)->head();
    } catch (const Error& error) {
        message = error.what();
    }
    const int asked = connections() - before - static_cast<int>(cluster.nodes().size());
    for (const std::size_t node : masters) say(node, owner);

    EXPECT_NE(message.find("send each other's clients in a circle"), std::string::npos) << message;
    // Each of three seeds leads to five others.
    EXPECT_LE(asked, 3 * 6);
    cluster.wait_until_well();
}

// All that is kept beside the stream moves with it, or scripts that change both would be refused.
TEST_F(ClusterFailOver, KeepsAllKeysOfTheLogInItsSlot) {
    EXPECT_EQ(flow.finish(), "");
    auto& owner = cluster.owner(settings.stream_name);
    const std::string slot = owner.run({"CLUSTER", "KEYSLOT", settings.stream_name});
    for (const std::string name : {":positions", ":owners", ":identity"}) {
        const std::string key = '{' + settings.stream_name + '}' + name;
        EXPECT_EQ(owner.run({"CLUSTER", "KEYSLOT", key}), slot);
        EXPECT_EQ(owner.run({"EXISTS", key}), "1") << key;
    }
}

TEST_F(ClusterFailOver, LeavesALogThatRedisPyReads) {
    cluster.hand_over(settings.stream_name);
    flow.wait_for_progress();
    ASSERT_EQ(flow.finish(), "");

    const servers::TemporaryDirectory folder;
    const auto output = servers::open_for_append(folder.path() / "output");
    const redis::Endpoint seed = redis::parse_url(cluster.url());
    servers::Command read;
    read.arguments = {"/usr/bin/python3",
                      "-B",
                      CONTRAIL_FAILOVER_TESTS "/read_cluster.py",
                      std::to_string(std::get<redis::ClusterNodes>(seed.found_by).seeds.front().port.value()),
                      seed.password.value(),
                      settings.stream_name};
    read.standard_output = output.get();
    ASSERT_TRUE(servers::run(read).success());
    std::ifstream printed(folder.path() / "output");
    std::uint64_t count = 0;
    printed >> count;
    EXPECT_EQ(count, flow.staged());
}

}  // namespace contrail::test
