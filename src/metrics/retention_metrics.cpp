#include "metrics/retention_metrics.hpp"

namespace contrail::metrics {

RetentionMetrics::RetentionMetrics(Registry& registry)
    : records_(registry.counter("contrail_retention_records_dropped_total",
                                "Records that this process let go from the log since its first pass: every "
                                "consumer was past them, or a limit said so.")),
      segments_(registry.counter("contrail_retention_segments_emptied_total",
                                 "Segments of the outbox that were emptied.")),
      cut_offs_(registry.counter("contrail_retention_cut_offs_total",
                                 "Times that a limit dropped records which a consumer had not applied.")),
      retries_(registry.counter("contrail_retention_retries_total",
                                "Passes of retention that failed and were repeated.")),
      obstructed_(registry.gauge("contrail_retention_obstructed",
                                 "1 while an open transaction keeps a segment of the outbox from being "
                                 "emptied.")) {}

void RetentionMetrics::dropped(RecordId keep_from, const Released& released) {
    if (kept_from_ && keep_from.offset > *kept_from_)
        records_.Increment(static_cast<double>(keep_from.offset.value - kept_from_->value));
    kept_from_ = keep_from.offset;
    segments_.Increment(released.segments_emptied);
    obstructed_.Set(released.obstacle.empty() ? 0 : 1);
}

void RetentionMetrics::cut_off(const ConsumerName& /*consumer*/, const CutOff& /*missed*/) {
    cut_offs_.Increment();
}

void RetentionMetrics::retrying(const Error& /*error*/, Clock::Duration /*pause*/) {
    retries_.Increment();
}

}  // namespace contrail::metrics
