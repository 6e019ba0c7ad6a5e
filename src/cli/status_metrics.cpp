#include "cli/status_metrics.hpp"

#include <string>
#include <utility>

#include "metrics/collect_success.hpp"

namespace contrail::cli {

namespace {

using metrics::add_sample;
using metrics::Families;

/// Collects families of gauges for one log.
class Gauges {
public:
    explicit Gauges(const std::string& stream) : stream_(stream) {}

    void add(std::string name, std::string help, std::optional<double> value) {
        begin(std::move(name), std::move(help));
        if (value) add_sample(families_.back(), *value, {{"stream", stream_}});
    }
    void add(std::string name, std::string help, std::optional<std::uint64_t> value) {
        add(std::move(name), std::move(help),
            value ? std::optional(static_cast<double>(*value)) : std::nullopt);
    }

    /// What follows are samples of this family.
    void begin(std::string name, std::string help) {
        families_.push_back(metrics::gauge_family(std::move(name), std::move(help)));
    }
    void sample(std::optional<double> value, std::string_view label, std::string_view text) {
        if (value) add_sample(families_.back(), *value, {{label, text}, {"stream", stream_}});
    }
    void sample_state(std::string_view consumer, std::string_view state) {
        add_sample(families_.back(), 1, {{"consumer", consumer}, {"state", state}, {"stream", stream_}});
    }
    void sample_segment(std::optional<double> value, std::string_view consumer, std::string_view segment) {
        if (value)
            add_sample(families_.back(), *value,
                       {{"consumer", consumer}, {"segment", segment}, {"stream", stream_}});
    }
    void sample_segment_state(std::string_view consumer, std::string_view segment, std::string_view state) {
        add_sample(families_.back(), 1,
                   {{"consumer", consumer}, {"segment", segment}, {"state", state}, {"stream", stream_}});
    }

    void add(prometheus::MetricFamily family) { families_.push_back(std::move(family)); }

