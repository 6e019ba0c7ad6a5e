#include "contrail/consumer.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "core/backoff.hpp"
#include "core/utc.hpp"

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
        require_no_gap();
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

void Consumer::require_no_gap() {
    RecordId previous = *checkpoint_;
    for (const Record& record : records_) {
        if (record.id.offset != previous.offset.next()) throw_gap(previous, record.id);
        previous = record.id;
    }
}

void Consumer::throw_gap(RecordId previous, RecordId found) {
    const auto cut_offs = log_.cut_offs();
    if (const auto mark = cut_offs.find(name_);
        mark != cut_offs.end() && mark->second.last_missed > previous.offset) {
        throw Error(Retry::never,
                    "Consumer '" + name_.str() + "' was cut off at " + utc_text(mark->second.at_ms) +
                        ": a limit on the log's size or age dropped offsets " +
                        std::to_string(mark->second.first_missed.value) + " to " +
                        std::to_string(mark->second.last_missed.value) +
                        " before it had applied them. The log goes on with " + found.to_string() +
                        ". Nothing of this batch was applied. To go on there, knowingly without them: " +
                        "contrail consumer reset " + name_.str() + " --to earliest --execute");
    }
    const std::string where = "Consumer '" + name_.str() + "' expected offset " +
                              std::to_string(previous.offset.next().value) + " after " +
                              previous.to_string() + ", but the log went on with " + found.to_string() + ".";
    if (previous == RecordId{}) {
        throw Error(Retry::never,
                    where +
                        " The beginning of the log is gone, so that a new consumer cannot start "
                        "from it. Nothing was applied.");
    }
    if (found.offset <= previous.offset) {
        throw Error(Retry::never, where +
                                      " These offsets were applied before under other ids: the database has "
                                      "lost commits, and gave them out again. Nothing of this batch was "
                                      "applied. `contrail adopt` mends it.");
    }
    throw Error(Retry::never, where +
                                  " The records between were trimmed or deleted, or something else writes to "
                                  "this log. Nothing of this batch was applied. `contrail rebuild` puts back "
                                  "what the outbox still holds.");
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
