#include "metrics/consumer_metrics.hpp"

#include <algorithm>

#include "contrail/overloaded.hpp"

namespace contrail::metrics {

namespace {

constexpr ProgramState consumer_states[] = {ProgramState::idle, ProgramState::consuming,
                                            ProgramState::standing_by, ProgramState::retrying};

/// From a consumer that keeps up to one that was down for a day.
const std::vector<double>& ages() {
    static const std::vector<double> bounds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25,  0.5,
                                            1,     2.5,    5,     10,   30,    60,   300, 3'600, 86'400};
    return bounds;
}

Labels labels_of(const ConsumerName& name, Segment segment) {
    Labels labels{{"consumer", name.str()}};
    if (!segment.is_all()) labels.emplace("segment", segment.to_string());
    return labels;
}

Labels with_stream(Labels labels, const std::string& stream) {
    labels.emplace("stream", stream);
    return labels;
}

}  // namespace

ConsumerMetrics::ConsumerMetrics(const ConsumerName& name, Registry& registry, Clock& clock, Segment segment)
    : ConsumerMetrics(name, registry, clock, labels_of(name, segment)) {}

ConsumerMetrics::ConsumerMetrics(const ConsumerName& name, Registry& registry, Clock& clock,
                                 const Labels& labels)
    : name_(name),
      clock_(clock),
      watchdog_(clock),
      state_("contrail_consumer_state", "1 for the state that the consumer is in, 0 for its other states.",
             with_stream(labels, registry.stream()), consumer_states),
      checkpoint_(registry.gauge("contrail_consumer_checkpoint_offset",
                                 "Offset of the last record whose effects are committed, as this process "
                                 "knows it.",
                                 labels)),
      records_(registry.counter("contrail_consumer_records_total",
                                "Records whose effects this process committed. Parked records do not count.",
                                labels)),
      batches_(registry.counter("contrail_consumer_batches_total",
                                "Transactions in which those records were committed.", labels)),
      left_out_(registry.counter(
          "contrail_consumer_left_out_records_total",
          "Records that the consumer's filter left out. The checkpoint moved past them.", labels)),
      skipped_(registry.counter("contrail_consumer_skipped_records_total",
                                "Records at or below the checkpoint that the consumer passed over.", labels)),
      parked_(registry.counter(
          "contrail_consumer_parked_records_total",
          "Records that the handler rejected, at first or when they were retried, and that the "
          "consumer set aside in dead_letters.",
          labels)),
      retried_(registry.counter("contrail_consumer_retried_records_total",
                                "Parked records that were applied after all.", labels)),
      overtaken_(registry.counter("contrail_consumer_overtaken_total",
                                  "Times that another instance of this name was faster.", labels)),
      retries_(registry.counter(
          "contrail_consumer_retries_total",
          "Failures of Postgres, Redis or the handler after which the consumer tried again.", labels)),
      handler_(registry.histogram(
          "contrail_consumer_handler_seconds",
          "Time that the handler took for a batch that it did not reject. Monotonic clock of "
          "the consumer.",
          labels)),
      commit_(registry.histogram("contrail_consumer_commit_seconds",
                                 "From sending COMMIT of a batch to Postgres' answer. Monotonic clock of the "
                                 "consumer.",
                                 labels)),
      applied_(registry.histogram(
          "contrail_consumer_seal_to_applied_seconds",
          "For each record, from the seal of its batch (the milliseconds of its id: clock of "
          "the service's Postgres) to the answer to the COMMIT of its effects (clock of the "
          "consumer's machine). contrail_streamer_seal_interval_seconds bounds the time from "
          "the producer's commit to the seal.",
          labels, ages())) {
    registry.add(state_);
    watchdog_.expect();
}

void ConsumerMetrics::on_event(const ConsumerEvent& event) {
    std::visit(
        overloaded{
            [&](const consumer_event::Registered& registered) { move_to(registered.checkpoint.offset); },
            [&](const consumer_event::Located& located) {
                move_to(located.checkpoint.offset);
                // The call that failed has yet to succeed.
                if (state_.current() != ProgramState::retrying) state_.enter(ProgramState::consuming);
            },
            [&](const consumer_event::Waiting&) {
                if (state_.current() == ProgramState::retrying) state_.enter(ProgramState::consuming);
            },
            [&](const consumer_event::Committed& committed_now) { committed(committed_now); },
            [&](const consumer_event::Skipped& skipped) {
                skipped_.Increment(static_cast<double>(skipped.records));
                watchdog_.moved();
            },
            [&](const consumer_event::Overtaken&) {
                overtaken_.Increment();
                state_.enter(ProgramState::standing_by);
                watchdog_.moved();
            },
            [&](const consumer_event::Retrying& now) {
                retries_.Increment();
                state_.enter(ProgramState::retrying);
                watchdog_.failed(now.error.what());
            },
            [&](const consumer_event::Parked& parked) {
                parked_.Increment();
                // A record that is parked again lies behind the checkpoint.
                move_to(std::max(checkpoint(), parked.dead_letter.record.id.offset));
                watchdog_.moved();
            },
            [&](const consumer_event::Retried&) {
                retried_.Increment();
                watchdog_.moved();
            },
            [](const auto&) {},
        },
        event);
}

void ConsumerMetrics::committed(const consumer_event::Committed& event) {
    const std::uint64_t records = event.last.offset.value - event.first.offset.value + 1;
    left_out_.Increment(static_cast<double>(event.left_out));
    if (records > event.left_out) {
        records_.Increment(static_cast<double>(records - event.left_out));
        batches_.Increment();
        observe_applied();
    }
    move_to(event.last.offset);
    state_.enter(ProgramState::consuming);
    watchdog_.moved();
}

void ConsumerMetrics::found_no_records() {
    state_.enter(ProgramState::idle);
    watchdog_.moved();
}

void ConsumerMetrics::handler_begins(std::span<const Record> records) {
    in_hand_.clear();
    // Times rise with the ids, so a binary search finds the end of each group that was sealed together.
    for (auto at = records.begin(); at != records.end();) {
        const std::uint64_t sealed_ms = at->id.sealed_ms;
        const auto end = std::upper_bound(
            at, records.end(), sealed_ms,
            [](std::uint64_t time, const Record& record) { return time < record.id.sealed_ms; });
        in_hand_.push_back({sealed_ms, static_cast<std::size_t>(end - at)});
        at = end;
    }
}

void ConsumerMetrics::move_to(Offset checkpoint) {
    checkpoint_offset_ = checkpoint.value;
    checkpoint_.Set(static_cast<double>(checkpoint.value));
}

void ConsumerMetrics::observe_applied() {
    const auto now_ms = static_cast<double>(clock_.unix_ms());
    const auto& bounds = ages();
    std::vector<double> counts(bounds.size() + 1);
    double sum = 0;
    for (const Sealed& sealed : in_hand_) {
        // The clocks of two machines differ: an age is never negative.
        const double age = std::max((now_ms - static_cast<double>(sealed.at_ms)) / 1'000, 0.0);
        const auto bucket = std::ranges::lower_bound(bounds, age) - bounds.begin();
        counts[static_cast<std::size_t>(bucket)] += static_cast<double>(sealed.records);
        sum += age * static_cast<double>(sealed.records);
    }
    applied_.ObserveMultiple(counts, sum);
}

}  // namespace contrail::metrics
