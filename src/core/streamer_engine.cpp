#include "core/streamer_engine.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "core/close_batch.hpp"
#include "core/listener.hpp"
#include "core/require.hpp"
#include "core/retry_loop.hpp"

namespace contrail {

namespace {

/// Refilling a log reads the batches of so many records at once. More saves little, and the outbox sorts them
/// before the first goes out.
constexpr std::uint64_t run_records_max = 10'000;

/// More than any start takes that succeeds: it is some dozen calls, each with a limit of seconds.
constexpr Clock::Duration takeover_wait_max = std::chrono::minutes(2);

/// A batch of fewer records than this is worth a pause, because each seal is a commit. A larger one is gathered while
/// the streamer seals and appends.
constexpr std::uint64_t gathered_records_min = 100;

[[noreturn]] void throw_foreign(const std::string& what, RecordId id, const std::string& found) {
    throw Error(
        Retry::never,
        what + ' ' + id.to_string() + ", " + found +
            " Either the database lost commits that had been sent (a failover to a replica that "
            "lagged), or another program writes to this log. Nothing was sent. Find out which of the "
            "two is right. If it is the log, `contrail adopt` shows what it would mean to continue after "
            "it.");
}

[[noreturn]] void throw_not_sealed(const std::string& what, RecordId id, const Batch& newest) {
    throw_foreign(what, id, "but the outbox has sealed no more than " + newest.last_id().to_string() + ".");
}

/// Throws unless this outbox sealed the record with this id, or `id` is the beginning of the log. A released
/// record can no longer be found and is believed. `what` introduces the id in the message.
void require_sealed_here(const std::string& what, RecordId id, const Batch& base, const Batch& newest,
                         Outbox& outbox) {
    if (id == RecordId{} || id == base.last_id()) return;
    if (id.offset == Offset{0}) throw_foreign(what, id, "which no streamer writes: offsets begin at 1.");
    if (id.offset > newest.last) throw_not_sealed(what, id, newest);
    const auto holder = id.offset == base.last ? std::optional(base) : outbox.find(id.offset);
    if (holder && holder->sealed_ms != id.sealed_ms) {
        throw_foreign(what, id,
                      "but the outbox sealed offset " + std::to_string(id.offset.value) + " as " +
                          RecordId{holder->sealed_ms, id.offset}.to_string() + ".");
    }
}

/// Throws if a consumer has yet to apply a record after `head` that the outbox does not hold any more.
///
/// A consumer at 0-0 does not count. It came after the release, which waits for every registered consumer, and has
/// applied nothing. It stops at its first read, because the log's beginning is gone; the others go on.
void require_released_unneeded(RecordId head, const Batch& base, ConsumerRegistry& registry) {
    std::string in_need;
    for (const RegisteredConsumer& consumer : registry.consumers()) {
        if (consumer.position == RecordId{} || consumer.needs_nothing_up_to() >= base.last) continue;
        in_need += (in_need.empty() ? "" : ", ") + consumer.name.str() + " (at " +
                   consumer.position.to_string() + ")";
    }
    if (in_need.empty()) return;
    throw Error(
        Retry::never,
        "The log's head is " + head.to_string() + ", and offsets " + std::to_string(head.offset.value + 1) +
            " to " + std::to_string(base.last.value) +
            " are gone from both the log and the outbox. Consumers that need some of them: " + in_need +
            ". Nothing was sent. Fill the log from an archive (`contrail rebuild --archive DIR`), or restore it from a "
            "newer backup. Or, to continue without these records, reset or forget those consumers (`contrail consumer "
            "reset`, `contrail consumer forget`).");
}

}  // namespace

StreamerEngine::StreamerEngine(Outbox& outbox, LogWriter& log, Clock& clock, StreamerOptions options,
                               OnStreamerEvent on_event)
    : outbox_(outbox),
      log_(log),
      clock_(clock),
      options_(options),
      on_event_(or_ignore(std::move(on_event))),
      takeover_wait_(options.takeover_wait) {}

std::size_t StreamerEngine::run_once() {
    try {
        if (!place_) locate();
        if (standing_by_) return 0;
        if (is_held_back() || !read_chunk()) {
            settle(0);
            check_head_when_idle();
            if (place_ && !std::exchange(waiting_, true)) on_event_(streamer_event::Waiting{});
            return 0;
        }
        waiting_ = false;
        const std::size_t records = chunk_.size();
        append_chunk();
        settle(options_.appends_in_flight_max);
        return records;
    } catch (...) {
        lose_place();
        throw;
    }
}

void StreamerEngine::run(const std::stop_token& stop) {
    const auto step = [this, &stop]() -> StepResult {
        const std::size_t records = run_once();
        // What was handed over is not yet accepted. A log that refuses every append is no success, and needs
        // longer and longer pauses.
        const bool succeeded = records == 0 || std::exchange(log_accepts_, false);
        if (records > 0) return {succeeded, pause_to_gather()};
        is_busy_ = !rest_when_idle(stop);
        if (is_busy_) return {succeeded, pause_when_idle()};
        idle_wait_ = Clock::Duration::zero();
        return {succeeded};
    };
    repeat(
        step, stop, clock_, options_.retry, Endures::passing_errors,
        [this](const Error& error, Clock::Duration pause) {
            on_event_(streamer_event::Retrying{error, pause});
        },
        [this](const Error& error) { on_event_(streamer_event::Halted{error}); });
    settle(0);
}

void StreamerEngine::locate() {
    const bool leads = outbox_.lead();
    log_.act_for(outbox_.identity());
    // The head is asked first. A batch is sealed before it is sent, so whatever the head shows is sealed by
    // the time the outbox is asked; the other way round, another streamer's work in between would look
    // like records from nowhere.
    const RecordId head = log_.head();
    head_checked_ = clock_.now();
    if (!leads && !must_take_over(head)) {
        if (!std::exchange(standing_by_, true)) on_event_(streamer_event::StandingBy{});
        return;
    }
    standing_by_ = false;
    place_ = find_place(head);
}

/// True if another streamer leads, but the log has stood still for long while records wait.
///
/// The leader may be frozen, or cut off from a server: its session keeps the lead, and only the lack of
/// progress shows it. Working beside it is always safe, so it is enough to be right most of the time. When
/// the leader wakes, one of the two is refused and locates again, and only the leader goes on.
///
/// But the leader may have been about to start, which can take longer than the wait. A log that fences makes it start
/// again then, and the two could fence each other for ever. So each takeover doubles the wait before the next one,
/// until the log moves.
bool StreamerEngine::must_take_over(RecordId head) {
    if (head != head_stood_by_) takeover_wait_ = options_.takeover_wait;
    if (!standing_by_ || head != head_stood_by_) {
        head_stood_by_ = head;
        stood_still_since_ = clock_.now();
        records_wait_ = false;
        return false;
    }
    const Clock::Duration stood_still = clock_.now() - stood_still_since_;
    if (stood_still < takeover_wait_) return false;
    const Batch newest = outbox_.newest();
    if (head == newest.last_id() && !outbox_.next(newest)) {
        stood_still_since_ = clock_.now();
        return false;
    }
    // They may have come a moment ago. A leader that is awake sends them before the next poll.
    if (!std::exchange(records_wait_, true)) return false;
    if (takeover_wait_ < takeover_wait_max) takeover_wait_ *= 2;
    on_event_(streamer_event::TakingOver{head, stood_still});
    return true;
}

StreamerEngine::Place StreamerEngine::find_place(RecordId head) {
    // Asked before the newest batch, for the same reason as the head.
    const std::string incarnation = log_.incarnation();
    const std::vector<RegisteredConsumer> consumers = outbox_.registry().consumers();
    const Batch base = outbox_.base();
    const Batch newest = outbox_.newest();
    require_sealed_here("The log's head is", head, base, newest, outbox_);
    for (const RegisteredConsumer& consumer : consumers) {
        // By the offset alone: a consumer that was set to a place between two batches bears the time of the
        // later one.
        if (consumer.position.offset > newest.last)
            throw_not_sealed("Consumer '" + consumer.name.str() + "' has applied the records up to",
                             consumer.position, newest);
    }
    // Only now, when nothing contradicts that the log is this outbox's.
    log_.claim(newest.last_id(), incarnation);
    if (head.offset < base.last) return restart_log(head, base, newest);
    on_event_(streamer_event::Located{head, newest.last.value - head.offset.value});

    if (head.offset == newest.last) return {newest, {}, nullptr, head, newest.number};

    const auto batch = outbox_.find(head.offset.next());
    if (!batch) {
        throw Error(Retry::call, "The outbox released the record after " + head.to_string() +
                                     " while it was looked for: the log has moved on.");
    }
    return {*batch, {*batch}, outbox_.read(*batch, head.offset.next()), head, newest.number};
}

/// The log ends before everything that the outbox still holds: it was lost, or an old copy took its place.
StreamerEngine::Place StreamerEngine::restart_log(RecordId head, const Batch& base, const Batch& newest) {
    // Records are released only after they were sent. Had another streamer sent them since the head was asked
    // for, then nothing would be missing.
    if (log_.head() != head)
        throw Error(Retry::call,
                    "The log moved on from " + head.to_string() + " while its place was looked up.");
    require_released_unneeded(head, base, outbox_.registry());

    const RecordId from = base.last_id();
    if (const RecordId found = log_.restart(head, from); found != from)
        throw Error(Retry::call,
                    "The log moved on to " + found.to_string() + " before it could be restarted.");
    on_event_(streamer_event::Restarted{head, from});
    return {base, {}, nullptr, from, newest.number};
}

/// Checks, now and then, how much memory the log's server has left. This is the back-pressure: what is not
/// sent waits in the outbox, on disk, until consumers are past enough of the log for retention to trim it.
bool StreamerEngine::is_held_back() {
    if (clock_.now() - memory_checked_ < options_.memory_check_every) return held_back_;
    memory_checked_ = clock_.now();
    const LogUsage usage = log_.usage();
    const double used_max = options_.log_memory_used_max * static_cast<double>(usage.memory_bytes_max);
    const bool full = usage.memory_bytes_max > 0 && static_cast<double>(usage.memory_bytes) >= used_max;
    if (full && !held_back_) on_event_(streamer_event::HeldBack{usage});
    if (!full && held_back_) on_event_(streamer_event::Resumed{});
    held_back_ = full;
    return held_back_;
}

/// Fills chunk_ with the next records, from the next batch where one ended. False: nothing is staged.
bool StreamerEngine::read_chunk() {
    for (;;) {
        if (!place_->reader && !open_next()) return false;
        place_->reader->read(chunk_, options_.chunk);
        if (!chunk_.empty()) return true;
        finish_reading();
    }
}

bool StreamerEngine::open_next() {
    Place& place = *place_;
    if (place.batch.number < place.sealed_to) {
        BatchRun run = outbox_.read_run(place.batch, run_records_max);
        place.reading = std::move(run.batches);
        place.reader = std::move(run.reader);
        if (place.reader) return true;
    }
    const auto batch = outbox_.next(place.batch);
    if (!batch) return false;
    place.reader = outbox_.read(*batch, batch->first);
    place.reading.assign(1, *batch);
    return true;
}

void StreamerEngine::finish_reading() {
    Place& place = *place_;
    for (auto batch = place.reading.begin(); batch != place.reading.end(); ++batch) {
        const auto next = std::next(batch);
        const bool is_last = next == place.reading.end();
        place.batch = close_batch(*batch, is_last ? place.read_to.offset : next->first.previous());
        on_event_(streamer_event::BatchAppended{place.batch});
    }
    place.reading.clear();
    place.reader.reset();
}

void StreamerEngine::append_chunk() {
    // A gap here would be a gap in the log, for every consumer and for ever.
    const Offset first = chunk_.front().id.offset;
    const Offset expected = place_->read_to.offset.next();
    require(first == expected, "an append begins where the one before it ended", first.value, expected.value);
    log_.append_begin(place_->read_to, chunk_);
    place_->read_to = chunk_.back().id;
    in_flight_.push_back(place_->read_to);
}

/// Waits until no more than `in_flight_max` appends are unanswered.
void StreamerEngine::settle(std::size_t in_flight_max) {
    while (in_flight_.size() > in_flight_max) {
        const RecordId appended = in_flight_.front();
        const RecordId head = log_.append_end();
        in_flight_.erase(in_flight_.begin());
        log_accepts_ = head == appended;
        if (!log_accepts_) {
            // Those begun after it expect a head that will not come; they write nothing.
            on_event_(streamer_event::Refused{appended, head});
            lose_place();
        }
    }
}

/// Without this, an idle streamer would not notice that the log was emptied, and consumers that lag would
/// wait for the next record.
void StreamerEngine::check_head_when_idle() {
    if (!place_ || clock_.now() - head_checked_ < options_.head_check_every) return;
    head_checked_ = clock_.now();
    const RecordId head = log_.head();
    if (head == place_->read_to) return;
    on_event_(streamer_event::Refused{place_->read_to, head});
    lose_place();
}

void StreamerEngine::lose_place() noexcept {
    place_.reset();
    in_flight_.clear();
    waiting_ = false;
}

/// False if the streamer has to poll.
bool StreamerEngine::rest_when_idle(const std::stop_token& stop) {
    if (!place_ || held_back_) return false;
    try {
        return outbox_.rest(options_.rest_max, stop) != Rest::refused;
    } catch (...) {
        lose_place();
        throw;
    }
}

/// None where more waits, or where records are so rare that the next poll should come at once and may begin a rest.
Clock::Pause StreamerEngine::pause_to_gather() {
    const bool came_soon = std::exchange(is_busy_, true) && idle_wait_ <= options_.idle_wait_min;
    idle_wait_ = Clock::Duration::zero();
    if (!came_soon || !place_ || place_->reading.empty()) return {};
    const OpenBatch& batch = place_->reading.back();
    const bool was_last = batch.last == place_->read_to.offset && batch.number >= place_->sealed_to;
    const bool is_small = place_->read_to.offset.value - batch.first.value + 1 < gathered_records_min;
    return was_last && is_small ? options_.gather_wait : Clock::Pause::zero();
}

Clock::Duration StreamerEngine::pause_when_idle() {
    if (standing_by_) return options_.stand_by_wait;
    if (held_back_) return options_.memory_check_every;
    idle_wait_ = std::clamp(idle_wait_ * 2, options_.idle_wait_min, options_.idle_wait_max);
    return idle_wait_;
}

}  // namespace contrail
