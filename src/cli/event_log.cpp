#include "cli/event_log.hpp"

#include <spdlog/spdlog.h>

namespace contrail::cli {

void StreamerLog::located(RecordId head, std::uint64_t resend) {
    if (resend == 0) {
        spdlog::info("streaming: the log's head is {}, and nothing sealed is missing", head.to_string());
    } else {
        spdlog::warn(
            "streaming: the log's head is {}; sending the {} sealed records it lacks under their old ids",
            head.to_string(), resend);
    }
}

void StreamerLog::restarted(RecordId head, RecordId from) {
    spdlog::warn(
        "streaming: the log's head is {}, and the outbox has released what follows; every consumer is past "
        "it, "
        "so the log was emptied and goes on after {}",
        head.to_string(), from.to_string());
}

void StreamerLog::held_back(const LogUsage& usage) {
    spdlog::warn(
        "holding back: Redis uses {} of {} MiB (maxmemory), {} of them for the log's {} records from {} on; "
        "records "
        "wait in the outbox until consumers have made room, or maxmemory is raised",
        usage.memory_bytes >> 20, usage.memory_bytes_max >> 20, usage.bytes >> 20, usage.records,
        usage.first.to_string());
}

void StreamerLog::resumed() {
    spdlog::info("streaming again: Redis has room");
}

void StreamerLog::batch_appended(const Batch& batch) {
    spdlog::debug("batch {}: offsets {} to {} appended", batch.number, batch.first.value, batch.last->value);
}

void StreamerLog::refused(RecordId expected, RecordId head) {
    spdlog::warn("the log's head is {} where {} was expected; looking for the place to go on from",
                 head.to_string(), expected.to_string());
}

void StreamerLog::standing_by() {
    spdlog::info("standing by: another streamer leads");
}

void StreamerLog::taking_over(RecordId head, Clock::Duration stood_still) {
    spdlog::warn(
        "taking over: another streamer leads, but for {} ms the log's head has stood at {} while records "
        "wait",
        stood_still.count(), head.to_string());
}

void StreamerLog::retrying(const Error& error, Clock::Duration pause) {
    spdlog::warn("waiting {} ms: {}", pause.count(), error.what());
}

void RetentionLog::dropped(RecordId keep_from, const Released& released) {
    if (released.segments_emptied > 0) {
        spdlog::info("retention: emptied {} segment(s) of the outbox; the log is kept from {} on",
                     released.segments_emptied, keep_from.to_string());
    } else {
        spdlog::debug("retention: the log is kept from {} on", keep_from.to_string());
    }
}

void RetentionLog::obstructed(const std::string& obstacle) {
    spdlog::warn("retention: {}", obstacle);
}

void RetentionLog::nobody_registered(std::uint64_t bytes_max) {
    spdlog::warn(
        "retention: no consumer is registered; the log is kept up to {} MiB (--log-unregistered-max-bytes)",
        bytes_max >> 20);
}

void RetentionLog::near_limit(const ConsumerName& consumer, std::string_view limit, double used) {
    spdlog::warn(
        "retention: what consumer '{}' still needs takes {:.0f} % of {}; beyond 100 % it is cut off. Start "
        "it, or "
        "raise the limit",
        consumer.str(), used * 100, limit);
}

void RetentionLog::cut_off(const ConsumerName& consumer, const CutOff& missed) {
    spdlog::error(
        "retention: consumer '{}' is cut off: a limit on the log drops offsets {} to {}, which it has not "
        "applied. "
        "It stops when it comes to them; `contrail consumer reset {} --to earliest` lets it go on without",
        consumer.str(), missed.first_missed.value, missed.last_missed.value, consumer.str());
}

void RetentionLog::retrying(const Error& error, Clock::Duration pause) {
    spdlog::warn("retention: waiting {} ms: {}", pause.count(), error.what());
}

void log_report_failure(const Error& error) {
    // Of a server that is away the work itself tells.
    if (error.retry() == Retry::never)
        spdlog::warn("`contrail status` will not know this program: {}", error.what());
}

void ConsumerLog::registered(RecordId checkpoint) {
    spdlog::info("registered a new consumer, at {}", checkpoint.to_string());
}

void ConsumerLog::located(RecordId checkpoint) {
    if (checkpoint == RecordId{}) {
        spdlog::info("consuming: from the beginning of the log");
    } else {
        spdlog::info("consuming: after checkpoint {}", checkpoint.to_string());
    }
}

void ConsumerLog::committed(RecordId first, RecordId last) {
    spdlog::debug("committed {} records, checkpoint {}", last.offset.value - first.offset.value + 1,
                  last.to_string());
}

void ConsumerLog::skipped(std::size_t records) {
    spdlog::info("skipped {} records that are already applied", records);
}

void ConsumerLog::overtaken() {
    spdlog::info("another instance of this consumer was faster; standing by");
}

void ConsumerLog::retrying(const std::exception& error, Clock::Duration pause) {
    spdlog::warn("waiting {} ms: {}", pause.count(), error.what());
}

void ConsumerLog::parked(const DeadLetter& letter) {
    spdlog::error("parked record {} ({} {}) after {} attempts: {} See `contrail dead-letters`",
                  letter.record.id.to_string(), letter.record.action, letter.record.object, letter.attempts,
                  letter.error);
}

void ConsumerLog::retried(const DeadLetter& letter) {
    spdlog::info("applied record {}, which had been parked", letter.record.id.to_string());
}

}  // namespace contrail::cli
