#include "kafka/topics.hpp"

#include <array>
#include <initializer_list>
#include <utility>

#include "kafka/administer.hpp"
#include "kafka/client.hpp"
#include "kafka/errors.hpp"
#include "kafka/partition_reader.hpp"

namespace contrail::kafka {

namespace {

using TopicSetting = std::pair<const char*, const char*>;

void create_topic(const Client& client, const std::string& name,
                  std::initializer_list<TopicSetting> settings) {
    constexpr int as_the_brokers_say = -1;
    std::array<char, 256> problem{};
    const Handle<rd_kafka_NewTopic_t> topic(
        rd_kafka_NewTopic_new(name.c_str(), 1, as_the_brokers_say, problem.data(), problem.size()));
    if (!topic) throw_error(RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION, problem.data());
    for (const auto& [setting, value] : settings)
        throw_if_failed(rd_kafka_NewTopic_set_config(topic.get(), setting, value));

    const auto answer = administer(client, RD_KAFKA_ADMIN_OP_CREATETOPICS, [&](auto* options, auto* answers) {
        rd_kafka_NewTopic_t* created = topic.get();
        rd_kafka_CreateTopics(client.get(), &created, 1, options, answers);
    });
    std::size_t count = 0;
    const auto* const* results =
        rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(answer.get()), &count);
    const auto code = rd_kafka_topic_result_error(results[0]);
    if (code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) return;  // another process was first
    const char* const text = rd_kafka_topic_result_error_string(results[0]);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) throw_error(code, text == nullptr ? "" : text);
}

/// A topic is created before its leader knows of it.
void wait_for_leader(const Endpoint& endpoint, const std::string& topic) {
    const auto deadline = std::chrono::steady_clock::now() + call_time_max;
    for (;;) {
        try {
            if (PartitionReader(endpoint, topic, fetching_few).extent()) return;
        } catch (const Error& error) {
            if (error.retry() == Retry::never || std::chrono::steady_clock::now() > deadline) throw;
        }
        if (std::chrono::steady_clock::now() > deadline) throw_error(RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE);
    }
}

/// Creates a topic that is missing.
void provide_topic(const Client& client, const Endpoint& endpoint, const std::string& name,
                   std::initializer_list<TopicSetting> settings) {
    if (client.has_topic(name)) return;
    create_topic(client, name, settings);
    wait_for_leader(endpoint, name);
}

}  // namespace

// Retention by age or size would drop what a consumer needs, and records that are filled again would be old at once.
// A record takes up to 1 MiB and its headers: more than Kafka's own limit. An unclean election loses committed records;
// Contrail fills them again, but other readers of the topic would not notice.
void create_topics(const Endpoint& endpoint) {
    const Client client(RD_KAFKA_PRODUCER, endpoint, {});
    provide_topic(client, endpoint, endpoint.topic,
                  {{"cleanup.policy", "delete"},
                   {"retention.ms", "-1"},
                   {"retention.bytes", "-1"},
                   {"message.timestamp.type", "CreateTime"},
                   {"max.message.bytes", "2097152"},
                   {"unclean.leader.election.enable", "false"}});
    provide_topic(client, endpoint, endpoint.notes_topic(),
                  {{"cleanup.policy", "compact"}, {"segment.bytes", "16777216"}, {"segment.ms", "3600000"}});
}

void delete_before(const Endpoint& endpoint, std::int64_t kafka_offset) {
    const Client client(RD_KAFKA_PRODUCER, endpoint, {});
    const Handle<rd_kafka_topic_partition_list_t> places(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(places.get(), endpoint.topic.c_str(), 0)->offset = kafka_offset;
    const Handle<rd_kafka_DeleteRecords_t> request(rd_kafka_DeleteRecords_new(places.get()));
    const auto answer =
        administer(client, RD_KAFKA_ADMIN_OP_DELETERECORDS, [&](auto* options, auto* answers) {
            rd_kafka_DeleteRecords_t* deleted = request.get();
            rd_kafka_DeleteRecords(client.get(), &deleted, 1, options, answers);
        });
    const auto* const results =
        rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(answer.get()));
    throw_if_failed(results->elems[0].err);
}

}  // namespace contrail::kafka
