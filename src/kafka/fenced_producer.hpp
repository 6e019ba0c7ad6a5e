#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/client.hpp"
#include "kafka/endpoint.hpp"
#include "kafka/handles.hpp"

namespace contrail::kafka {

/// An entry to write. The texts must stay until produce() returns.
struct Entry {
    std::string_view key;
    std::optional<std::string_view> value;  ///< Nothing: in a compacted topic, the key is dropped.
    std::int64_t timestamp_ms = 0;          ///< 0: now.
    Handle<rd_kafka_headers_t> headers{};
};

/// Writes in transactions, under a transactional id. The newest producer of an id fences the others: what they write is
/// never committed. That is the lock under which the log's head is compared.
///
/// Errors  Throws Error, and is of no use after that: destroy it, which aborts what was begun. Throws Fenced if a newer
///         producer exists. A commit that fails throws Retry::in_doubt, unless it was fenced.
class FencedProducer {
public:
    /// Fences others. When this returns, their transactions are decided.
    FencedProducer(const Endpoint& endpoint, const std::string& transactional_id);
    // librdkafka calls back into this object.
    FencedProducer(const FencedProducer&) = delete;
    FencedProducer& operator=(const FencedProducer&) = delete;

    void begin();
    void produce(const std::string& topic, Entry entry);
    /// Waits until the brokers have all that was produced. Returns the Kafka offsets, in order.
    std::vector<std::int64_t> flush();
    void commit();
    void abort();

private:
    void require_delivered() const;

    std::vector<std::int64_t> delivered_;
    rd_kafka_resp_err_t failure_ = RD_KAFKA_RESP_ERR_NO_ERROR;
    std::optional<Client> client_;
};

/// Writes notes without transactions, because the last one counts. Only flush() waits for the brokers.
class NotesProducer {
public:
    explicit NotesProducer(const Endpoint& endpoint);
    NotesProducer(const NotesProducer&) = delete;
    NotesProducer& operator=(const NotesProducer&) = delete;
    void put(const std::string& key, std::optional<std::string_view> value);
    void flush();

private:
    std::string topic_;
    rd_kafka_resp_err_t failure_ = RD_KAFKA_RESP_ERR_NO_ERROR;
    std::optional<Client> client_;
};

}  // namespace contrail::kafka
