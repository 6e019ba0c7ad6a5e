#include "cli/event_log.hpp"

#include <fmt/format.h>

#include <cmath>
#include <string>
#include <utility>

#include "contrail/component_log.hpp"

namespace contrail::cli {

namespace {

constexpr std::uint64_t mebibytes(std::uint64_t bytes) {
    return bytes >> 20U;
}

constexpr ComponentLog streamer("streamer");
constexpr ComponentLog retention("retention");

/// A line for each of a streamer's events.
struct StreamerLines {
    void operator()(const streamer_event::Located& located) const {
        if (located.resend == 0) {
            streamer.info("the log's head is {head}, and nothing sealed is missing",
                          {{"head", located.head}});
        } else {
            streamer.warn(
                "the log's head is {head}; sending the {records} sealed records it lacks under their old ids",
                {{"head", located.head}, {"records", located.resend}});
        }
    }

    void operator()(const streamer_event::Restarted& restarted) const {
        streamer.warn(
            "the log's head is {head}, but the outbox has released the records that follow. Every consumer is "
            "past them: the log was emptied and goes on after {from}",
            {{"head", restarted.head}, {"from", restarted.from}});
    }

    void operator()(const streamer_event::HeldBack& held_back) const {
        const LogUsage& usage = held_back.usage;
        streamer.warn(
            "holding back: Redis uses {memory_mib} of {memory_max_mib} MiB (maxmemory), {log_mib} of them "
            "for the log's {records} records from {first} on. Records wait in the outbox until consumers make "
            "room or maxmemory is raised",
            {{"memory_mib", mebibytes(usage.memory_bytes)},
             {"memory_max_mib", mebibytes(usage.memory_bytes_max)},
             {"log_mib", mebibytes(usage.bytes)},
             {"records", usage.records},
             {"first", usage.first}});
    }

    void operator()(const streamer_event::Resumed& /*resumed*/) const {
        streamer.info("streaming again: Redis has room");
    }

    void operator()(const streamer_event::BatchAppended& appended) const {
        streamer.debug("batch {batch}: offsets {first_offset} to {last_offset} appended",
                       {{"batch", appended.batch.number},
                        {"first_offset", appended.batch.first.value},
                        {"last_offset", appended.batch.last.value}});
    }

    void operator()(const streamer_event::Waiting& /*waiting*/) const {}

    void operator()(const streamer_event::Refused& refused) const {
        streamer.warn(
            "the log's head is {head} where {expected} was expected; looking for the place to go on from",
            {{"head", refused.head}, {"expected", refused.expected}});
    }

    void operator()(const streamer_event::StandingBy& /*standing_by*/) const {
        streamer.info("standing by: another streamer leads");
    }

    void operator()(const streamer_event::TakingOver& taking_over) const {
        streamer.warn(
            "taking over: another streamer leads, but for {stood_still_ms} ms the log's head has stood at "
            "{head} while records wait",
            {{"stood_still_ms", taking_over.stood_still.count()}, {"head", taking_over.head}});
    }

    void operator()(const streamer_event::Retrying& retrying) const {
        streamer.warn("waiting {pause_ms} ms: {error}",
                      {{"pause_ms", retrying.pause.count()}, {"error", retrying.error.what()}});
    }

    void operator()(const streamer_event::Halted& /*halted*/) const {}
};

/// A line for each event of retention.
struct RetentionLines {
    void operator()(const retention_event::Planned& /*planned*/) const {}

    void operator()(const retention_event::Dropped& dropped) const {
        const auto segments = dropped.released.segments_emptied;
        if (segments > 0) {
            retention.info("emptied {segments} segment(s) of the outbox; the log is kept from {keep_from} on",
                           {{"segments", segments}, {"keep_from", dropped.keep_from}});
        } else {
            retention.debug("the log is kept from {keep_from} on", {{"keep_from", dropped.keep_from}});
        }
    }

    void operator()(const retention_event::Obstructed& obstructed) const {
        retention.warn("{obstacle}", {{"obstacle", obstructed.obstacle}});
    }

    void operator()(const retention_event::NoConsumers& no_consumers) const {
        retention.warn(
            "no consumer is registered; the log is kept up to {max_mib} MiB (--log-unregistered-max-bytes)",
            {{"max_mib", mebibytes(no_consumers.bytes_max)}});
    }

