#pragma once

#include <librdkafka/rdkafka.h>

#include <memory>

namespace contrail::kafka {

/// Destroys a handle. Waits for a second at most: librdkafka 2.0.2 may wait without end if the topic of a reader was
/// deleted (librdkafka #3007). Such a handle is left to a thread of its own.
void destroy_in_time(rd_kafka_t* handle) noexcept;

/// How librdkafka wants its objects back.
struct Destroy {
    void operator()(rd_kafka_t* handle) const noexcept { destroy_in_time(handle); }
    void operator()(rd_kafka_conf_t* conf) const noexcept { rd_kafka_conf_destroy(conf); }
    void operator()(rd_kafka_topic_t* topic) const noexcept { rd_kafka_topic_destroy(topic); }
    void operator()(rd_kafka_message_t* message) const noexcept { rd_kafka_message_destroy(message); }
    void operator()(rd_kafka_error_t* error) const noexcept { rd_kafka_error_destroy(error); }
    void operator()(rd_kafka_queue_t* queue) const noexcept { rd_kafka_queue_destroy(queue); }
    void operator()(rd_kafka_event_t* event) const noexcept { rd_kafka_event_destroy(event); }
    void operator()(rd_kafka_headers_t* headers) const noexcept { rd_kafka_headers_destroy(headers); }
    void operator()(rd_kafka_NewTopic_t* topic) const noexcept { rd_kafka_NewTopic_destroy(topic); }
    void operator()(rd_kafka_ConfigResource_t* resource) const noexcept {
        rd_kafka_ConfigResource_destroy(resource);
    }
    void operator()(rd_kafka_AdminOptions_t* options) const noexcept {
        rd_kafka_AdminOptions_destroy(options);
    }
    void operator()(rd_kafka_DeleteRecords_t* records) const noexcept {
        rd_kafka_DeleteRecords_destroy(records);
    }
    void operator()(rd_kafka_topic_partition_list_t* list) const noexcept {
        rd_kafka_topic_partition_list_destroy(list);
    }
    void operator()(const rd_kafka_metadata_t* metadata) const noexcept {
        rd_kafka_metadata_destroy(metadata);
    }
};

template <class Object>
using Handle = std::unique_ptr<Object, Destroy>;

}  // namespace contrail::kafka
