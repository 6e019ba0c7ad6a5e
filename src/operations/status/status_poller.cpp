#include "operations/status/status_poller.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "postgres/schema.hpp"

namespace contrail::operations {

namespace {

/// What `ask` returns. If it fails, nothing, and `error` holds the reason.
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

/// A log that was lost moves backwards, which is no rate.
double rate(Offset from, Offset to, Clock::Duration time) {
    return to <= from ? 0 : static_cast<double>(to.value - from.value) / seconds(time);
}

bool moves(const std::optional<double>& records_per_second) {
    return records_per_second.value_or(0) > 0;
}

const status::ProgramStatus* find(const status::StatusBoard::Posted& posted, std::string_view field) {
    const auto found = posted.statuses.find(field);
    return found == posted.statuses.end() ? nullptr : &found->second;
}

/// The state of a program that publishes its status. `working` is the state of one that moves: a batch may
/// take longer than the time between two publications.
ProgramState published_state(const status::ProgramStatus& published,
                             const status::StatusBoard::Posted& posted, bool moves, ProgramState working) {
    if (published.state == ProgramState::halted) return published.state;
    if (age_of(published, posted) > silent_seconds_max) return moves ? working : ProgramState::stopped;
    return published.state == ProgramState::idle && moves ? working : published.state;
}

std::optional<ReportedError> last_error(const status::ProgramStatus& published) {
    if (published.error.empty()) return std::nullopt;
    return ReportedError{published.error, published.error_at_ms};
}

/// The position of a consumer that reads an archive is the archive's last record. It has applied less.
void set_back(ConsumerStatus& consumer, RecordId applied, RecordId head) {
    consumer.reads_archive = true;
    if (consumer.last && *consumer.last <= applied) return;
    consumer.last = applied;
    consumer.lag_records = head.offset.value - std::min(head.offset.value, applied.offset.value);
    consumer.lag_seconds =
        static_cast<double>(head.sealed_ms - std::min(head.sealed_ms, applied.sealed_ms)) / 1000;
}

/// Adds the consumers that publish a status and have no position yet.
void add_unpositioned(std::vector<ConsumerStatus>& consumers,
                      const std::map<std::string, PublishedConsumer>& published) {
    for (const auto& [name, one] : published)
        if (std::ranges::find(consumers, name, &ConsumerStatus::name) == consumers.end())
            consumers.push_back({.name = name});
    std::ranges::sort(consumers, {}, &ConsumerStatus::name);
}

/// The places of the segments, if there are several.
std::vector<SegmentStatus> segments_at(const std::vector<RecordId>& places) {
    std::vector<SegmentStatus> segments;
    if (places.size() < 2) return segments;
    for (const RecordId place : places)
        segments.push_back({.number = static_cast<std::uint32_t>(segments.size()), .last = place});
    return segments;
}

/// Adds what instances publish of a consumer's segments. The table of checkpoints knows best how many there are, and
/// where; it may be in another database, and then the instances tell.
void add_published_segments(const PublishedConsumer& published, bool is_known, bool is_stopped,
                            std::vector<SegmentStatus>& segments) {
    const std::uint32_t count = published.status.segment_count;
    if (!is_known && count > 1) {
        segments.resize(count);
        for (std::uint32_t number = 0; number < count; ++number) segments[number].number = number;
    }
    for (SegmentStatus& segment : segments) {
        segment.state = ProgramState::stopped;
        const auto found = published.segments.find(segment.number);
        if (segments.size() != count || found == published.segments.end()) continue;
        const auto& [instance, status] = found->second;
        if (!segment.last) segment.last = status.last;
        if (!is_stopped) segment.state = status.state;
        segment.instance = instance;
        segment.last_error = status.error;
    }
}

void add_lags(std::vector<SegmentStatus>& segments, RecordId head) {
    for (SegmentStatus& segment : segments) {
        if (!segment.last) continue;
        const Lag lag = lag_of(*segment.last, head);
        segment.lag_records = lag.records;
        if (lag.time) segment.lag_seconds = seconds(*lag.time);
    }
}

}  // namespace

StatusPoller::StatusPoller(const Settings& settings, Clock& clock, const StatusWaits& waits)
    : clock_(clock),
      stream_(settings.stream_name),
      database_(settings, "status", waits.postgres,
                [schema = postgres::quoted_schema(settings.schema)](postgres::Connection& connection) {
                    postgres::require_schema(connection, schema);
                }),
      log_(logs::open(settings, waits.log)),
      board_(logs::open_status_board(settings, waits.log)),
      outbox_(database_, clock) {}

Status StatusPoller::poll() {
    Status status{.at_ms = clock_.unix_ms(), .stream = stream_};
    // Each part is read before the part that it follows: checkpoints, then the log's head, then what is
    // sealed. So no part seems ahead of another.
    auto known = asked(status.outbox.error, [&] { return known_consumers(database_); });
    const auto snapshot = asked(status.log.error, [&] { return take_log_snapshot(*log_, *board_, clock_); });
    if (snapshot) head_ = snapshot->usage.head;
    if (known) {
        // While the log's server is away, the records after its last known head wait.
        const auto outbox = asked(status.outbox.error, [&] { return outbox_.poll(head_); });
        if (outbox) status.outbox = *outbox;
    }
    if (snapshot) {
        add_log(*snapshot, status);
        add_streamer(*snapshot, status);
    }
    add_consumers(known ? std::move(*known) : KnownConsumers{}, snapshot, status);

    before_ = snapshot;
    positions_.clear();
    for (const ConsumerStatus& consumer : status.consumers)
        if (consumer.last) positions_.emplace(consumer.name, consumer.last->offset);
    return status;
}

void StatusPoller::add_log(const LogSnapshot& snapshot, Status& status) const {
    status.log.head = snapshot.usage.head;
    status.log.first = snapshot.usage.first;
    status.log.records = snapshot.usage.records;
    status.log.bytes = snapshot.usage.bytes;
    if (before_ && snapshot.at > before_->at)
        status.log.records_per_second =
            rate(before_->usage.head.offset, snapshot.usage.head.offset, snapshot.at - before_->at);
}

void StatusPoller::add_streamer(const LogSnapshot& snapshot, Status& status) const {
    StreamerStatus& streamer = status.streamer;
    streamer.records_per_second = status.log.records_per_second;
    const bool moves_now = moves(streamer.records_per_second);
    if (moves_now) streamer.state = ProgramState::streaming;
    const status::ProgramStatus* const published = find(snapshot.posted, status::streamer_field);
    if (published == nullptr) return;
    streamer.state = published_state(*published, snapshot.posted, moves_now, ProgramState::streaming);
    streamer.last_error = last_error(*published);
    streamer.seen_seconds = age_of(*published, snapshot.posted);
    streamer.retention = published->retention;
}

void StatusPoller::add_consumers(KnownConsumers known, const std::optional<LogSnapshot>& snapshot,
                                 Status& status) const {
    const LogSnapshot seen = snapshot.value_or(LogSnapshot{});
    std::set<std::string> checkpointed;
    for (const ConsumerProgress& progress :
         consumer_progress(std::move(known), seen.positions, seen.usage.head)) {
        ConsumerStatus consumer{
            .name = progress.name.str(), .last = progress.position, .owner = progress.owner};
        consumer.segments = segments_at(progress.segments);
        if (!progress.segments.empty()) checkpointed.insert(consumer.name);
        if (progress.came_back()) consumer.forgotten_seconds = seconds(*progress.forgotten_ago);
        if (snapshot) {
            consumer.state = progress.state();
            consumer.lag_records = progress.lag_records;
            if (progress.lag) consumer.lag_seconds = seconds(*progress.lag);
        } else if (progress.cut_off) {
            consumer.state = ProgramState::cut_off;
        }
        status.consumers.push_back(std::move(consumer));
    }
    if (!snapshot) return;
    const auto published = published_consumers(snapshot->posted);
    add_unpositioned(status.consumers, published);
    for (ConsumerStatus& consumer : status.consumers) {
        const auto found = published.find(consumer.name);
        add_published(*snapshot, found == published.end() ? nullptr : &found->second, consumer);
        if (found != published.end())
            add_published_segments(found->second, checkpointed.contains(consumer.name),
                                   consumer.state == ProgramState::stopped, consumer.segments);
        add_lags(consumer.segments, snapshot->usage.head);
    }
}

/// Adds the rate of the consumer, and what it publishes.
void StatusPoller::add_published(const LogSnapshot& snapshot, const PublishedConsumer* all,
                                 ConsumerStatus& consumer) const {
    const status::ProgramStatus* const published = all == nullptr ? nullptr : &all->status;
    const bool is_heard = published != nullptr && age_of(*published, snapshot.posted) <= silent_seconds_max;
    if (is_heard && published->replayed) set_back(consumer, *published->replayed, snapshot.usage.head);
    const auto before = positions_.find(consumer.name);
    if (before_ && snapshot.at > before_->at && consumer.last && before != positions_.end())
        consumer.records_per_second = rate(before->second, consumer.last->offset, snapshot.at - before_->at);
    const bool moves_now = moves(consumer.records_per_second);
    const bool is_cut_off = consumer.state == ProgramState::cut_off;
    if (moves_now && !is_cut_off) consumer.state = ProgramState::consuming;
    if (published == nullptr) return;
    if (!is_cut_off)
        consumer.state = published_state(*published, snapshot.posted, moves_now, ProgramState::consuming);
    consumer.last_error = last_error(*published);
    consumer.seen_seconds = age_of(*published, snapshot.posted);
    if (!is_heard) return;
    consumer.forgotten_seconds.reset();
    consumer.latency_p50_ms = published->latency_p50_ms;
    consumer.latency_p99_ms = published->latency_p99_ms;
}

}  // namespace contrail::operations