    void operator()(const retention_event::ConsumerRegistered& registered) const {
        retention.info(
            "consumer '{consumer}' is registered at {position}: log and outbox keep what follows. If it was forgotten, "
            "an older state of the log has brought it back; run: contrail consumer forget {consumer}",
            {{"consumer", registered.consumer.str()}, {"position", registered.position}});
    }

    void operator()(const retention_event::NearLimit& near_limit) const {
        retention.warn(
            "the records that consumer '{consumer}' still needs take {percent} % of {limit}. At 100 %, retention "
            "cuts it off. Start it, or raise the limit",
            {{"consumer", near_limit.consumer.str()},
             {"percent", std::llround(near_limit.used * 100)},
             {"limit", near_limit.limit}});
    }

    void operator()(const retention_event::FloorOverruled& overruled) const {
        retention.warn(
            "the floor (--log-min-age, --log-min-records, --log-min-bytes) keeps records from {floor_from} on, and a "
            "limit (--log-max-age, --log-max-records, --log-max-bytes, or --log-unregistered-max-bytes) drops those "
            "before {allowed_from}. The limit wins. Lower the floor, or raise the limit",
            {{"floor_from", overruled.floor_from}, {"allowed_from", overruled.allowed_from}});
    }

    void operator()(const retention_event::ClocksDisagree& clocks) const {
        retention.warn(
            "PostgreSQL's clock differs from this machine's by {ahead_ms} ms. One of them is wrong, so nothing goes "
            "for its age (--log-max-age, --log-min-age) until they agree. Synchronise both machines (timedatectl "
            "set-ntp true)",
            {{"ahead_ms", clocks.ahead.count()}});
    }

    void operator()(const retention_event::StrayReport& stray) const {
        retention.warn(
            "ignoring an entry among the consumers' positions that is no consumer's name with a record's id: {entry}. "
            "Find the program that wrote it, then remove it with HDEL from the key beside the log that ends in "
            "':positions'",
            {{"entry", stray.entry}});
    }

    void operator()(const retention_event::TooManyNames& too_many) const {
        retention.error(
            "{names} names report positions beside the log, and a log has at most {names_max} consumers. Retention "
            "notes no position and keeps what consumers needed before. Find the program that writes these names and "
            "take its rights, then run DEL on the key that ends in ':positions': consumers that run report again",
            {{"names", too_many.names}, {"names_max", too_many.names_max}});
    }

    void operator()(const retention_event::OwnerRestored& restored) const {
        retention.warn(
            "consumer '{consumer}' belongs to {owner}, and its position was reported from {other} while the log had "
            "forgotten that. Those reports do not count, and the log refuses more of them. Give the consumer there "
            "another name. If it has moved there for good, run there: contrail consumer move {consumer}",
            {{"consumer", restored.consumer.str()},
             {"owner", restored.owner.name},
             {"other", restored.other.name}});
    }

    void operator()(const retention_event::ConsumerCutOff& cut_off) const {
        retention.error(
            "consumer '{consumer}' is cut off: a limit on the log drops offsets {first_missed} to "
            "{last_missed}, which it has not applied. It stops when it reaches them, unless it reads them in an "
            "archive (--archive). To go on without them: `contrail consumer reset {consumer} --to earliest`",
            {{"consumer", cut_off.consumer.str()},
             {"first_missed", cut_off.missed.first_missed.value},
             {"last_missed", cut_off.missed.last_missed.value}});
    }

    void operator()(const retention_event::Retrying& retrying) const {
        retention.warn("waiting {pause_ms} ms: {error}",
                       {{"pause_ms", retrying.pause.count()}, {"error", retrying.error.what()}});
    }
};

/// A line for each of a consumer's events.
class ConsumerLines {
public:
    explicit ConsumerLines(std::string consumer) : consumer_(std::move(consumer)) {}

    void operator()(const consumer_event::Registered& registered) const {
        log().info("registered a new consumer, at {checkpoint}", {{"checkpoint", registered.checkpoint}});
    }

    void operator()(const consumer_event::Located& located) const {
        if (located.checkpoint == RecordId{}) {
            log().info("consuming from the beginning of the log");
        } else {
            log().info("consuming after checkpoint {checkpoint}", {{"checkpoint", located.checkpoint}});
        }
    }

