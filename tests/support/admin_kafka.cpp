#include "support/admin_kafka.hpp"

#include <utility>

#include "kafka/administer.hpp"
#include "kafka/client.hpp"
#include "kafka/errors.hpp"
#include "support/wait_until.hpp"

namespace contrail::test {

namespace {

kafka::Client client_of(const std::string& broker) {
    return {RD_KAFKA_PRODUCER, kafka::Endpoint{.brokers = broker, .topic = "", .settings = {}}, {}};
}

}  // namespace

int kafka_brokers(const std::string& addresses) {
    const kafka::Client client = client_of(addresses);
    const rd_kafka_metadata_t* metadata = nullptr;
    const auto answer = rd_kafka_metadata(client.get(), 0, nullptr, &metadata, 1'000);
    const kafka::Handle<const rd_kafka_metadata_t> owned(metadata);
    return answer == RD_KAFKA_RESP_ERR_NO_ERROR ? metadata->broker_cnt : 0;
}

KafkaTopicState topic_state(const std::string& addresses, const std::string& topic) {
    const kafka::Client client = client_of(addresses);
    const kafka::Handle<rd_kafka_topic_t> handle(rd_kafka_topic_new(client.get(), topic.c_str(), nullptr));
    const rd_kafka_metadata_t* metadata = nullptr;
    const auto answer = rd_kafka_metadata(client.get(), 0, handle.get(), &metadata, 5'000);
    const kafka::Handle<const rd_kafka_metadata_t> owned(metadata);
    kafka::throw_if_failed(answer);
    const auto& found = metadata->topics[0];
    if (found.partition_cnt == 0) return {};
    return {.exists = true, .leader = found.partitions[0].leader, .in_sync = found.partitions[0].isr_cnt};
}

void allow_unclean_election(const std::string& addresses, const std::string& topic) {
    set_topic(addresses, topic, {{"unclean.leader.election.enable", "true"}});
}

void set_topic(const std::string& addresses, const std::string& topic,
               std::map<std::string, std::string> settings) {
    const kafka::Client client = client_of(addresses);
    const kafka::Handle<rd_kafka_ConfigResource_t> resource(
        rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
    // The request replaces all that was set, so it repeats what Contrail sets.
    settings.insert({{"cleanup.policy", "delete"},
                     {"retention.ms", "-1"},
                     {"retention.bytes", "-1"},
                     {"max.message.bytes", "2097152"}});
    for (const auto& [name, value] : settings)
        kafka::throw_if_failed(
            rd_kafka_ConfigResource_set_config(resource.get(), name.c_str(), value.c_str()));
    const auto answer =
        kafka::administer(client, RD_KAFKA_ADMIN_OP_ALTERCONFIGS, [&](auto* options, auto* answers) {
            rd_kafka_ConfigResource_t* changed = resource.get();
            rd_kafka_AlterConfigs(client.get(), &changed, 1, options, answers);
        });
    std::size_t count = 0;
    const auto* const* results =
        rd_kafka_AlterConfigs_result_resources(rd_kafka_event_AlterConfigs_result(answer.get()), &count);
    kafka::throw_if_failed(rd_kafka_ConfigResource_error(results[0]));
}

std::int64_t end_of_topic(const std::string& addresses, const std::string& topic) {
    const kafka::Client client = client_of(addresses);
    std::int64_t begin = 0;
    std::int64_t end = 0;
    kafka::throw_if_failed(
        rd_kafka_query_watermark_offsets(client.get(), topic.c_str(), 0, &begin, &end, 5'000));
    return end;
}

void request_deletion(const std::string& broker, const std::string& topic) {
    const kafka::Client client = client_of(broker);
    const kafka::Handle<rd_kafka_queue_t> answers(rd_kafka_queue_new(client.get()));
    rd_kafka_DeleteTopic_t* deleted = rd_kafka_DeleteTopic_new(topic.c_str());
    rd_kafka_DeleteTopics(client.get(), &deleted, 1, nullptr, answers.get());
    rd_kafka_DeleteTopic_destroy(deleted);
    const kafka::Handle<rd_kafka_event_t> answer(rd_kafka_queue_poll(answers.get(), 60'000));
}

void delete_topic(const std::string& broker, const std::string& topic) {
    const kafka::Client client = client_of(broker);
    request_deletion(broker, topic);
    wait_until("the topic " + topic + " is gone", [&] { return !client.has_topic(topic); });
}

void write_foreign_entry(const std::string& broker, const std::string& topic, const std::string& key) {
    const kafka::Client client = client_of(broker);
    const kafka::Handle<rd_kafka_topic_t> handle(rd_kafka_topic_new(client.get(), topic.c_str(), nullptr));
    std::string value = "foreign";
    rd_kafka_produce(handle.get(), 0, RD_KAFKA_MSG_F_COPY, value.data(), value.size(), key.data(), key.size(),
                     nullptr);
    kafka::throw_if_failed(rd_kafka_flush(client.get(), 60'000));
}

}  // namespace contrail::test