    /// Those whose value is known.
    Families take() && {
        std::erase_if(families_, [](const auto& family) { return family.metric.empty(); });
        return std::move(families_);
    }

private:
    const std::string& stream_;
    Families families_;
};

std::optional<std::uint64_t> offset_of(const std::optional<RecordId>& id) {
    return id ? std::optional(id->offset.value) : std::nullopt;
}

void tell_of_log(const operations::LogStatus& log, Gauges& gauges) {
    gauges.add("contrail_log_head_offset", "Offset of the record appended to the log last.",
               offset_of(log.head));
    gauges.add("contrail_log_first_offset", "Offset of the oldest record that the log holds, or of its head.",
               offset_of(log.first));
    gauges.add("contrail_log_records", "Records that the log holds.", log.records);
    gauges.add("contrail_log_bytes", "Memory that the log's records take in Redis, as Redis estimates it.",
               log.bytes);
}

void tell_of_outbox(const operations::OutboxStatus& outbox, Gauges& gauges) {
    gauges.add("contrail_outbox_staged_offset",
               "Offset that the record staged and committed last has, or will have.",
               outbox.staged_offset ? std::optional(outbox.staged_offset->value) : std::nullopt);
    gauges.add("contrail_outbox_waiting_records",
               "Records staged and committed that the log has not got yet.", outbox.waiting_records);
    gauges.add(
        "contrail_outbox_oldest_waiting_seconds",
        "For how long the first record that the log has not got has waited: since its seal (clock of "
        "Postgres) or, unsealed, since this process saw first that one waits (monotonic clock). 0: none "
        "waits.",
        outbox.waiting_records ? std::optional(outbox.oldest_waiting_seconds.value_or(0)) : std::nullopt);
    gauges.add("contrail_outbox_bytes", "Size of the outbox on disk, indexes included.", outbox.bytes);
    gauges.begin("contrail_outbox_segment_bytes",
                 "Size of each segment of the outbox on disk, with its index.");
    for (const auto& segment : outbox.segments)
        gauges.sample(static_cast<double>(segment.bytes), "segment", std::to_string(segment.number));
    gauges.begin("contrail_outbox_segment_current",
                 "1 for the segment of the outbox that takes what is staged now.");
    for (const auto& segment : outbox.segments)
        gauges.sample(segment.current ? 1 : 0, "segment", std::to_string(segment.number));
}

void tell_of_consumers(const std::vector<operations::ConsumerStatus>& consumers, Gauges& gauges) {
    const auto add = [&](std::string name, std::string help, auto value_of) {
        gauges.begin(std::move(name), std::move(help));
        for (const operations::ConsumerStatus& consumer : consumers)
            gauges.sample(value_of(consumer), "consumer", consumer.name);
    };
    const auto number = [](std::optional<std::uint64_t> count) {
        return count ? std::optional(static_cast<double>(*count)) : std::nullopt;
    };
    add("contrail_consumer_position_offset", "Offset of the last record that the consumer is past.",
        [&](const operations::ConsumerStatus& consumer) { return number(offset_of(consumer.last)); });
    add("contrail_consumer_lag_records", "Records between the consumer's position and the log's head.",
        [&](const operations::ConsumerStatus& consumer) { return number(consumer.lag_records); });
    add("contrail_consumer_lag_seconds",
        "From the seal of the last record that the consumer is past to the seal of the log's head (clock of "
        "the service's Postgres). Missing before its first record.",
        [](const operations::ConsumerStatus& consumer) { return consumer.lag_seconds; });
    gauges.begin("contrail_consumer_reported_state",
                 "1, with the consumer's state: what it published last or, without that, what its position "
                 "shows.");
    for (const operations::ConsumerStatus& consumer : consumers)
        gauges.sample_state(consumer.name, name(consumer.state));
}

void tell_of_segments(const std::vector<operations::ConsumerStatus>& consumers, Gauges& gauges) {
    const auto for_each = [&](auto tell) {
        for (const operations::ConsumerStatus& consumer : consumers)
            for (const operations::SegmentStatus& segment : consumer.segments)
                tell(consumer.name, segment,
                     std::to_string(segment.number) + '/' + std::to_string(consumer.segments.size()));
    };
    const auto add = [&](std::string name, std::string help, auto value_of) {
        gauges.begin(std::move(name), std::move(help));
        for_each([&](const std::string& consumer, const auto& segment, const std::string& label) {
            const auto value = value_of(segment);
            gauges.sample_segment(value ? std::optional(static_cast<double>(*value)) : std::nullopt, consumer,
                                  label);
        });
    };
    add("contrail_consumer_segment_position_offset", "Offset of the last record that the segment is past.",
        [](const operations::SegmentStatus& segment) { return offset_of(segment.last); });
    add("contrail_consumer_segment_lag_records", "Records between the segment's position and the log's head.",
        [](const operations::SegmentStatus& segment) { return segment.lag_records; });
    add("contrail_consumer_segment_lag_seconds",
        "As contrail_consumer_lag_seconds, from the last record that the segment is past.",
        [](const operations::SegmentStatus& segment) { return segment.lag_seconds; });
    gauges.begin(
        "contrail_consumer_segment_reported_state",
        "1, with the segment's state: what the instance published that works on it. stopped: none does.");
    for_each([&](const std::string& consumer, const auto& segment, const std::string& label) {
        gauges.sample_segment_state(consumer, label, name(segment.state));
    });
    gauges.begin(
        "contrail_consumer_segment_skew_records",
        "How many records the consumer's segment furthest ahead is ahead of the one furthest behind.");
    for (const operations::ConsumerStatus& consumer : consumers)
        if (const auto skew = consumer.skew_records())
            gauges.sample(static_cast<double>(*skew), "consumer", consumer.name);
}

}  // namespace

Families status_families(const operations::Status& status) {
    Gauges gauges(status.stream);
    gauges.add(metrics::collect_success(status.stream, "log", status.log.error.empty()));
    gauges.add(metrics::collect_success(status.stream, "outbox", status.outbox.error.empty()));
    tell_of_log(status.log, gauges);
    tell_of_outbox(status.outbox, gauges);
    tell_of_consumers(status.consumers, gauges);
    tell_of_segments(status.consumers, gauges);
    return std::move(gauges).take();
}

}  // namespace contrail::cli
