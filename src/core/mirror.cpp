#include "contrail/mirror.hpp"

#include <algorithm>

#include "core/retry_loop.hpp"

namespace contrail {

namespace {

/// The id that the source's first record follows, or a later one of the same offset: the log does not know it.
RecordId before_first(const LogUsage& source) {
    if (source.records == 0) return source.head;
    return {source.first.sealed_ms, source.first.offset.previous()};
}

}  // namespace

Mirror::Mirror(const ConsumerName& name, const ConsumerOwner& copy, Log& from, Log& to, Clock& clock,
               Options options)
    : name_(name),
      from_(from),
      to_(to),
      clock_(clock),
      options_(options) {
    from_.consume_for(copy);
}

std::size_t Mirror::run_once() {
    try {
        if (!place_) find_place();
        maintain();
        return place_ ? copy() : 0;
    } catch (...) {
        place_.reset();
        throw;
    }
}

void Mirror::run(const std::stop_token& stop,
                 const std::function<void(const Error& error, Clock::Duration pause)>& on_retry) {
    const auto step = [this] {
        run_once();
        return StepResult{};
    };
    const auto on_retrying = [&](const Error& error, Clock::Duration pause) {
        if (on_retry) on_retry(error, pause);
    };
    repeat(step, stop, clock_, options_.retry, Endures::passing_errors, on_retrying, [](const Error&) {});
}

void Mirror::find_place() {
    const auto feeding = from_.fed_by();
    if (!feeding)
        throw Error(Retry::call,
                    "The log to copy names no outbox yet: its streamer has not run since it was empty.");
    to_.act_for(*feeding);
    // Asked before the source, for the reason that LogWriter::claim() gives.
    const std::string incarnation = to_.incarnation();
    const LogUsage before = from_.usage();
    to_.claim(before.sealed.value_or(before.head), incarnation);
    place_ = to_.head();
    // From here on the source keeps what follows.
    from_.register_consumer(name_, *place_);
    const LogUsage source = from_.usage();
    if (place_->offset < before_first(source).offset) {
        begin_anew(source);
    } else {
        require_same_record(source);
    }
}

/// The source has dropped what follows the copy. A copy without records can begin later.
void Mirror::begin_anew(const LogUsage& source) {
    if (*place_ != RecordId{})
        throw Error(Retry::never,
                    "The log to copy has dropped the records after " + place_->to_string() +
                        ", and the copy lacks them. Nothing was changed. Delete the copy to begin it "
                        "anew, or copy to another place.");
    place_ = to_.restart({}, before_first(source));
}

void Mirror::require_same_record(const LogUsage& source) {
    const bool is_held = source.records > 0 && *place_ >= source.first && *place_ <= source.head;
    if (!is_held || place_->offset.value == 0) return;
    const auto same = from_.first_after({place_->sealed_ms, place_->offset.previous()});
    if (same == place_) return;
    throw Error(Retry::never,
                "The copy ends with the record " + place_->to_string() +
                    ", and the log to copy has none of this id. One of them was written anew by "
                    "`contrail adopt`, or is another log. Nothing was changed.");
}

std::size_t Mirror::copy() {
    // Also what has not changed is reported: a source that was lost has forgotten it.
    from_.report_position(name_, *place_);
    from_.read_begin(*place_, options_.chunk, options_.read_wait_max);
    from_.read_end(records_);
    if (records_.empty()) return 0;
    cut_at_gap();
    to_.append_begin(*place_, records_);
    const RecordId head = to_.append_end();
    if (head != records_.back().id) {
        place_.reset();  // the copy lost its end, or another mirror is ahead
        return 0;
    }
    place_ = head;
    return records_.size();
}

/// Leaves of the chunk what follows the copy without a gap. Throws if that is nothing.
void Mirror::cut_at_gap() {
    Offset next = place_->offset.next();
    const auto gap = std::ranges::find_if(records_, [&](const Record& record) {
        const bool follows = record.id.offset == next;
        next = next.next();
        return !follows;
    });
    if (gap == records_.begin())
        throw Error(Retry::never,
                    "The log to copy goes on with the record " + gap->id.to_string() + " after " +
                        place_->to_string() +
                        ": records between them are missing. Nothing was changed. `contrail rebuild` "
                        "puts back what the outbox still holds.");
    records_.erase(gap, records_.end());
}

/// A copy that lost records while nothing was appended is filled again, too. It holds what the source holds, and what
/// its own consumers need besides.
void Mirror::maintain() {
    const Clock::Duration now = clock_.now();
    if (maintained_at_ && now - *maintained_at_ < options_.maintain_every) return;
    maintained_at_ = now;
    if (to_.head() != *place_) return place_.reset();
    const LogUsage source = from_.usage();
    if (source.records > 0 && source.first <= *place_) to_.trim(source.first);
}

}  // namespace contrail
