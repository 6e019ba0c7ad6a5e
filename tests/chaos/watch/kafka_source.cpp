#include "chaos/watch/kafka_source.hpp"

#include <librdkafka/rdkafka.h>

#include <array>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>

#include "contrail/error.hpp"

namespace chaos {

using contrail::Record;
using contrail::RecordId;

namespace {

constexpr std::size_t entries_per_read = 1'000;
constexpr int entry_wait_ms = 100;
constexpr int answer_wait_ms = 5'000;

/// On a thread of its own: librdkafka may wait without end for a topic that was deleted.
void destroy_later(rd_kafka_t* consumer) {
    std::thread([consumer] {
        rd_kafka_destroy_flags(consumer, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    }).detach();
}

template <class Object, void (*destroy)(Object*)>
struct Destroy {
    void operator()(Object* object) const { destroy(object); }
};
using Consumer = std::unique_ptr<rd_kafka_t, Destroy<rd_kafka_t, destroy_later>>;
using Message = std::unique_ptr<rd_kafka_message_t, Destroy<rd_kafka_message_t, rd_kafka_message_destroy>>;
using Places =
    std::unique_ptr<rd_kafka_topic_partition_list_t,
                    Destroy<rd_kafka_topic_partition_list_t, rd_kafka_topic_partition_list_destroy>>;

contrail::Error reader_failure(const std::string& what) {
    return {contrail::Retry::call, "The reader of the topic failed: " + what};
}

Consumer make_consumer(const std::string& brokers) {
    std::array<char, 512> problem{};
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    constexpr std::pair<const char*, const char*> settings[] = {{"group.id", "watcher"},
                                                                {"enable.auto.commit", "false"},
                                                                {"isolation.level", "read_committed"},
                                                                {"auto.offset.reset", "error"},
                                                                {"enable.partition.eof", "true"},
                                                                {"reconnect.backoff.max.ms", "1000"}};
    rd_kafka_conf_set(conf, "bootstrap.servers", brokers.c_str(), problem.data(), problem.size());
    for (const auto& [name, value] : settings)
        if (rd_kafka_conf_set(conf, name, value, problem.data(), problem.size()) != RD_KAFKA_CONF_OK)
            throw reader_failure(problem.data());
    rd_kafka_conf_set_log_cb(conf, nullptr);
    Consumer consumer(rd_kafka_new(RD_KAFKA_CONSUMER, conf, problem.data(), problem.size()));
    if (!consumer) throw reader_failure(problem.data());
    rd_kafka_poll_set_consumer(consumer.get());
    return consumer;
}

std::string bytes_text(const void* bytes, std::size_t size) {
    return bytes == nullptr ? "" : std::string(static_cast<const char*>(bytes), size);
}

std::optional<std::string> header(const rd_kafka_message_t& message, const char* name) {
    rd_kafka_headers_t* headers = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR ||
        rd_kafka_header_get_last(headers, name, &value, &size) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return std::nullopt;
    return bytes_text(value, size);
}

Record record_of(const rd_kafka_message_t& message) {
    return {.id = RecordId::parse(bytes_text(message.key, message.key_len)).value_or(RecordId{}),
            .action = header(message, "action").value_or(""),
            .object = header(message, "object").value_or(""),
            .data = bytes_text(message.payload, message.len),
            .key = header(message, "key"),
            .headers = header(message, "headers")};
}

class KafkaSource : public LogSource {
public:
    KafkaSource(const std::string& brokers, std::string topic)
        : topic_(std::move(topic)),
          consumer_(make_consumer(brokers)) {
        seek_to_beginning();
    }

    std::vector<Record> read(RecordId after) override {
        if (after != at_) seek_to_beginning();
        std::vector<Record> records;
        while (records.size() < entries_per_read) {
            std::optional<Record> record = next(records.empty() ? entry_wait_ms : 0);
            if (!record) break;
            if (record->id <= after && record->id.offset.value != 0) continue;  // on the way to its place
            if (record->id.offset != at_or(after).offset.next() && !from_beginning_) {
                seek_to_beginning();
                records.clear();
                continue;
            }
            from_beginning_ = false;
            at_ = record->id;
            records.push_back(std::move(*record));
        }
        // At the end, nothing that follows is missing.
        if (records.empty()) at_ = after;
        return records;
    }

private:
    [[nodiscard]] RecordId at_or(RecordId after) const { return at_.value_or(after); }

    void seek_to_beginning() {
        const Places places(rd_kafka_topic_partition_list_new(1));
        rd_kafka_topic_partition_list_add(places.get(), topic_.c_str(), 0)->offset =
            RD_KAFKA_OFFSET_BEGINNING;
        if (const auto code = rd_kafka_assign(consumer_.get(), places.get());
            code != RD_KAFKA_RESP_ERR_NO_ERROR)
            throw reader_failure(rd_kafka_err2str(code));
        from_beginning_ = true;
        at_end_ = false;
        at_.reset();
    }

    /// Nothing: the end of the topic, or with `wait_ms` 0 none that is there. Throws Error if no broker answers.
    std::optional<Record> next(int wait_ms) {
        const bool must_know = wait_ms > 0 && !at_end_;
        const Message message(rd_kafka_consumer_poll(consumer_.get(), must_know ? answer_wait_ms : wait_ms));
        if (!message && must_know) throw reader_failure("no broker answers");
        if (!message) return std::nullopt;
        at_end_ = message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
        if (at_end_) return std::nullopt;
        if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR)
            throw reader_failure(rd_kafka_message_errstr(message.get()));
        return record_of(*message);
    }

    std::string topic_;
    Consumer consumer_;
    std::optional<RecordId> at_;  ///< What was read last.
    bool at_end_ = false;
    bool from_beginning_ = true;  ///< The next record that counts was looked for from the beginning.
};

}  // namespace

std::unique_ptr<LogSource> open_kafka_source(const std::string& brokers, const std::string& topic) {
    return std::make_unique<KafkaSource>(brokers, topic);
}

}  // namespace chaos
