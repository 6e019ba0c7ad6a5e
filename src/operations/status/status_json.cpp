#include "operations/status/status_json.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

namespace contrail::operations {

namespace {

using Json = nlohmann::ordered_json;

Json json_of(const std::optional<std::uint64_t>& count) {
    return count ? Json(*count) : Json();
}

/// To three decimals: more would be noise.
Json json_of(const std::optional<double>& measured) {
    return measured ? Json(std::round(*measured * 1000) / 1000) : Json();
}

Json json_of(const std::optional<RecordId>& id) {
    return id ? Json(id->to_string()) : Json();
}

Json json_of(const std::optional<Offset>& offset) {
    return offset ? Json(offset->value) : Json();
}

Json json_of(const std::optional<ReportedError>& error) {
    return error ? Json{{"message", error->message}, {"at_ms", error->at_ms}} : Json();
}

Json text_json(const std::string& text) {
    return text.empty() ? Json() : Json(text);
}

std::optional<Offset> offset_of(const std::optional<RecordId>& id) {
    return id ? std::optional(id->offset) : std::nullopt;
}

Json json_of(const LogStatus& log) {
    return {{"head", json_of(log.head)},    {"head_offset", json_of(offset_of(log.head))},
            {"first", json_of(log.first)},  {"records", json_of(log.records)},
            {"bytes", json_of(log.bytes)},  {"records_per_second", json_of(log.records_per_second)},
            {"error", text_json(log.error)}};
}

Json json_of(const OutboxStatus& outbox) {
    Json segments = Json::array();
    for (const auto& segment : outbox.segments)
        segments.push_back(
            {{"number", segment.number}, {"bytes", segment.bytes}, {"current", segment.current}});
    return {{"staged_offset", json_of(outbox.staged_offset)},
            {"waiting_records", json_of(outbox.waiting_records)},
            {"oldest_waiting_seconds", json_of(outbox.oldest_waiting_seconds)},
            {"hanging_commits", outbox.hanging_commits},
            {"bytes", json_of(outbox.bytes)},
            {"segments", std::move(segments)},
            {"error", text_json(outbox.error)}};
}

Json json_of(const std::optional<retention_event::Planned>& retention) {
    if (!retention) return {};
    return {{"needed_from", retention->needed_from.value},
            {"floor_from", json_of(retention->floor_from)},
            {"allowed_from", retention->allowed_from.value},
            {"floor_overruled", retention->floor_overruled}};
}

Json json_of(const StreamerStatus& streamer) {
    return {{"state", name(streamer.state)},
            {"records_per_second", json_of(streamer.records_per_second)},
            {"last_error", json_of(streamer.last_error)},
            {"seen_seconds", json_of(streamer.seen_seconds)},
            {"retention", json_of(streamer.retention)}};
}

Json json_of(const SegmentStatus& segment) {
    return {{"segment", segment.number},
            {"last_id", json_of(segment.last)},
            {"last_offset", json_of(offset_of(segment.last))},
            {"lag_records", json_of(segment.lag_records)},
            {"lag_seconds", json_of(segment.lag_seconds)},
            {"state", name(segment.state)},
            {"instance", text_json(segment.instance)},
            {"last_error", text_json(segment.last_error)}};
}

Json segments_json(const ConsumerStatus& consumer) {
    Json segments = Json::array();
    for (const SegmentStatus& segment : consumer.segments) segments.push_back(json_of(segment));
    return segments;
}

Json json_of(const ConsumerStatus& consumer) {
    const SegmentStatus* const slowest = consumer.slowest();
    return {{"name", consumer.name},
            {"last_id", json_of(consumer.last)},
            {"last_offset", json_of(offset_of(consumer.last))},
            {"lag_records", json_of(consumer.lag_records)},
            {"lag_seconds", json_of(consumer.lag_seconds)},
            {"records_per_second", json_of(consumer.records_per_second)},
            {"latency_p50_ms", json_of(consumer.latency_p50_ms)},
            {"latency_p99_ms", json_of(consumer.latency_p99_ms)},
            {"state", name(consumer.state)},
            {"last_error", json_of(consumer.last_error)},
            {"seen_seconds", json_of(consumer.seen_seconds)},
            {"reads_archive", consumer.reads_archive},
            {"owner", text_json(consumer.owner)},
            {"forgotten_seconds", json_of(consumer.forgotten_seconds)},
            {"segments", segments_json(consumer)},
            {"slowest_segment", slowest == nullptr ? Json() : Json(slowest->number)},
            {"skew_records", json_of(consumer.skew_records())}};
}

}  // namespace

std::string to_json(const Status& status) {
    Json json{{"at_ms", status.at_ms},
              {"stream", status.stream},
              {"log", json_of(status.log)},
              {"outbox", json_of(status.outbox)},
              {"streamer", json_of(status.streamer)},
              {"consumers", Json::array()}};
    for (const auto& consumer : status.consumers) json["consumers"].push_back(json_of(consumer));
    // A server's message need not be UTF-8.
    return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace contrail::operations
