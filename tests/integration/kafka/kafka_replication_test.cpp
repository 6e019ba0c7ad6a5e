// A topic with three replicas. Two of them must be in sync.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <functional>
#include <optional>

#include "contrail/error.hpp"
#include "contrail/kafka.hpp"
#include "kafka/endpoint.hpp"
#include "kafka/topics.hpp"
#include "servers/temporary_directory.hpp"
#include "support/admin_kafka.hpp"
#include "support/kafka_cluster.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

class KafkaReplication : public ::testing::Test {
protected:
    static KafkaCluster& cluster() {
        static const servers::TemporaryDirectory folder;
        static KafkaCluster brokers(folder.path());
        return brokers;
    }

    KafkaReplication() {
        kafka::create_topics(endpoint);
        set_topic(endpoint.brokers, endpoint.topic, {{"min.insync.replicas", "2"}});
        wait_until_well();
    }

    static RecordId id(std::uint64_t offset) { return {1'700'000'000'000, Offset{offset}}; }

    static std::vector<Record> records(std::uint64_t first, std::uint64_t last) {
        std::vector<Record> made;
        for (auto offset = first; offset <= last; ++offset)
            made.push_back({id(offset), "create", "ride", std::to_string(offset)});
        return made;
    }

    /// Appends up to this record as a streamer does: after a failure it goes on at the log's head.
    void append_up_to(std::uint64_t last) {
        RecordId head = log->head();
        wait_until("all is appended", [&] {
            try {
                if (head < id(last)) {
                    log->append_begin(head,
                                      records(head.offset.value + 1, std::min(head.offset.value + 10, last)));
                    head = log->append_end();
                }
            } catch (const Error& error) {
                if (error.retry() == Retry::never) throw;
                wait_until("the log answers", [&] {
                    try {
                        head = log->head();
                        return true;
                    } catch (const Error&) {
                        return false;
                    }
                });
            }
            return head == id(last);
        });
    }

    std::vector<Record> read_all(std::uint64_t last) {
        std::vector<Record> all;
        std::vector<Record> chunk;
        const auto reader = kafka_log(settings);
        wait_until("all is read", [&] {
            reader->read_begin(all.empty() ? RecordId{} : all.back().id, {}, std::chrono::milliseconds(0));
            reader->read_end(chunk);
            all.insert(all.end(), chunk.begin(), chunk.end());
            return all.size() >= last;
        });
        return all;
    }

    void wait_until_well() {
        wait_until("all replicas are in sync",
                   [&] { return topic_state(endpoint.brokers, endpoint.topic).in_sync == 3; });
    }

    const Settings settings = [] {
        static int number = 0;
        Settings made;
        made.log_url = "kafka://" + cluster().addresses() + "/replicated" + std::to_string(++number);
        return made;
    }();
    const kafka::Endpoint endpoint = kafka::endpoint_of(settings);
    const std::unique_ptr<Log> log = kafka_log(settings);
};

TEST_F(KafkaReplication, LosesAndRepeatsNothingThoughEachLeaderIsKilledInTurn) {
    std::uint64_t last = 0;
    for (int i = 0; i < 2; ++i) {
        append_up_to(last += 50);
        log->append_begin(id(last), records(last + 1, last + 10));
        auto& leader = cluster().leader(endpoint.topic);
        leader.node.kill();
        try {
            log->append_end();
        } catch (const Error& error) {
            ASSERT_NE(error.retry(), Retry::never) << error.what();
        }
        append_up_to(last += 50);
        leader.node.start();
        wait_until_well();
    }
    EXPECT_EQ(read_all(last), records(1, last));
}

TEST_F(KafkaReplication, TakesNothingWhileTooFewReplicasAreInSync) {
    append_up_to(10);
    auto& leader = cluster().leader(endpoint.topic);
    std::vector<KafkaCluster::Broker*> followers;
    for (auto& broker : cluster().brokers())
        if (&broker != &leader) followers.push_back(&broker);
    for (auto* const follower : followers) follower->node.process().signal(SIGSTOP);
    wait_until("the leader is alone",
               [&] { return topic_state(leader.address(), endpoint.topic).in_sync == 1; });

    std::optional<Error> refusal;
    try {
        log->append_begin(id(10), records(11, 20));
        log->append_end();
    } catch (const Error& error) {
        refusal = error;
    }
    for (auto* const follower : followers) follower->node.process().signal(SIGCONT);

    ASSERT_TRUE(refusal);
    EXPECT_NE(refusal->retry(), Retry::never) << refusal->what();
    wait_until_well();
    append_up_to(30);
    EXPECT_EQ(read_all(30), records(1, 30));
}

}  // namespace contrail::test