    void operator()(const consumer_event::ReadingArchive& reading) const {
        log().info("reading the archive after {after}, up to {last}; then the log",
                   {{"after", reading.after}, {"last", reading.last}});
    }

    void operator()(const consumer_event::ReadingLog& reading) const {
        log().info("the archive is read up to {after}; reading the log", {{"after", reading.after}});
    }

    void operator()(const consumer_event::Committed& committed) const {
        log().debug("committed {records} records, checkpoint {checkpoint}",
                    {{"records", committed.last.offset.value - committed.first.offset.value + 1},
                     {"checkpoint", committed.last}});
    }

    void operator()(const consumer_event::Waiting& /*waiting*/) const {}

    void operator()(const consumer_event::Skipped& skipped) const {
        log().info("skipped {records} records that are already applied", {{"records", skipped.records}});
    }

    void operator()(const consumer_event::Overtaken& /*overtaken*/) const {
        log().info("another instance of this consumer was faster; standing by");
    }

    void operator()(const consumer_event::Retrying& retrying) const {
        log().warn("waiting {pause_ms} ms: {error}",
                   {{"pause_ms", retrying.pause.count()}, {"error", retrying.error.what()}});
    }

    void operator()(const consumer_event::Halted& /*halted*/) const {}

    void halted_alone(const Error& error) const {
        log().error("this segment halts, and the others go on: {error}", {{"error", error.what()}});
    }

    void operator()(const consumer_event::Parked& parked) const {
        const DeadLetter& dead_letter = parked.dead_letter;
        log().error(
            "parked record {record} ({action} {object}) after {attempts} attempts: {error} See `contrail "
            "dead-letters`",
            {{"record", dead_letter.record.id},
             {"action", dead_letter.record.action},
             {"object", dead_letter.record.object},
             {"attempts", dead_letter.attempts},
             {"error", dead_letter.error}});
    }

    void operator()(const consumer_event::Retried& retried) const {
        log().info("applied record {record}, which had been parked",
                   {{"record", retried.dead_letter.record.id}});
    }

    void operator()(const consumer_event::Claimed& claimed) const {
        const auto& [count, numbers] = claimed.segments;
        if (count == 0) {
            log().info("instance {instance} claims segments", {{"instance", claimed.instance}});
        } else if (numbers.empty()) {
            log().info("standing by: other instances work on all {segments} segments", {{"segments", count}});
        } else {
            log().info("works on {claimed} of {segments} segments: {numbers}",
                       {{"claimed", numbers.size()},
                        {"segments", count},
                        {"numbers", fmt::format("{}", fmt::join(numbers, " "))}});
        }
    }

private:
    [[nodiscard]] ComponentLog log() const {
        return ComponentLog("consumer", LogField("consumer", consumer_));
    }

    std::string consumer_;
};

}  // namespace

void log_streamer_event(const StreamerEvent& event) {
    std::visit(StreamerLines{}, event);
}

void log_retention_event(const RetentionEvent& event) {
    std::visit(RetentionLines{}, event);
}

OnConsumerEvent consumer_log(const ConsumerName& consumer) {
    return [lines = ConsumerLines(consumer.str())](const ConsumerEvent& event) { std::visit(lines, event); };
}

OnConsumerEvent segment_log(const ConsumerName& consumer, Segment segment) {
    return [lines = ConsumerLines(consumer.str() + ' ' + segment.to_string())](const ConsumerEvent& event) {
        if (const auto* const halted = std::get_if<consumer_event::Halted>(&event))
            lines.halted_alone(halted->error);
        std::visit(lines, event);
    };
}

void log_unchecked_certificate(std::string_view component, const Settings& settings) {
    if (settings.redis_tls_verify || !settings.log_url.starts_with("rediss")) return;
    ComponentLog(component).warn(
        "the certificate of Redis is not checked (REDIS_TLS_VERIFY is no), so another program can pass for the "
        "server. Name its authority in REDIS_CA_FILE, and remove REDIS_TLS_VERIFY");
}

void log_status_failure(const Error& error) {
    // If the server is away, the program's own work fails and logs it.
    if (error.retry() != Retry::never) return;
    ComponentLog("reports").warn("`contrail status` cannot show this program: {error}",
                                 {{"error", error.what()}});
}

}  // namespace contrail::cli
