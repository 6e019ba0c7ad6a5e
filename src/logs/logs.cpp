#include "logs/logs.hpp"

#include "contrail/error.hpp"
#include "contrail/open_log.hpp"
#include "core/log_url.hpp"
#include "redis/redis_log.hpp"
#include "redis/redis_status_board.hpp"
#include "redis/url.hpp"
#ifdef CONTRAIL_KAFKA
#include "contrail/kafka.hpp"
#include "kafka/endpoint.hpp"
#include "kafka/kafka_status_board.hpp"
#endif

namespace contrail::logs {

namespace {

#ifdef CONTRAIL_KAFKA

std::unique_ptr<status::StatusBoard> kafka_status_board(const Settings& settings) {
    return std::make_unique<kafka::KafkaStatusBoard>(kafka::endpoint_of(settings));
}

std::vector<kafka::TopicSettings> kafka_topic_settings(const Settings& settings) {
    return kafka::topic_settings(kafka::endpoint_of(settings));
}

#else

[[noreturn]] void throw_no_kafka() {
    throw Error(
        Retry::never,
        "The URL of the log names Kafka, which this program was built without. Install a contrail that was "
        "built with it, or name a log in Redis.");
}

std::unique_ptr<Log> kafka_log(const Settings&) {
    throw_no_kafka();
}

std::unique_ptr<status::StatusBoard> kafka_status_board(const Settings&) {
    throw_no_kafka();
}

std::vector<kafka::TopicSettings> kafka_topic_settings(const Settings&) {
    throw_no_kafka();
}

#endif

redis::Timeouts timeouts(const Waits& waits) {
    return {.connect = waits.connect, .reply = waits.reply};
}

}  // namespace

std::unique_ptr<Log> open(const Settings& settings, const Waits& waits) {
    if (is_in_kafka(settings)) return kafka_log(settings);
    return std::make_unique<redis::RedisLog>(redis::endpoint_of(settings), StreamName(settings.stream_name),
                                             timeouts(waits));
}

std::unique_ptr<status::StatusBoard> open_status_board(const Settings& settings, const Waits& waits) {
    if (is_in_kafka(settings)) return kafka_status_board(settings);
    return std::make_unique<redis::RedisStatusBoard>(redis::endpoint_of(settings),
                                                     StreamName(settings.stream_name), timeouts(waits));
}

void scan(Log& log, RecordId after, const ChunkLimits& limits, std::chrono::milliseconds wait_max,
          std::vector<Record>& records, std::vector<RecordId>& foreign) {
    if (auto* const in_redis = dynamic_cast<redis::RedisLog*>(&log))
        return in_redis->scan(after, limits, wait_max, records, foreign);
    foreign.clear();
    log.read_begin(after, limits, wait_max);
    log.read_end(records);
}

std::vector<kafka::TopicSettings> topic_settings(const Settings& settings) {
    return is_in_kafka(settings) ? kafka_topic_settings(settings) : std::vector<kafka::TopicSettings>{};
}

std::string name(const Settings& settings) {
    if (!is_in_kafka(settings)) return redis::endpoint_of(settings).name();
    const LogUrl url = parse_log_url(settings.log_url);
    constexpr std::uint16_t usual_port = 9092;
    return (url.tls ? "kafka+ssl://" : "kafka://") + hosts_text(url.hosts, usual_port) + url.path;
}

bool is_in_kafka(const Settings& settings) {
    return parse_log_url(settings.log_url).engine == LogUrl::Engine::kafka;
}

}  // namespace contrail::logs

namespace contrail {

std::unique_ptr<Log> open_log(const Settings& settings) {
    return logs::open(settings);
}

}  // namespace contrail
