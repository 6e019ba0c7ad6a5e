#include "core/batch_source.hpp"

#include <algorithm>
#include <utility>

#include "core/require.hpp"

namespace contrail {

BatchSource::BatchSource(ConsumerName name, LogReader& log, Clock& clock, Clock::Duration report_every,
                         const OnConsumerEvent& on_event, std::function<RecordId()> least)
    : name_(std::move(name)),
      log_(log),
      clock_(clock),
      report_every_(report_every),
      on_event_(on_event),
      least_(std::move(least)) {}

void BatchSource::start_after(RecordId checkpoint) {
    read_to_ = checkpoint;
    reported_.reset();
    reading_ = false;
}

void BatchSource::begin(RecordId checkpoint, const ChunkLimits& limits, Clock::Duration wait_max) {
    report(checkpoint);
    log_.read_begin(read_to_, limits, wait_max);
    reading_ = true;
}

/// The consumer reports a position only once it is committed: the log may drop what lies before it.
void BatchSource::report(RecordId checkpoint) {
    const auto now = clock_.now();
    // The least place moves without this segment, and costs a query: once in a while, whatever has moved.
    if (reported_ && (least_ || reported_ == checkpoint) && now - reported_at_ < report_every_) return;
    log_.report_position(name_, least_ ? least_() : checkpoint);
    reported_ = checkpoint;
    reported_at_ = now;
}

std::vector<Record>& BatchSource::end(RecordId checkpoint) {
    require(std::exchange(reading_, false), "a read is begun before it is ended", name_.str());
    log_.read_end(records_);
    if (!records_.empty()) read_to_ = records_.back().id;
    const auto first_new = std::find_if(records_.begin(), records_.end(),
                                        [&](const Record& record) { return record.id > checkpoint; });
    if (first_new != records_.begin()) {
        on_event_(consumer_event::Skipped{static_cast<std::size_t>(first_new - records_.begin())});
        records_.erase(records_.begin(), first_new);
    }
    return records_;
}

std::optional<Gap> find_gap(RecordId checkpoint, const std::vector<Record>& records) {
    RecordId previous = checkpoint;
    for (const Record& record : records) {
        if (record.id.offset != previous.offset.next()) return Gap{previous, record.id};
        previous = record.id;
    }
    return std::nullopt;
}

}  // namespace contrail
