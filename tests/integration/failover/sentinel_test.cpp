#include <gtest/gtest.h>

#include "integration/failover/flow.hpp"
#include "support/sentinel_servers.hpp"
#include "support/test_servers.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

/// Every test leaves a master that two replicas follow.
class SentinelFailOver : public ::testing::Test {
protected:
    static Settings settings() {
        Settings settings = fresh_settings();
        settings.log_url = shared_sentinels().url();
        return settings;
    }

    SentinelFailOver() { flow.wait_for_progress(); }

    SentinelServers& servers = shared_sentinels();
    Flow flow{settings()};
};

// The old master is empty, and a master in its own eyes, until the sentinels notice that it runs.
TEST_F(SentinelFailOver, IsFollowedAndTheOldMasterThatComesBackIsNotWrittenTo) {
    SentinelServers::Server& old = servers.kill_master();
    flow.wait_for_progress();
    old.redis.start();
    wait_until("the sentinels have made the old master a replica", [&] {
        const std::string state =
            old.try_to_run({"EVAL", "return {redis.call('DBSIZE'), redis.call('INFO', 'replication')}", "0"});
        if (state.find("role:master") != std::string::npos) {
            EXPECT_EQ(state.substr(0, 2), "0 ");
        }
        return state.find("role:slave") != std::string::npos;
    });
    flow.wait_for_progress();

    servers.wait_for_replicas();
    EXPECT_EQ(flow.finish(), "");
}

TEST_F(SentinelFailOver, IsFollowedWhileASentinelIsCutOff) {
    servers.freeze_sentinel(2);
    SentinelServers::Server& old = servers.kill_master();
    flow.wait_for_progress();
    servers.continue_sentinel(2);
    flow.wait_for_progress();

    EXPECT_EQ(flow.finish(), "");
    old.redis.start();
    servers.wait_for_replicas();
}

TEST_F(SentinelFailOver, OnCommandIsFollowed) {
    for (int i = 0; i < 3; ++i) {
        servers.hand_over();
        flow.wait_for_progress();
    }

    EXPECT_EQ(flow.finish(), "");
}

}  // namespace contrail::test
