#include "contrail/consumer.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "core/backoff.hpp"
#include "core/gap_error.hpp"

namespace contrail {

namespace {

ConsumerEvents& nobody() {
    static ConsumerEvents events;
    return events;
}

}  // namespace

Consumer::Consumer(ConsumerName name, Log& log, Checkpoints& checkpoints, Handler handler, Options options,
                   Clock& clock, ConsumerEvents& events)
    : name_(std::move(name)),
      log_(log),
      checkpoints_(checkpoints),
      handler_(std::move(handler)),
      options_(options),
      clock_(clock),
      events_(events) {}

Consumer::Consumer(ConsumerName name, Log& log, Checkpoints& checkpoints, Handler handler)
    : Consumer(std::move(name), log, checkpoints, std::move(handler), Options{}, system_clock(), nobody()) {}

std::size_t Consumer::run_once() {
    try {
        if (!checkpoint_) locate();
        if (!reading_) begin_read();
        reading_ = false;
        log_.read_end(records_);
        if (!records_.empty()) read_to_ = records_.back().id;
        skip_records_already_applied();
        if (records_.empty()) return 0;
        if (const auto gap = find_gap()) {
            // None if another instance has moved the checkpoint on: the log may drop what lies before it.
            if (!was_overtaken()) throw_gap(*gap);
            stand_by();
            return 0;
        }
        return apply_and_commit() ? records_.size() : 0;
    } catch (...) {
        // Whatever failed, the checkpoint in the database is the truth: a commit in doubt may have happened.
        checkpoint_.reset();
        reported_.reset();
        reading_ = false;
        throw;
    }
}

void Consumer::run(const std::stop_token& stop) {
    Backoff retry(options_.retry_wait_min, options_.retry_wait_max);
    std::uint32_t handler_failures = 0;

    const auto pause_after = [&](const std::exception& error) {
        const auto pause = retry.next();
        events_.retrying(error, pause);
        clock_.wait(pause, stop);
    };
    while (!stop.stop_requested()) {
        try {
            if (run_once() > 0) {
                retry.reset();
                handler_failures = 0;
            } else if (!checkpoint_) {
                clock_.wait(options_.stand_by_wait, stop);
            }
        } catch (const Error& error) {
            if (error.retry() == Retry::never) throw;
            pause_after(error);
        } catch (const std::exception& error) {
            if (++handler_failures >= options_.handler_attempts_max) throw;
            pause_after(error);
        }
    }
}

void Consumer::locate() {
    checkpoint_ = checkpoints_.begin(name_)->checkpoint().value_or(RecordId{});
    read_to_ = *checkpoint_;
    events_.located(*checkpoint_);
}

void Consumer::begin_read() {
    // A position is told only once it is committed: the log may drop what lies before it.
    const auto now = clock_.now();
    if (*checkpoint_ != RecordId{} &&
        (reported_ != checkpoint_ || now - reported_at_ >= options_.report_every)) {
        log_.report_position(name_, *checkpoint_);
        reported_ = checkpoint_;
        reported_at_ = now;
    }
    log_.read_begin(read_to_, options_.batch, options_.read_wait_max);
    reading_ = true;
}

void Consumer::skip_records_already_applied() {
    const auto first_new = std::find_if(records_.begin(), records_.end(),
                                        [&](const Record& record) { return record.id > *checkpoint_; });
    if (first_new == records_.begin()) return;
    events_.skipped(static_cast<std::size_t>(first_new - records_.begin()));
    records_.erase(records_.begin(), first_new);
}

std::optional<Gap> Consumer::find_gap() const {
    RecordId previous = *checkpoint_;
    for (const Record& record : records_) {
        if (record.id.offset != previous.offset.next()) return Gap{previous, record.id};
        previous = record.id;
    }
    return std::nullopt;
}

void Consumer::throw_gap(const Gap& gap) const {
    const auto words = log_.cut_offs();
    const auto word = words.find(name_);
    throw gap_error(name_, gap, word == words.end() ? std::nullopt : std::optional(word->second));
}

bool Consumer::was_overtaken() {
    return checkpoints_.begin(name_)->checkpoint().value_or(RecordId{}) != *checkpoint_;
}

/// False: another instance of this name was faster, and nothing was done.
bool Consumer::apply_and_commit() {
    const RecordId last = records_.back().id;
    const auto transaction = checkpoints_.begin(name_);
    if (transaction->checkpoint().value_or(RecordId{}) != *checkpoint_) return stand_by();

    handler_(*transaction, records_);

    if (!transaction->advance(last)) return stand_by();

    // The log looks for more while Postgres commits. If the commit fails, this read is forgotten.
    begin_read();
    transaction->commit();
    checkpoint_ = last;
    events_.committed(records_.size(), last);
    return true;
}

bool Consumer::stand_by() {
    checkpoint_.reset();
    events_.overtaken();
    return false;
}

}  // namespace contrail
