#pragma once

#include <prometheus/collectable.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <string>
#include <vector>

namespace contrail::metrics {

using prometheus::Counter;
using prometheus::Gauge;
using prometheus::Histogram;
using prometheus::Labels;
using Families = std::vector<prometheus::MetricFamily>;

/// The metrics of this process, and their text. All of them bear the label `stream`.
///
/// Names     `contrail_`, base units, `_total` for what only rises. Labels are bounded: consumers, states.
/// Lifetime  What it returns lives as long as it.
/// Threads   Thread-safe, and so is what it returns.
class Registry {
public:
    explicit Registry(std::string stream) : stream_(std::move(stream)) {}

    Counter& counter(const std::string& name, const std::string& help, const Labels& labels = {});
    Gauge& gauge(const std::string& name, const std::string& help, const Labels& labels = {});
    /// Of seconds. `bounds`: the upper ones of its buckets, rising.
    Histogram& histogram(const std::string& name, const std::string& help, const Labels& labels = {},
                         const std::vector<double>& bounds = durations());

    /// Bounds for what usually takes milliseconds: 0.5 ms to 10 s.
    static const std::vector<double>& durations();

    /// Something that makes its families when it is asked. It must outlive the registry's last text().
    void add(const prometheus::Collectable& source) { sources_.push_back(&source); }

    /// All of it as Prometheus reads it, and `more` with it. Families of one name are joined.
    [[nodiscard]] std::string text(Families more = {}) const;

    [[nodiscard]] const std::string& stream() const { return stream_; }

private:
    [[nodiscard]] Labels with_stream(Labels labels) const;

    std::string stream_;
    prometheus::Registry registry_;
    std::vector<const prometheus::Collectable*> sources_;
};

}  // namespace contrail::metrics
