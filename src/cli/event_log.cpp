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

void ConsumerLog::located(RecordId checkpoint) {
    if (checkpoint == RecordId{}) {
        spdlog::info("consuming: no checkpoint yet, from the beginning of the log");
    } else {
        spdlog::info("consuming: after checkpoint {}", checkpoint.to_string());
    }
}

void ConsumerLog::committed(std::size_t records, RecordId checkpoint) {
    spdlog::debug("committed {} records, checkpoint {}", records, checkpoint.to_string());
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

}  // namespace contrail::cli
