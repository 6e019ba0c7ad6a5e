#include <gtest/gtest.h>

#include "operations/doctor/checks.hpp"
#include "unit/operations/verdicts.hpp"

namespace contrail::operations::doctor {

namespace {

/// Topics that are well, except for one setting.
TopicChecks topics(const std::string& setting = "min.insync.replicas", const std::string& value = "2",
                   int replicas = 3) {
    kafka::TopicSettings log{.topic = "rides",
                             .exists = true,
                             .replicas = replicas,
                             .values = {{"cleanup.policy", "delete"},
                                        {"retention.ms", "-1"},
                                        {"retention.bytes", "-1"},
                                        {"message.timestamp.type", "CreateTime"},
                                        {"unclean.leader.election.enable", "false"},
                                        {"max.message.bytes", "2097152"},
                                        {"min.insync.replicas", "2"}}};
    log.values[setting] = value;
    return {.brokers = "one:9092",
            .topics = {std::move(log),
                       {.topic = "rides.notes",
                        .exists = true,
                        .replicas = replicas,
                        .values = {{"cleanup.policy", "compact"}}}}};
}

}  // namespace

TEST(KafkaTopic, IsWellAsTheStreamerCreatesIt) {
    for (const char* check : {"kafka.topic", "kafka.record_size", "kafka.replicas", "kafka.notes"})
        EXPECT_EQ(verdict_of(judge(topics()), check), fine) << check;
}

TEST(KafkaTopic, DropsNothingByItself) {
    for (const auto& [setting, value] : {std::pair{"cleanup.policy", "compact"},
                                         {"retention.ms", "604800000"},
                                         {"retention.bytes", "1"},
                                         {"message.timestamp.type", "LogAppendTime"},
                                         {"unclean.leader.election.enable", "true"}}) {
        const Finding topic = finding(judge(topics(setting, value)), "kafka.topic");
        EXPECT_EQ(topic.verdict, fails) << setting;
        EXPECT_EQ(
            topic.fix.front().find("kafka-configs.sh --bootstrap-server one:9092 --alter --topic rides"), 0U);
    }
}

TEST(KafkaTopic, HasRoomForALargeRecord) {
    EXPECT_EQ(verdict_of(judge(topics("max.message.bytes", "1048588")), "kafka.record_size"), warns);
}

TEST(KafkaTopic, OutlivesABroker) {
    EXPECT_EQ(verdict_of(judge(topics("min.insync.replicas", "1")), "kafka.replicas"), warns);
    EXPECT_EQ(verdict_of(judge(topics("min.insync.replicas", "3")), "kafka.replicas"), warns);
    EXPECT_EQ(verdict_of(judge(topics("min.insync.replicas", "1", 1)), "kafka.replicas"), warns);
}

TEST(KafkaTopic, MayBeMissing) {
    TopicChecks none = topics();
    none.topics.front().exists = false;
    EXPECT_EQ(verdict_of(judge(none), "kafka.topic"), fine);
}

}  // namespace contrail::operations::doctor
