#pragma once

#include <prometheus/collectable.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <mutex>
#include <string>
#include <vector>

namespace contrail::metrics {

using prometheus::Counter;
using prometheus::Gauge;
using prometheus::Histogram;
using prometheus::Labels;
using Families = std::vector<prometheus::MetricFamily>;

/// The metrics of this process, or of one of the streams that it serves, and their text. Its own have the label
/// `stream`.
///
/// Names     `contrail_`, base units, `_total` for what only rises. Labels are bounded: consumers, states.
/// Lifetime  The metrics that it returns live as long as the registry.
/// Threads   Thread-safe, and so are the metrics.
class Registry : public prometheus::Collectable {
public:
    explicit Registry(std::string stream) : stream_(std::move(stream)) {}

    Counter& counter(const std::string& name, const std::string& help, const Labels& labels = {});
    Gauge& gauge(const std::string& name, const std::string& help, const Labels& labels = {});
    /// Of seconds. `bounds`: the upper bounds of its buckets, rising.
    Histogram& histogram(const std::string& name, const std::string& help, const Labels& labels = {},
                         const std::vector<double>& bounds = durations());

    /// Bounds for work that usually takes milliseconds: 0.5 ms to 10 s.
    static const std::vector<double>& durations();

    /// Adds families that `source` makes at every scrape. It must outlive the last call of text().
    void add(const prometheus::Collectable& source);

    /// All metrics; families with the same name are not joined.
    [[nodiscard]] Families Collect() const override;

    /// All metrics, and `more`, in Prometheus' text format. Families with the same name are joined.
    [[nodiscard]] std::string text(Families more = {}) const;

    [[nodiscard]] const std::string& stream() const { return stream_; }

private:
    [[nodiscard]] Labels with_stream(Labels labels) const;

    std::string stream_;
    prometheus::Registry registry_;
    mutable std::mutex mutex_;  ///< Guards what follows.
    std::vector<const prometheus::Collectable*> sources_;
};

}  // namespace contrail::metrics
