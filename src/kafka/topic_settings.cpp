#include "kafka/topic_settings.hpp"

#include <chrono>

#include "kafka/administer.hpp"
#include "kafka/client.hpp"
#include "kafka/errors.hpp"

namespace contrail::kafka {

namespace {

int replicas_of(const Client& client, const std::string& topic) {
    const Handle<rd_kafka_topic_t> handle(rd_kafka_topic_new(client.get(), topic.c_str(), nullptr));
    const rd_kafka_metadata_t* metadata = nullptr;
    throw_if_failed(rd_kafka_metadata(client.get(), 0, handle.get(), &metadata, call_patience()));
    const Handle<const rd_kafka_metadata_t> owned(metadata);
    return metadata->topics[0].partition_cnt > 0 ? metadata->topics[0].partitions[0].replica_cnt : 0;
}

void read_values(const Client& client, TopicSettings& settings) {
    const Handle<rd_kafka_ConfigResource_t> asked(
        rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, settings.topic.c_str()));
    const auto answer =
        administer(client, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, [&](auto* options, auto* answers) {
            rd_kafka_ConfigResource_t* resource = asked.get();
            rd_kafka_DescribeConfigs(client.get(), &resource, 1, options, answers);
        });
    std::size_t count = 0;
    const auto* const* found = rd_kafka_DescribeConfigs_result_resources(
        rd_kafka_event_DescribeConfigs_result(answer.get()), &count);
    const auto code = rd_kafka_ConfigResource_error(found[0]);
    const char* const text = rd_kafka_ConfigResource_error_string(found[0]);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) throw_error(code, text == nullptr ? "" : text);
    const auto* const* entries = rd_kafka_ConfigResource_configs(found[0], &count);
    for (std::size_t i = 0; i < count; ++i)
        if (const char* const value = rd_kafka_ConfigEntry_value(entries[i]))
            settings.values.emplace(rd_kafka_ConfigEntry_name(entries[i]), value);
}

TopicSettings settings_of(const Client& client, const std::string& topic) {
    TopicSettings settings{.topic = topic, .exists = client.has_topic(topic)};
    if (!settings.exists) return settings;
    settings.replicas = replicas_of(client, topic);
    read_values(client, settings);
    return settings;
}

}  // namespace

std::vector<TopicSettings> topic_settings(const Endpoint& endpoint) {
    try {
        const Client client(RD_KAFKA_PRODUCER, endpoint, {});
        return {settings_of(client, endpoint.topic), settings_of(client, endpoint.notes_topic())};
    } catch (const Error& error) {
        throw whole_error("read the settings of", endpoint, error);
    }
}

}  // namespace contrail::kafka
