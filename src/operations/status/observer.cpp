#include "operations/status/observer.hpp"

#include <algorithm>
#include <utility>

#include "redis/url.hpp"

namespace contrail {

namespace {

/// Programs tell of themselves once a second. One that has not for so long has ended, or is cut off.
constexpr double silent_seconds_max = 5;

/// What `ask` returns; nothing if it fails, which `error` then says.
template <class Ask>
auto asked(std::string& error, Ask ask) -> std::optional<decltype(ask())> {
    try {
        return ask();
    } catch (const Error& failure) {
        error = failure.what();
        return std::nullopt;
    }
}

double seconds(Clock::Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

/// A log that was lost goes back: that is no rate.
double rate(Offset from, Offset to, Clock::Duration time) {
    return to <= from ? 0 : static_cast<double>(to.value - from.value) / seconds(time);
}

bool moves(const std::optional<double>& records_per_second) {
    return records_per_second.value_or(0) > 0;
}

const Report* find(const redis::RedisReports::Told& told, std::string_view field) {
    const auto found = told.reports.find(field);
    return found == told.reports.end() ? nullptr : &found->second;
}

double age_of(const Report& report, const redis::RedisReports::Told& told) {
    return static_cast<double>(told.now_ms - std::min(told.now_ms, report.at_ms)) / 1000;
}

/// `working`: what it is at if it moves. A batch may take longer than from one report to the next.
ProgramState state_of(const Report* report, const redis::RedisReports::Told& told, bool moves,
                      ProgramState working) {
    if (report == nullptr) return moves ? working : ProgramState::unknown;
    if (report->state == ProgramState::halted) return report->state;
    if (age_of(*report, told) > silent_seconds_max) return moves ? working : ProgramState::stopped;
    return report->state == ProgramState::idle && moves ? working : report->state;
}

std::optional<ReportedError> last_error(const Report& report) {
    if (report.error.empty()) return std::nullopt;
    return ReportedError{report.error, report.error_at_ms};
}

/// Those who have not got so far that they have a position, but tell of themselves.
void add_reporters(std::vector<ConsumerStatus>& consumers, const redis::RedisReports::Told& told) {
    const std::string beginning = redis::consumer_field("");
    for (const auto& [field, report] : told.reports) {
        if (!field.starts_with(beginning)) continue;
        const std::string name = field.substr(beginning.size());
        if (std::ranges::find(consumers, name, &ConsumerStatus::name) == consumers.end())
            consumers.push_back({.name = name});
    }
    std::ranges::sort(consumers, {}, &ConsumerStatus::name);
}

}  // namespace

StatusObserver::StatusObserver(const Settings& settings, Clock& clock, const StatusWaits& waits)
    : clock_(clock),
      stream_(settings.stream_name),
      database_(settings, "status", waits.postgres),
      log_(redis::endpoint_of(settings), StreamName(settings.stream_name), waits.redis),
      reports_(redis::endpoint_of(settings), StreamName(settings.stream_name), waits.redis),
      outbox_(database_, clock) {}

Status StatusObserver::observe() {
    Status status{.at_ms = clock_.unix_ms(), .stream = stream_};
    // What consumers have applied is asked before the log's head, and that before what is sealed: nobody is
    // ahead of whom he follows.
    auto known = asked(status.outbox.error, [&] { return known_consumers(database_); });
    const auto look = asked(status.log.error, [&] { return look_at_log(log_, reports_, clock_); });
    if (look) head_ = look->usage.head;
    if (known) {
        // While the log's server is away, what waits is what comes after the head that was seen last.
        const auto outbox = asked(status.outbox.error, [&] { return outbox_(head_); });
        if (outbox) status.outbox = *outbox;
    }
    if (look) tell_of_log(*look, status);
    tell_of_streamer(look ? &*look : nullptr, status);
    tell_of_consumers(known ? std::move(*known) : KnownConsumers{}, look ? &*look : nullptr, status);

    before_ = look;
    positions_.clear();
    for (const ConsumerStatus& consumer : status.consumers)
        if (consumer.last) positions_.emplace(consumer.name, consumer.last->offset);
    return status;
}

void StatusObserver::tell_of_log(const LogLook& look, Status& status) const {
    status.log.head = look.usage.head;
    status.log.first = look.usage.first;
    status.log.records = look.usage.records;
    status.log.bytes = look.usage.bytes;
    if (before_ && look.at > before_->at)
        status.log.records_per_second =
            rate(before_->usage.head.offset, look.usage.head.offset, look.at - before_->at);
}

void StatusObserver::tell_of_streamer(const LogLook* look, Status& status) const {
    if (look == nullptr) return;
    StreamerStatus& streamer = status.streamer;
    streamer.records_per_second = status.log.records_per_second;
    const Report* const report = find(look->told, redis::streamer_field);
    streamer.state =
        state_of(report, look->told, moves(streamer.records_per_second), ProgramState::streaming);
    if (report == nullptr) return;
    streamer.last_error = last_error(*report);
    streamer.seen_seconds = age_of(*report, look->told);
}

void StatusObserver::tell_of_consumers(KnownConsumers known, const LogLook* look, Status& status) const {
    const auto standings =
        consumer_standings(std::move(known), look ? look->positions : std::map<ConsumerName, RecordId>{},
                           look ? look->usage.head : RecordId{});
    for (const ConsumerStanding& standing : standings) {
        ConsumerStatus consumer{.name = standing.name.str(), .last = standing.position};
        if (standing.cut_off) consumer.state = ProgramState::cut_off;
        if (look) {
            consumer.lag_records = standing.lag_records;
            if (standing.lag) consumer.lag_seconds = seconds(*standing.lag);
        }
        status.consumers.push_back(std::move(consumer));
    }
    if (look == nullptr) return;
    add_reporters(status.consumers, look->told);
    for (ConsumerStatus& consumer : status.consumers) {
        const auto before = positions_.find(consumer.name);
        if (before_ && look->at > before_->at && consumer.last && before != positions_.end())
            consumer.records_per_second = rate(before->second, consumer.last->offset, look->at - before_->at);
        const Report* const report = find(look->told, redis::consumer_field(consumer.name));
        if (consumer.state != ProgramState::cut_off)
            consumer.state =
                state_of(report, look->told, moves(consumer.records_per_second), ProgramState::consuming);
        if (report == nullptr) continue;
        consumer.last_error = last_error(*report);
        consumer.seen_seconds = age_of(*report, look->told);
        if (*consumer.seen_seconds > silent_seconds_max) continue;
        consumer.latency_p50_ms = report->latency_p50_ms;
        consumer.latency_p99_ms = report->latency_p99_ms;
    }
}

}  // namespace contrail
