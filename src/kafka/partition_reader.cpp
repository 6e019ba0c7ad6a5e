#include "kafka/partition_reader.hpp"

#include <utility>

#include "kafka/errors.hpp"

namespace contrail::kafka {

namespace {

/// Of a topic's entries: the first (RD_KAFKA_OFFSET_BEGINNING), or the one after the last that is decided. Nothing:
/// there is no such topic. rd_kafka_query_watermark_offsets() tells the same in one call, but has no limit: while a
/// broker is silent it repeats its request, whatever time it was given.
std::optional<std::int64_t> end_of_extent(const Client& client, const std::string& topic,
                                          std::int64_t which) {
    const Handle<rd_kafka_topic_partition_list_t> places(rd_kafka_topic_partition_list_new(1));
    auto* const place = rd_kafka_topic_partition_list_add(places.get(), topic.c_str(), 0);
    place->offset = which;
    const auto answer = rd_kafka_offsets_for_times(client.get(), places.get(), call_patience());
    const auto code = answer == RD_KAFKA_RESP_ERR_NO_ERROR ? place->err : answer;
    if (code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
        code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION)
        return std::nullopt;
    throw_if_failed(code);
    return place->offset;
}

}  // namespace

// A short queue of fetched messages backs off each time it is full, which limits a reader to a tenth of its rate.
// auto.offset.reset: a place that the topic does not have is an error here, never a silent jump.
// group.id is needed to assign a partition; the reader joins no group.
Client PartitionReader::make_client() const {
    return {RD_KAFKA_CONSUMER,
            endpoint_,
            {{"group.id", "contrail"},
             {"enable.auto.commit", "false"},
             {"isolation.level", "read_committed"},
             {"auto.offset.reset", "error"},
             {"enable.partition.eof", "true"},
             {"queued.min.messages", "1000000"},
             {"queued.max.messages.kbytes", "65536"},
             {"max.partition.fetch.bytes", std::to_string(fetching_.bytes_max)},
             {"fetch.wait.max.ms", std::to_string(fetching_.end_wait.count())}}};
}

PartitionReader::PartitionReader(const Endpoint& endpoint, std::string topic, Fetching fetching)
    : endpoint_(endpoint),
      topic_(std::move(topic)),
      fetching_(fetching),
      client_(make_client()) {}

std::optional<Extent> PartitionReader::extent() {
    if (!topic_seen_ && !client_.has_topic(topic_)) return std::nullopt;
    topic_seen_ = true;
    const auto begin = end_of_extent(client_, topic_, RD_KAFKA_OFFSET_BEGINNING);
    const auto end = begin ? end_of_extent(client_, topic_, RD_KAFKA_OFFSET_END) : std::nullopt;
    if (!end) {
        topic_seen_ = false;
        return std::nullopt;
    }
    return Extent{.begin = *begin, .end = *end};
}

// A handle assigns the partition once. librdkafka 2.0.2 ends the process (an assertion on rktp_started) if a partition
// is assigned again, or its handle is destroyed, while it still stops to fetch for an assignment before. A seek fails
// where the topic was created again. rd_kafka_seek_partitions() does not do: it takes milliseconds for microseconds.
void PartitionReader::seek(std::int64_t kafka_offset) {
    found_end_.reset();
    if (std::exchange(rests_, false)) pause_or_resume(rd_kafka_resume_partitions);
    if (is_assigned_ && jump(kafka_offset)) return;
    if (is_assigned_) client_ = make_client();
    const Handle<rd_kafka_topic_partition_list_t> places(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(places.get(), topic_.c_str(), 0)->offset = kafka_offset;
    throw_if_failed(rd_kafka_assign(client_.get(), places.get()));
    is_assigned_ = true;
}

void PartitionReader::rest() {
    if (!is_assigned_ || std::exchange(rests_, true)) return;
    pause_or_resume(rd_kafka_pause_partitions);
}

void PartitionReader::pause_or_resume(decltype(rd_kafka_pause_partitions)* call) {
    const Handle<rd_kafka_topic_partition_list_t> places(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(places.get(), topic_.c_str(), 0);
    throw_if_failed(call(client_.get(), places.get()));
}

/// False: the handle cannot.
bool PartitionReader::jump(std::int64_t kafka_offset) {
    const Handle<rd_kafka_topic_t> topic(rd_kafka_topic_new(client_.get(), topic_.c_str(), nullptr));
    return rd_kafka_seek(topic.get(), 0, kafka_offset, call_patience()) == RD_KAFKA_RESP_ERR_NO_ERROR;
}

Handle<rd_kafka_message_t> PartitionReader::next(base::Deadline deadline, bool stop_at_end) {
    for (;;) {
        Handle<rd_kafka_message_t> message(
            rd_kafka_consumer_poll(client_.get(), milliseconds_until(deadline)));
        if (!message) {
            client_.require_brokers();
            return message;
        }
        if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
            found_end_ = message->offset;
            if (stop_at_end) return nullptr;
            continue;
        }
        if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR)
            throw_error(message->err, rd_kafka_message_errstr(message.get()));
        found_end_.reset();
        return message;
    }
}

bool PartitionReader::wait_for(std::int64_t end) {
    const auto deadline = std::chrono::steady_clock::now() + call_time_max;
    do {
        if (end_of_extent(client_, topic_, RD_KAFKA_OFFSET_END) >= end) return true;
    } while (std::chrono::steady_clock::now() < deadline);
    return false;
}

}  // namespace contrail::kafka
