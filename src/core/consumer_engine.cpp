#include "core/consumer_engine.hpp"

#include <algorithm>
#include <exception>
#include <string>
#include <utility>

#include "contrail/handler_error.hpp"
#include "contrail/record_key.hpp"
#include "core/batch_filter.hpp"
#include "core/gap_error.hpp"
#include "core/listener.hpp"
#include "core/retry_loop.hpp"
#include "core/starting_checkpoint.hpp"

namespace contrail {

/// The handler rejected one of these records. Deliberately no std::exception: only run_once() handles it.
struct ConsumerEngine::Refused {
    std::span<const Record> records;
    std::string why;
    std::exception_ptr cause;
};

namespace {

std::string describe(std::span<const Record> records) {
    const Record& first = records.front();
    if (records.size() > 1) return "records " + first.id.to_string() + " to " + records.back().id.to_string();
    return "record " + first.id.to_string() + " (" + first.action + ' ' + first.object + ')';
}

[[noreturn]] void throw_because_of(const std::exception_ptr& cause, Error error) {
    try {
        std::rethrow_exception(cause);
    } catch (...) {
        std::throw_with_nested(std::move(error));
    }
}

}  // namespace

ConsumerEngine::ConsumerEngine(ConsumerName name, LogReader& log, Checkpoints& checkpoints, Handler handler,
                               ConsumerOptions options, Clock& clock, OnConsumerEvent on_event)
    : name_(std::move(name)),
      part_(name_, options.segment),
      log_(log),
      checkpoints_(checkpoints),
      handler_(std::move(handler)),
      options_(std::move(options)),
      clock_(clock),
      on_event_(or_ignore(std::move(on_event))),
      source_(
          name_, log, clock, options_.report_every, on_event_,
          part_.segment.is_all() ? std::function<RecordId()>{}
                                 : [this] { return checkpoints_.least(name_).value_or(*checkpoint_); }),
      marked_checked_(clock.now()) {}

std::size_t ConsumerEngine::run_once() {
    // Whatever failed, the checkpoint in the database is the truth: a commit in doubt may have happened.
    try {
        return work();
    } catch (const Refused& refused) {
        return after_refusal(*std::exchange(checkpoint_, std::nullopt), refused);
    } catch (...) {
        checkpoint_.reset();
        throw;
    }
}

void ConsumerEngine::run(const std::stop_token& stop) {
    const auto step = [this]() -> StepResult {
        const bool progressed = run_once() > 0;
        const bool stands_by = !progressed && !checkpoint_;
        return {progressed, stands_by ? options_.stand_by_wait : Clock::Duration::zero()};
    };
    repeat(
        step, stop, clock_, options_.retry, Endures::passing_errors,
        [this](const Error& error, Clock::Duration pause) {
            on_event_(consumer_event::Retrying{error, pause});
        },
        [this](const Error& error) { on_event_(consumer_event::Halted{error}); });
}

void ConsumerEngine::register_if_new() {
    prepare();
    locate();
}

std::size_t ConsumerEngine::work() {
    prepare();
    if (!checkpoint_) locate();
    if (!checkpoint_) return 0;
    if (retry_marked()) return 1;

    if (!source_.is_reading()) begin_read();
    auto& records = source_.end(*checkpoint_);
    if (records.empty()) {
        if (!std::exchange(waiting_, true)) on_event_(consumer_event::Waiting{});
        commit_left_out_if_due();
        return 0;
    }
    waiting_ = false;
    if (const auto gap = find_gap(left_out_ ? left_out_->last : *checkpoint_, records)) {
        // None if another instance has moved the checkpoint on: the log may drop what lies before it.
        if (is_unchanged(*checkpoints_.begin(part_))) throw_gap(*gap);
        stand_by();
        return 0;
    }
    // Cut off at the limit: more is there. The log looks it up while this batch is applied and committed.
    const std::size_t read = records.size();
    if (read == options_.batch.records_max) begin_read();

    const RecordId first = records.front().id;
    const RecordId last = records.back().id;
    const std::size_t chosen = choose(records);
    if (chosen < read) leave_out(first, last, read - chosen);
    if (chosen > 0) return apply_and_commit(std::span(records).first(chosen), last) ? read : 0;
    commit_left_out_if_due();
    return read;
}

void ConsumerEngine::prepare() {
    if (!options_.prepare) return;
    options_.prepare();
    options_.prepare = nullptr;  // it succeeded
}

/// Leaves checkpoint_ unset if another instance was faster to register a new name.
void ConsumerEngine::locate() {
    // A name belongs to one database. The connection may lead to another one than before.
    log_.consume_for(checkpoints_.owner());
    load_checkpoint();
    if (!checkpoint_ && !register_name()) {
        stand_by();
        return;
    }
    left_out_.reset();
    waiting_ = false;
    source_.start_after(*checkpoint_);
    on_event_(consumer_event::Located{*checkpoint_});
}

void ConsumerEngine::load_checkpoint() {
    const auto transaction = checkpoints_.begin(part_);
    checkpoint_ = transaction->checkpoint();
    ahead_ = transaction->ahead();
}

/// False: another instance was faster.
bool ConsumerEngine::register_name() {
    ReconciledState first;
    try {
        first = first_state();
    } catch (const Error&) {
        // If another instance has registered the name meanwhile, the log may drop what lies before its
        // checkpoint.
        if (!checkpoints_.begin(part_)->checkpoint()) throw;
        return false;
    }
    // Committed before the first record is read: a place such as "latest" means another one tomorrow.
    const auto transaction = checkpoints_.begin(part_);
    if (transaction->checkpoint()) return false;
    if (first.write) first.write(*transaction);
    if (!transaction->advance(first.last_id)) return false;
    transaction->commit();
    checkpoint_ = first.last_id;
    on_event_(consumer_event::Registered{first.last_id});
    return true;
}

/// Where a new name begins, and with what; it begins with nothing unless that is reconciled.
ReconciledState ConsumerEngine::first_state() {
    ReconciledState state;
    if (options_.reconcile && std::holds_alternative<start::Reconciled>(options_.start)) {
        // What is in the log by now was sealed by now, so the state will be of a record at or after its head.
        // Computing the state may take long: from here on the log keeps what follows its head.
        if (const RecordId head = log_.head(); head != RecordId{}) log_.register_consumer(name_, head);
        state = options_.reconcile();
    } else {
        state.last_id = starting_checkpoint(name_, options_.start, log_, clock_);
        log_.register_consumer(name_, state.last_id);
    }
    // The log may have been trimmed until the name was registered.
    require_followed(name_, state.last_id, log_);
    return state;
}

void ConsumerEngine::throw_gap(const Gap& gap) {
    throw gap_error(name_, gap, log_.cut_off(name_));
}

void ConsumerEngine::begin_read() {
    ChunkLimits limits = options_.batch;
    if (refusals_.suspects_what_follows(source_.read_to())) limits.records_max = 1;
    source_.begin(*checkpoint_, limits, read_wait());
}

/// Records that were left out wait for no longer than they may.
Clock::Duration ConsumerEngine::read_wait() const {
    if (!left_out_) return options_.read_wait_max;
    const auto due_in = left_out_->since + options_.left_out_wait_max - clock_.now();
    return std::clamp(due_in, Clock::Duration::zero(), options_.read_wait_max);
}

/// Moves the records that are to be applied to the front, and returns how many they are.
std::size_t ConsumerEngine::choose(std::vector<Record>& records) const {
    if (options_.filter.chooses_all() && part_.segment.is_all() && !ahead_) return records.size();
    return move_chosen_to_front(records, [this](const Record& record) { return is_due(record); });
}

bool ConsumerEngine::is_due(const Record& record) const {
    if (!options_.filter.chooses(record)) return false;
    if (part_.segment.is_all() && !ahead_) return true;
    const std::uint64_t hash = hash_of(record);
    const bool was_applied = ahead_ && record.id <= ahead_->applied_to && ahead_->half.holds(hash);
    return part_.segment.holds(hash) && !was_applied;
}

std::uint64_t ConsumerEngine::hash_of(const Record& record) const {
    return key_hash(options_.key ? options_.key(record) : record_key(record));
}

/// False: another instance was faster. What is ahead counts, too: a split and a merge may have left the checkpoint
/// where it was.
bool ConsumerEngine::is_unchanged(const Transaction& transaction) const {
    return transaction.checkpoint() == checkpoint_ && transaction.ahead() == ahead_;
}

/// False: another instance of this name was faster, and nothing was done.
bool ConsumerEngine::apply_and_commit(std::span<const Record> records, RecordId last) {
    const RecordId first = left_out_ ? std::min(left_out_->first, records.front().id) : records.front().id;
    const auto transaction = checkpoints_.begin(part_);
    if (!is_unchanged(*transaction)) return stand_by();

    blaming(records, [&] { handler_(*transaction, records); });

    if (!transaction->advance(last)) return stand_by();

    // The log looks for more while Postgres commits. If the commit fails, this read is forgotten. Any
    // earlier, it would come back with the first record that arrives, and a busy log would be consumed in
    // small pieces.
    if (!source_.is_reading()) begin_read();
    // A record may be at fault here as well: some constraints are checked no earlier.
    blaming(records, [&] { transaction->commit(); });
    parked_in_a_row_ = 0;
    moved_to(first, last);
    return true;
}

void ConsumerEngine::leave_out(RecordId first, RecordId last, std::size_t count) {
    if (!left_out_) left_out_ = LeftOut{.first = first, .last = last, .since = clock_.now()};
    left_out_->last = last;
    left_out_->count += count;
}

/// A transaction for each batch of them would cost as much as applying it. But the log keeps what follows the
/// checkpoint, so it must move in the end.
void ConsumerEngine::commit_left_out_if_due() {
    if (!left_out_ || clock_.now() - left_out_->since < options_.left_out_wait_max) return;
    const RecordId last = left_out_->last;
    const auto transaction = checkpoints_.begin(part_);
    if (!is_unchanged(*transaction) || !transaction->advance(last)) {
        stand_by();
        return;
    }
    transaction->commit();
    moved_to(left_out_->first, last);
}

/// The records from `first` on, and the checkpoint `last`, are committed.
void ConsumerEngine::moved_to(RecordId first, RecordId last) {
    const std::uint64_t left_out = left_out_ ? left_out_->count : 0;
    left_out_.reset();
    checkpoint_ = last;
    if (ahead_ && last >= ahead_->applied_to) ahead_.reset();
    on_event_(consumer_event::Committed{first, last, left_out});
}

bool ConsumerEngine::stand_by() {
    checkpoint_.reset();
    on_event_(consumer_event::Overtaken{});
    return false;
}

/// Makes a call whose failure may be the fault of `records`; see Handler.
template <typename Call>
void ConsumerEngine::blaming(std::span<const Record> records, Call call) {
    try {
        call();
    } catch (const StopConsumer&) {
        throw;
    } catch (const Error& error) {
        if (error.retry() != Retry::never) throw;
        throw Refused{records, error.what(), std::current_exception()};
    } catch (const std::exception& error) {
        throw Refused{records, error.what(), std::current_exception()};
    }
}

/// What was done after `checkpoint` is rolled back. Returns how many records were parked.
std::size_t ConsumerEngine::after_refusal(RecordId checkpoint, const Refused& refused) {
    const std::uint32_t attempts = refusals_.count(checkpoint, clock_.unix_ms());
    const std::string rejection = "The handler of consumer '" + name_.str() + "' rejected " +
                                  describe(refused.records) + ": " + refused.why;
    if (attempts < options_.handler_attempts_max) {
        throw_because_of(refused.cause,
                         {Retry::transaction, rejection + " (Attempt " + std::to_string(attempts) + " of " +
                                                  std::to_string(options_.handler_attempts_max) + ".)"});
    }
    if (refused.records.size() > 1) {
        refusals_.suspect(refused.records.back().id);
        throw_because_of(refused.cause,
                         {Retry::transaction,
                          rejection + " (The consumer now applies these records one by one, to find the "
                                      "one at fault.)"});
    }
    if (options_.on_refusal == OnRefusal::halt) {
        throw_because_of(
            refused.cause,
            {Retry::never, rejection + " (Attempts: " + std::to_string(attempts) +
                               ".) Everything before this record is committed. Fix the handler, or "
                               "have such records parked (--on-refusal park). Then start the consumer "
                               "again."});
    }
    require_parking_helps(refused, rejection);
    const Record& record = refused.records.front();
    return park(checkpoint, {.record = record,
                             .error = refused.why,
                             .attempts = attempts,
                             .first_refused_ms = refusals_.first_ms(),
                             .key_hash = options_.key ? std::optional(hash_of(record)) : std::nullopt});
}

/// Throws if the handler rejects record after record: none of them is at fault then.
void ConsumerEngine::require_parking_helps(const Refused& refused, const std::string& rejection) const {
    const std::uint32_t limit = options_.parked_in_a_row_max;
    if (limit == 0 || parked_in_a_row_ < limit) return;
    throw_because_of(
        refused.cause,
        {Retry::never,
         rejection + " Before it, the consumer parked " + std::to_string(limit) +
             " records in a row (parked_in_a_row_max), and applied none. So the handler is at fault, or "
             "what it needs. Fix that, and start the consumer again. Then run `contrail dead-letters "
             "retry " +
             name_.str() + " --all`."});
}

std::size_t ConsumerEngine::park(RecordId checkpoint, const DeadLetter& dead_letter) {
    const auto transaction = checkpoints_.begin(part_);
    if (transaction->checkpoint() != checkpoint || transaction->ahead() != ahead_) {
        stand_by();
        return 0;
    }
    // A record is parked only if it follows the checkpoint. Here the filter may have left out what lies between.
    const RecordId before{dead_letter.record.id.sealed_ms, dead_letter.record.id.offset.previous()};
    if (before.offset != checkpoint.offset && !transaction->advance(before)) {
        stand_by();
        return 0;
    }
    transaction->park(dead_letter);
    transaction->commit();
    ++parked_in_a_row_;
    on_event_(consumer_event::Parked{dead_letter});
    return 1;
}

/// Applies one parked record that an operator has marked. False if there is none, or the time to check has
/// not come.
bool ConsumerEngine::retry_marked() {
    const auto now = clock_.now();
    if (now - marked_checked_ < options_.marked_check_every) return false;
    if (!checkpoints_.has_marked(part_)) {
        marked_checked_ = now;
        return false;
    }
    auto transaction = checkpoints_.begin(part_);
    const auto dead_letter = transaction->take_marked();
    if (!dead_letter) return false;  // An operator has discarded it, or another instance was faster.
    const std::span records(&dead_letter->record, 1);
    try {
        blaming(records, [&] { handler_(*transaction, records); });
        blaming(records, [&] { transaction->commit(); });
    } catch (const Refused& refused) {
        transaction.reset();
        park_again(*dead_letter, refused.why);
        return true;
    }
    parked_in_a_row_ = 0;
    on_event_(consumer_event::Retried{*dead_letter});
    return true;
}

void ConsumerEngine::park_again(DeadLetter dead_letter, const std::string& error) {
    dead_letter.error = error;
    ++dead_letter.attempts;
    const auto transaction = checkpoints_.begin(part_);
    if (!transaction->park_again(dead_letter.record.id, error)) return;
    transaction->commit();
    on_event_(consumer_event::Parked{dead_letter});
}

}  // namespace contrail
