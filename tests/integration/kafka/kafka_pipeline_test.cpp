// The whole way from an outbox in PostgreSQL through a topic to a consumer.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <span>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "contrail/consumer.hpp"
#include "contrail/open_log.hpp"
#include "contrail/postgres.hpp"
#include "contrail/streamer.hpp"
#include "kafka/endpoint.hpp"
#include "support/admin_kafka.hpp"
#include "support/admin_postgres.hpp"
#include "support/private_kafka.hpp"
#include "support/test_servers.hpp"

namespace contrail::test {

namespace {

Settings settings_with_topic() {
    Settings settings = fresh_settings();
    settings.log_url = "kafka://" + shared_kafka().address() + '/' + settings.stream_name;
    return settings;
}

}  // namespace

class KafkaPipeline : public ::testing::Test {
protected:
    void stage(int first, int last) {
        for (int i = first; i <= last; ++i)
            database.run("SELECT contrail.stage('create', 'ride', '" + std::to_string(i) + "')");
    }

    /// What the consumer's handler is given, until it has `count` records.
    void consume_until(std::size_t count) {
        const auto log = open_log(settings);
        const auto checkpoints = postgres_checkpoints(settings);
        std::stop_source stop;
        Consumer(ConsumerName("distance"), *log, *checkpoints,
                 [&](Transaction&, std::span<const Record> records) {
                     for (const Record& record : records) consumed.push_back(record.data);
                     if (consumed.size() >= count) stop.request_stop();
                 })
            .run(stop.get_token());
    }

    static std::vector<std::string> numbers(int last) {
        std::vector<std::string> texts;
        for (int i = 1; i <= last; ++i) texts.push_back(std::to_string(i));
        return texts;
    }

    const Settings settings = settings_with_topic();
    AdminPostgres database{settings.database_url};
    std::vector<std::string> consumed;
};

TEST_F(KafkaPipeline, AppliesEachRecordOnceThoughTheTopicIsLost) {
    std::jthread streamer([&](const std::stop_token& stop) {
        const auto outbox = postgres_outbox(settings);
        const auto log = open_log(settings);
        Streamer(*outbox, *log, system_clock(), {}).run(stop);
    });
    stage(1, 50);
    consume_until(50);

    const auto endpoint = kafka::endpoint_of(settings);
    delete_topic(endpoint.brokers, endpoint.topic);
    delete_topic(endpoint.brokers, endpoint.notes_topic());
    stage(51, 100);
    consume_until(100);

    EXPECT_EQ(consumed, numbers(100));
}

}  // namespace contrail::test
