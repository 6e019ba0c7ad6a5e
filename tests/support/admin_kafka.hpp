#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace contrail::test {

/// How many brokers those at `host:port,…` know of; 0 if none answers.
int kafka_brokers(const std::string& addresses);

/// Who has the one partition of a topic.
struct KafkaTopicState {
    bool exists = false;
    int leader = -1;  ///< The broker's number; -1: there is none.
    int in_sync = 0;  ///< The number of replicas in sync.
};
KafkaTopicState topic_state(const std::string& addresses, const std::string& topic);

/// Sets what Contrail sets of a log's topic, and these settings besides or instead.
void set_topic(const std::string& addresses, const std::string& topic,
               std::map<std::string, std::string> settings);
/// Lets a replica lead that lacks the last records, if no other is left.
void allow_unclean_election(const std::string& addresses, const std::string& topic);

/// The Kafka offset after the topic's last entry, committed or not.
std::int64_t end_of_topic(const std::string& addresses, const std::string& topic);

/// Asks for the deletion of a topic, and does not wait for its end. Does nothing if there is none.
void request_deletion(const std::string& broker, const std::string& topic);
/// Deletes a topic, and returns once the broker knows it no more. Does nothing if there is none.
void delete_topic(const std::string& broker, const std::string& topic);

/// Writes an entry as another program would: outside any transaction.
void write_foreign_entry(const std::string& broker, const std::string& topic, const std::string& key);

}  // namespace contrail::test
