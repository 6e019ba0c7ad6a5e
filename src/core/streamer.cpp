#include "contrail/streamer.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "core/backoff.hpp"

namespace contrail {

namespace {

/// The id of the last record of a batch that was read to its end.
RecordId last_id(const Batch& batch) {
    return {batch.sealed_ms, *batch.last};
}

[[noreturn]] void throw_foreign_head(RecordId head, const std::string& found) {
    throw Error(Retry::never,
                "The log's head is " + head.to_string() + ", " + found +
                    " Either the database lost commits that had been sent (a failover to a replica that "
                    "lagged), or something else writes to this log. Nothing was sent. Find out which of "
                    "the two holds the truth before the streamer is started again.");
}

/// Throws unless `head` is a record that this outbox sealed, or the beginning of the log.
void require_sealed_here(RecordId head, const Batch& newest, Outbox& outbox) {
    if (head == RecordId{}) return;
    if (head.offset > *newest.last) {
        throw_foreign_head(head,
                           "but the outbox has sealed no more than " + last_id(newest).to_string() + ".");
    }
    const auto holder = outbox.find(head.offset);
    if (holder && holder->sealed_ms != head.sealed_ms) {
        throw_foreign_head(head, "but the outbox sealed offset " + std::to_string(head.offset.value) +
                                     " as " + RecordId{holder->sealed_ms, head.offset}.to_string() + ".");
    }
    if (head.offset == Offset{0}) throw_foreign_head(head, "which no streamer writes: offsets begin at 1.");
}

}  // namespace

Streamer::Streamer(Outbox& outbox, Log& log, Clock& clock, Options options, StreamerEvents& events)
    : outbox_(outbox),
      log_(log),
      clock_(clock),
      options_(options),
      events_(events) {}

std::size_t Streamer::run_once() {
    try {
        if (!place_) locate();
        if (standing_by_) return 0;
        if (!read_chunk()) {
            settle(0);
            check_head_when_idle();
            return 0;
        }
        const std::size_t records = chunk_.size();
        append_chunk();
        settle(options_.appends_in_flight_max);
        return records;
    } catch (...) {
        lose_place();
        throw;
    }
}

void Streamer::run(const std::stop_token& stop) {
    Backoff retry(options_.retry_wait_min, options_.retry_wait_max);
    while (!stop.stop_requested()) {
        try {
            const std::size_t records = run_once();
            // What was handed over is not yet accepted: a log that refuses every append is no success, and
            // has to be left in peace for longer and longer.
            if (records == 0 || std::exchange(log_accepts_, false)) retry.reset();
            if (records > 0) {
                idle_wait_ = Clock::Duration::zero();
            } else {
                clock_.wait(pause_when_idle(), stop);
            }
        } catch (const Error& error) {
            if (error.retry() == Retry::never) throw;
            const auto pause = retry.next();
            events_.retrying(error, pause);
            clock_.wait(pause, stop);
        }
    }
    settle(0);
}

void Streamer::locate() {
    const bool leads = outbox_.lead();
    // The head is asked first. A batch is sealed before it is sent, so whatever the head shows is sealed by
    // the time the outbox is asked; the other way round, another streamer's work in between would look
    // like records from nowhere.
    const RecordId head = log_.head();
    head_checked_ = clock_.now();
    if (!leads && !must_take_over(head)) {
        if (!std::exchange(standing_by_, true)) events_.standing_by();
        return;
    }
    standing_by_ = false;
    place_ = find_place(head);
}

/// True if another streamer leads, but the log has stood still for long while records wait.
///
/// Whoever leads may be frozen, or cut off: its session keeps the lead, and nobody can tell that from outside
/// but by what does not happen. To act beside it is always safe, so it is enough to be right most of the
/// time: when it wakes, one of the two is refused and comes here again, and only the one that leads goes on.
bool Streamer::must_take_over(RecordId head) {
    if (!standing_by_ || head != head_stood_by_) {
        head_stood_by_ = head;
        stood_still_since_ = clock_.now();
        records_wait_ = false;
        return false;
    }
    const Clock::Duration stood_still = clock_.now() - stood_still_since_;
    if (stood_still < options_.takeover_wait) return false;
    const Batch newest = outbox_.newest();
    if (head == last_id(newest) && !outbox_.next(newest)) {
        stood_still_since_ = clock_.now();
        return false;
    }
    // Perhaps they came a moment ago. Whoever leads and is awake sends them before the next look.
    if (!std::exchange(records_wait_, true)) return false;
    events_.taking_over(head, stood_still);
    return true;
}

Streamer::Place Streamer::find_place(RecordId head) {
    const Batch newest = outbox_.newest();
    require_sealed_here(head, newest, outbox_);
    events_.located(head, newest.last->value - head.offset.value);

    if (head.offset == *newest.last) return {newest, nullptr, head};

    const auto batch = outbox_.find(head.offset.next());
    if (!batch) {
        throw Error(Retry::never,
                    "The log's head is " + head.to_string() +
                        ", and the outbox no longer holds the records from offset " +
                        std::to_string(head.offset.next().value) +
                        " on: nobody does. Nothing was sent. Restore the log from a backup that is newer.");
    }
    return {*batch, outbox_.read(*batch, head.offset.next()), head};
}

/// Fills chunk_ with the next records, from the next batch where one ended. False: nothing is staged.
bool Streamer::read_chunk() {
    for (;;) {
        if (!place_->reader && !open_next_batch()) return false;
        place_->reader->read(chunk_, options_.chunk);
        if (!chunk_.empty()) return true;
        finish_batch();
    }
}

bool Streamer::open_next_batch() {
    const auto batch = outbox_.next(place_->batch);
    if (!batch) return false;
    place_->reader = outbox_.read(*batch, batch->first);
    place_->batch = *batch;
    return true;
}

void Streamer::finish_batch() {
    Batch& batch = place_->batch;
    const Offset read_to = place_->read_to.offset;
    // A batch is never empty, and reads the same every time. Anything else would number the records that
    // follow differently from what consumers may already have seen.
    if (read_to < batch.first || (batch.last && read_to != *batch.last)) {
        throw Error(Retry::never, "Batch " + std::to_string(batch.number) +
                                      " of the outbox should end at offset " +
                                      (batch.last ? std::to_string(batch.last->value)
                                                  : std::to_string(batch.first.value) + " or later") +
                                      ", but its records end at " + std::to_string(read_to.value) +
                                      ". Staged records were changed or deleted behind Contrail's back.");
    }
    batch.last = read_to;
    place_->reader.reset();
    events_.batch_appended(batch);
}

void Streamer::append_chunk() {
    log_.append_begin(place_->read_to, chunk_);
    place_->read_to = chunk_.back().id;
    in_flight_.push_back(place_->read_to);
}

/// Waits until no more than `in_flight_max` appends are unanswered.
void Streamer::settle(std::size_t in_flight_max) {
    while (in_flight_.size() > in_flight_max) {
        const RecordId appended = in_flight_.front();
        const RecordId head = log_.append_end();
        in_flight_.erase(in_flight_.begin());
        log_accepts_ = head == appended;
        if (!log_accepts_) {
            // Those begun after it expect a head that will not come; they write nothing.
            events_.refused(appended, head);
            lose_place();
        }
    }
}

/// Without this, an idle streamer would not notice that the log was emptied, and consumers that lag would
/// wait for the next ride.
void Streamer::check_head_when_idle() {
    if (!place_ || clock_.now() - head_checked_ < options_.head_check_every) return;
    head_checked_ = clock_.now();
    const RecordId head = log_.head();
    if (head == place_->read_to) return;
    events_.refused(place_->read_to, head);
    lose_place();
}

void Streamer::lose_place() noexcept {
    place_.reset();
    in_flight_.clear();
}

Clock::Duration Streamer::pause_when_idle() {
    if (standing_by_) return options_.stand_by_wait;
    idle_wait_ = std::clamp(idle_wait_ * 2, options_.idle_wait_min, options_.idle_wait_max);
    return idle_wait_;
}

}  // namespace contrail
