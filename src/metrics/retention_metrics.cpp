#include "metrics/retention_metrics.hpp"

#include "contrail/overloaded.hpp"

namespace contrail::metrics {

RetentionMetrics::RetentionMetrics(Registry& registry)
    : records_(
          registry.counter("contrail_retention_records_dropped_total",
                           "Records that this process has dropped from the log since its first pass: every "
                           "consumer was past them, or a limit required it.")),
      segments_(registry.counter("contrail_retention_segments_emptied_total",
                                 "Segments of the outbox that were emptied.")),
      cut_offs_(registry.counter("contrail_retention_cut_offs_total",
                                 "Times that a limit dropped records that a consumer had not applied.")),
      retries_(registry.counter("contrail_retention_retries_total",
                                "Passes of retention that failed and were repeated.")),
      obstructed_(registry.gauge("contrail_retention_obstructed",
                                 "1 while an open transaction keeps a segment of the outbox from being "
                                 "emptied.")) {}

void RetentionMetrics::on_event(const RetentionEvent& event) {
    std::visit(overloaded{
                   [&](const retention_event::Dropped& dropped_now) { dropped(dropped_now); },
                   [&](const retention_event::ConsumerCutOff&) { cut_offs_.Increment(); },
                   [&](const retention_event::Retrying&) { retries_.Increment(); },
                   [](const auto&) {},
               },
               event);
}

void RetentionMetrics::dropped(const retention_event::Dropped& event) {
    const Offset keep_from = event.keep_from.offset;
    if (kept_from_ && keep_from > *kept_from_)
        records_.Increment(static_cast<double>(keep_from.value - kept_from_->value));
    kept_from_ = keep_from;
    segments_.Increment(event.released.segments_emptied);
    obstructed_.Set(event.released.obstacle.empty() ? 0 : 1);
}

}  // namespace contrail::metrics
