#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <span>
#include <utility>

#include "operations/doctor/checks.hpp"

namespace contrail::operations::doctor {

namespace {

struct Wanted {
    std::string_view setting;
    std::string_view value;
    std::string_view why;
};

constexpr std::string_view kept =
    "Kafka drops records by itself that a consumer may still need, and records that are filled again, which are old "
    "at once. Retention follows the consumers instead.";

constexpr Wanted of_log[] = {
    {"cleanup.policy", "delete",
     "Compaction drops entries from the middle of the log, and consumers stop at the gap."},
    {"retention.ms", "-1", kept},
    {"retention.bytes", "-1", kept},
    {"message.timestamp.type", "CreateTime",
     "The timestamp of an entry is its sealing time. With the broker's own, a record is searched in the wrong place."},
    {"unclean.leader.election.enable", "false",
     "Such an election loses committed records. The streamer sends them again, but readers that are not Contrail's do "
     "not notice."},
};

constexpr Wanted of_notes[] = {
    {"cleanup.policy", "compact", "Kafka forgets positions and owners of consumers that report seldom."},
};

constexpr std::int64_t record_bytes_max = 2'097'152;

std::string alter(const TopicChecks& checks, const std::string& topic, std::string_view setting,
                  std::string_view value) {
    return fmt::format("kafka-configs.sh --bootstrap-server {} --alter --topic {} --add-config {}={}",
                       checks.brokers, topic, setting, value);
}

std::int64_t number(const kafka::TopicSettings& topic, std::string_view setting) {
    const auto found = topic.values.find(setting);
    std::int64_t value = 0;
    if (found != topic.values.end())
        std::from_chars(found->second.data(), found->second.data() + found->second.size(), value);
    return value;
}

Finding settings_finding(const std::string& check, const TopicChecks& checks,
                         const kafka::TopicSettings& topic, std::span<const Wanted> all) {
    for (const Wanted& wanted : all) {
        const auto found = topic.values.find(wanted.setting);
        if (found == topic.values.end() || found->second == wanted.value) continue;
        return error(check, fmt::format("{} has {}={}", topic.topic, wanted.setting, found->second),
                     std::string(wanted.why), {alter(checks, topic.topic, wanted.setting, wanted.value)});
    }
    return ok(check, topic.topic);
}

Finding size_finding(const TopicChecks& checks, const kafka::TopicSettings& topic) {
    const std::string check = "kafka.record_size";
    const std::int64_t bytes = number(topic, "max.message.bytes");
    if (bytes >= record_bytes_max) return ok(check, fmt::format("up to {} bytes", bytes));
    return warning(
        check, fmt::format("{} has max.message.bytes={}", topic.topic, bytes),
        "A record takes up to 1 MiB, and its headers. At a larger one than this the streamer stops.",
        {alter(checks, topic.topic, "max.message.bytes", std::to_string(record_bytes_max))});
}

Finding replicas_finding(const TopicChecks& checks, const kafka::TopicSettings& topic) {
    const std::string check = "kafka.replicas";
    const std::int64_t in_sync = number(topic, "min.insync.replicas");
    const std::string found = fmt::format("{}; {} must be in sync", topic.replicas, in_sync);
    if (in_sync >= topic.replicas && topic.replicas > 1)
        return warning(
            check, found,
            "The log takes no records while one broker is away. Require one less than there are.",
            {alter(checks, topic.topic, "min.insync.replicas", std::to_string(topic.replicas - 1))});
    if (topic.replicas > 1 && in_sync > 1) return ok(check, found);
    return warning(
        check, found,
        "If the one broker that holds the newest records dies, they are gone. No record is lost for "
        "Contrail: the streamer sends again what consumers still need. Three replicas, two of them in sync, "
        "lose none.",
        {alter(checks, topic.topic, "min.insync.replicas", "2")});
}

}  // namespace

TopicChecks gather_kafka_topics(const Settings& settings, std::string brokers) {
    return {.brokers = std::move(brokers), .topics = logs::topic_settings(settings)};
}

Findings judge(const TopicChecks& checks) {
    const kafka::TopicSettings& log = checks.topics.at(0);
    const kafka::TopicSettings& notes = checks.topics.at(1);
    if (!log.exists || !notes.exists)
        return {ok("kafka.topic", "not created yet; the streamer creates it with its first record")};
    return {settings_finding("kafka.topic", checks, log, of_log), size_finding(checks, log),
            replicas_finding(checks, log), settings_finding("kafka.notes", checks, notes, of_notes)};
}

}  // namespace contrail::operations::doctor
