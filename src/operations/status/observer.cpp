#include "operations/status/observer.hpp"

#include <algorithm>
#include <utility>

#include "redis/url.hpp"

namespace contrail {

namespace {

/// Programs publish their status once a second. One that is silent for longer has ended, or cannot reach Redis.
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

const status::ProgramStatus* find(const redis::StatusBoard::Posted& posted, std::string_view field) {
    const auto found = posted.statuses.find(field);
    return found == posted.statuses.end() ? nullptr : &found->second;
}

double age_of(const status::ProgramStatus& published, const redis::StatusBoard::Posted& posted) {
    return static_cast<double>(posted.now_ms - std::min(posted.now_ms, published.at_ms)) / 1000;
}

/// `working`: the state of a program that moves. A batch may take longer than from one status to the next.
ProgramState state_of(const status::ProgramStatus* published, const redis::StatusBoard::Posted& posted,
                      bool moves, ProgramState working) {
    if (published == nullptr) return moves ? working : ProgramState::unknown;
    if (published->state == ProgramState::halted) return published->state;
    if (age_of(*published, posted) > silent_seconds_max) return moves ? working : ProgramState::stopped;
    return published->state == ProgramState::idle && moves ? working : published->state;
}

std::optional<ReportedError> last_error(const status::ProgramStatus& published) {
    if (published.error.empty()) return std::nullopt;
    return ReportedError{published.error, published.error_at_ms};
}

/// Adds the consumers that publish a status and have no position yet.
void add_unpositioned(std::vector<ConsumerStatus>& consumers, const redis::StatusBoard::Posted& posted) {
    const std::string beginning = redis::consumer_field("");
    for (const auto& [field, published] : posted.statuses) {
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
      board_(redis::endpoint_of(settings), StreamName(settings.stream_name), waits.redis),
      outbox_(database_, clock) {}

Status StatusObserver::observe() {
    Status status{.at_ms = clock_.unix_ms(), .stream = stream_};
    // What consumers have applied is asked before the log's head, and that before what is sealed: no part is
    // ahead of the part that it follows.
    auto known = asked(status.outbox.error, [&] { return known_consumers(database_); });
    const auto snapshot = asked(status.log.error, [&] { return take_log_snapshot(log_, board_, clock_); });
    if (snapshot) head_ = snapshot->usage.head;
    if (known) {
        // While the log's server is away, what waits is what comes after the head that was seen last.
        const auto outbox = asked(status.outbox.error, [&] { return outbox_(head_); });
        if (outbox) status.outbox = *outbox;
    }
    if (snapshot) tell_of_log(*snapshot, status);
    tell_of_streamer(snapshot ? &*snapshot : nullptr, status);
    tell_of_consumers(known ? std::move(*known) : KnownConsumers{}, snapshot ? &*snapshot : nullptr, status);

    before_ = snapshot;
    positions_.clear();
    for (const ConsumerStatus& consumer : status.consumers)
        if (consumer.last) positions_.emplace(consumer.name, consumer.last->offset);
    return status;
}

void StatusObserver::tell_of_log(const LogSnapshot& snapshot, Status& status) const {
    status.log.head = snapshot.usage.head;
    status.log.first = snapshot.usage.first;
    status.log.records = snapshot.usage.records;
    status.log.bytes = snapshot.usage.bytes;
    if (before_ && snapshot.at > before_->at)
        status.log.records_per_second =
            rate(before_->usage.head.offset, snapshot.usage.head.offset, snapshot.at - before_->at);
}

void StatusObserver::tell_of_streamer(const LogSnapshot* snapshot, Status& status) const {
    if (snapshot == nullptr) return;
    StreamerStatus& streamer = status.streamer;
    streamer.records_per_second = status.log.records_per_second;
    const status::ProgramStatus* const published = find(snapshot->posted, redis::streamer_field);
    streamer.state =
        state_of(published, snapshot->posted, moves(streamer.records_per_second), ProgramState::streaming);
    if (published == nullptr) return;
    streamer.last_error = last_error(*published);
    streamer.seen_seconds = age_of(*published, snapshot->posted);
}

void StatusObserver::tell_of_consumers(KnownConsumers known, const LogSnapshot* snapshot, Status& status) const {
    const auto standings =
        consumer_standings(std::move(known), snapshot ? snapshot->positions : std::map<ConsumerName, RecordId>{},
                           snapshot ? snapshot->usage.head : RecordId{});
    for (const ConsumerStanding& standing : standings) {
        ConsumerStatus consumer{.name = standing.name.str(), .last = standing.position};
        if (standing.cut_off) consumer.state = ProgramState::cut_off;
        if (snapshot) {
            consumer.lag_records = standing.lag_records;
            if (standing.lag) consumer.lag_seconds = seconds(*standing.lag);
        }
        status.consumers.push_back(std::move(consumer));
    }
    if (snapshot == nullptr) return;
    add_unpositioned(status.consumers, snapshot->posted);
    for (ConsumerStatus& consumer : status.consumers) {
        const auto before = positions_.find(consumer.name);
        if (before_ && snapshot->at > before_->at && consumer.last && before != positions_.end())
            consumer.records_per_second = rate(before->second, consumer.last->offset, snapshot->at - before_->at);
        const status::ProgramStatus* const published =
            find(snapshot->posted, redis::consumer_field(consumer.name));
        if (consumer.state != ProgramState::cut_off)
            consumer.state = state_of(published, snapshot->posted, moves(consumer.records_per_second),
                                      ProgramState::consuming);
        if (published == nullptr) continue;
        consumer.last_error = last_error(*published);
        consumer.seen_seconds = age_of(*published, snapshot->posted);
        if (*consumer.seen_seconds > silent_seconds_max) continue;
        consumer.latency_p50_ms = published->latency_p50_ms;
        consumer.latency_p99_ms = published->latency_p99_ms;
    }
}

}  // namespace contrail
