#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contrail/error.hpp"
#include "contrail/kafka.hpp"
#include "kafka/endpoint.hpp"

namespace contrail::test {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Pair;

namespace {

kafka::Endpoint endpoint(const std::string& url) {
    Settings settings;
    settings.log_url = url;
    settings.stream_name = "rides";
    return kafka::endpoint_of(settings);
}

std::string refusal(const std::string& url) {
    Settings settings;
    settings.log_url = url;
    try {
        kafka_log(settings)->head();
    } catch (const Error& error) {
        EXPECT_EQ(error.retry(), Retry::never);
        return error.what();
    }
    return "accepted";
}

}  // namespace

TEST(KafkaEndpoint, NamesBrokersAndTopic) {
    const auto found = endpoint("kafka://one,two:7000/ships");
    EXPECT_EQ(found.brokers, "one:9092,two:7000");
    EXPECT_EQ(found.topic, "ships");
    EXPECT_EQ(found.notes_topic(), "ships.notes");
    EXPECT_THAT(found.settings, Contains(Pair("security.protocol", "PLAINTEXT")));
}

TEST(KafkaEndpoint, TakesTheLogsNameWhereTheUrlNamesNoTopic) {
    EXPECT_EQ(endpoint("kafka://one").topic, "rides");
    EXPECT_EQ(endpoint("kafka://one/").topic, "rides");
}

TEST(KafkaEndpoint, LogsInWithTheUsersPassword) {
    const auto found = endpoint("kafka+ssl://ann:s3%2Fcret@one/rides?sasl.mechanisms=SCRAM-SHA-512");
    EXPECT_THAT(found.settings, Contains(Pair("security.protocol", "SASL_SSL")));
    EXPECT_THAT(found.settings, Contains(Pair("sasl.username", "ann")));
    EXPECT_THAT(found.settings, Contains(Pair("sasl.password", "s3/cret")));
    EXPECT_THAT(found.settings, Contains(Pair("sasl.mechanisms", "SCRAM-SHA-512")));
    EXPECT_THAT(endpoint("kafka+ssl://one").settings, Contains(Pair("security.protocol", "SSL")));
}

TEST(KafkaEndpoint, RefusesWhatItDoesNotUnderstand) {
    EXPECT_THAT(refusal("kafka://one/a/b"), HasSubstr("a topic with a slash"));
    EXPECT_THAT(refusal("kafka://"), HasSubstr("names no host"));
    EXPECT_THAT(refusal("kafka://127.0.0.1:1/rides?no.such.setting=1"), HasSubstr("librdkafka refuses"));
    EXPECT_THAT(refusal("redis://one"), HasSubstr("kafka://"));
}

}  // namespace contrail::test
