#include "cli/event_log.hpp"

#include <cmath>
#include <utility>

namespace contrail::cli {

namespace {

constexpr std::uint64_t mebibytes(std::uint64_t bytes) {
    return bytes >> 20U;
}

constexpr ComponentLog streamer("streamer");
constexpr ComponentLog retention("retention");

}  // namespace

void StreamerLog::located(RecordId head, std::uint64_t resend) {
    if (resend == 0) {
        streamer.info("the log's head is {head}, and nothing sealed is missing", {{"head", head}});
    } else {
        streamer.warn(
            "the log's head is {head}; sending the {records} sealed records it lacks under their old ids",
            {{"head", head}, {"records", resend}});
    }
}

void StreamerLog::restarted(RecordId head, RecordId from) {
    streamer.warn(
        "the log's head is {head}, and the outbox has released what follows; every consumer is past it, so "
        "the "
        "log was emptied and goes on after {from}",
        {{"head", head}, {"from", from}});
}

void StreamerLog::held_back(const LogUsage& usage) {
    streamer.warn(
        "holding back: Redis uses {memory_mib} of {memory_max_mib} MiB (maxmemory), {log_mib} of them for "
        "the "
        "log's {records} records from {first} on; records wait in the outbox until consumers have made room, "
        "or "
        "maxmemory is raised",
        {{"memory_mib", mebibytes(usage.memory_bytes)},
         {"memory_max_mib", mebibytes(usage.memory_bytes_max)},
         {"log_mib", mebibytes(usage.bytes)},
         {"records", usage.records},
         {"first", usage.first}});
}

void StreamerLog::resumed() {
    streamer.info("streaming again: Redis has room");
}

void StreamerLog::batch_appended(const Batch& batch) {
    streamer.debug(
        "batch {batch}: offsets {first_offset} to {last_offset} appended",
        {{"batch", batch.number}, {"first_offset", batch.first.value}, {"last_offset", batch.last->value}});
}

void StreamerLog::refused(RecordId expected, RecordId head) {
    streamer.warn(
        "the log's head is {head} where {expected} was expected; looking for the place to go on from",
        {{"head", head}, {"expected", expected}});
}

void StreamerLog::standing_by() {
    streamer.info("standing by: another streamer leads");
}

void StreamerLog::taking_over(RecordId head, Clock::Duration stood_still) {
    streamer.warn(
        "taking over: another streamer leads, but for {stood_still_ms} ms the log's head has stood at {head} "
        "while records wait",
        {{"stood_still_ms", stood_still.count()}, {"head", head}});
}

void StreamerLog::retrying(const Error& error, Clock::Duration pause) {
    streamer.warn("waiting {pause_ms} ms: {error}", {{"pause_ms", pause.count()}, {"error", error.what()}});
}

void RetentionLog::dropped(RecordId keep_from, const Released& released) {
    if (released.segments_emptied > 0) {
        retention.info("emptied {segments} segment(s) of the outbox; the log is kept from {keep_from} on",
                       {{"segments", released.segments_emptied}, {"keep_from", keep_from}});
    } else {
        retention.debug("the log is kept from {keep_from} on", {{"keep_from", keep_from}});
    }
}

void RetentionLog::obstructed(const std::string& obstacle) {
    retention.warn("{obstacle}", {{"obstacle", obstacle}});
}

void RetentionLog::nobody_registered(std::uint64_t bytes_max) {
    retention.warn(
        "no consumer is registered; the log is kept up to {max_mib} MiB (--log-unregistered-max-bytes)",
        {{"max_mib", mebibytes(bytes_max)}});
}

void RetentionLog::near_limit(const ConsumerName& consumer, std::string_view limit, double used) {
    retention.warn(
        "what consumer '{consumer}' still needs takes {percent} % of {limit}; beyond 100 % it is cut off. "
        "Start "
        "it, or raise the limit",
        {{"consumer", consumer.str()}, {"percent", std::llround(used * 100)}, {"limit", limit}});
}

void RetentionLog::cut_off(const ConsumerName& consumer, const CutOff& missed) {
    retention.error(
        "consumer '{consumer}' is cut off: a limit on the log drops offsets {first_missed} to {last_missed}, "
        "which it has not applied. It stops when it comes to them; `contrail consumer reset {consumer} --to "
        "earliest` lets it go on without",
        {{"consumer", consumer.str()},
         {"first_missed", missed.first_missed.value},
         {"last_missed", missed.last_missed.value}});
}

void RetentionLog::retrying(const Error& error, Clock::Duration pause) {
    retention.warn("waiting {pause_ms} ms: {error}", {{"pause_ms", pause.count()}, {"error", error.what()}});
}

ConsumerLog::ConsumerLog(ConsumerName consumer)
    : consumer_(std::move(consumer)),
      log_("consumer", LogField("consumer", consumer_.str())) {}

void ConsumerLog::registered(RecordId checkpoint) {
    log_.info("registered a new consumer, at {checkpoint}", {{"checkpoint", checkpoint}});
}

void ConsumerLog::located(RecordId checkpoint) {
    if (checkpoint == RecordId{}) {
        log_.info("consuming from the beginning of the log");
    } else {
        log_.info("consuming after checkpoint {checkpoint}", {{"checkpoint", checkpoint}});
    }
}

void ConsumerLog::committed(RecordId first, RecordId last) {
    log_.debug("committed {records} records, checkpoint {checkpoint}",
               {{"records", last.offset.value - first.offset.value + 1}, {"checkpoint", last}});
}

void ConsumerLog::skipped(std::size_t records) {
    log_.info("skipped {records} records that are already applied", {{"records", records}});
}

void ConsumerLog::overtaken() {
    log_.info("another instance of this consumer was faster; standing by");
}

void ConsumerLog::retrying(const std::exception& error, Clock::Duration pause) {
    log_.warn("waiting {pause_ms} ms: {error}", {{"pause_ms", pause.count()}, {"error", error.what()}});
}

void ConsumerLog::parked(const DeadLetter& letter) {
    log_.error(
        "parked record {record} ({action} {object}) after {attempts} attempts: {error} See `contrail "
        "dead-letters`",
        {{"record", letter.record.id},
         {"action", letter.record.action},
         {"object", letter.record.object},
         {"attempts", letter.attempts},
         {"error", letter.error}});
}

void ConsumerLog::retried(const DeadLetter& letter) {
    log_.info("applied record {record}, which had been parked", {{"record", letter.record.id}});
}

void log_report_failure(const Error& error) {
    // Of a server that is away the work itself tells.
    if (error.retry() != Retry::never) return;
    ComponentLog("reports").warn("`contrail status` will not know this program: {error}",
                                 {{"error", error.what()}});
}

}  // namespace contrail::cli
