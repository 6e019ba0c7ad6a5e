#include "metrics/registry.hpp"

#include <prometheus/text_serializer.h>

#include <iterator>
#include <map>
#include <utility>

namespace contrail::metrics {

namespace {

template <class T>
void append(std::vector<T>& to, std::vector<T> more) {
    to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

Counter& Registry::counter(const std::string& name, const std::string& help, const Labels& labels) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry_).Add(with_stream(labels));
}

Gauge& Registry::gauge(const std::string& name, const std::string& help, const Labels& labels) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry_).Add(with_stream(labels));
}

Histogram& Registry::histogram(const std::string& name, const std::string& help, const Labels& labels,
                               const std::vector<double>& bounds) {
    return prometheus::BuildHistogram().Name(name).Help(help).Register(registry_).Add(with_stream(labels),
                                                                                      bounds);
}

const std::vector<double>& Registry::durations() {
    static const std::vector<double> bounds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                            0.1,    0.25,  0.5,    1,     2.5,  5,     10};
    return bounds;
}

void Registry::add(const prometheus::Collectable& source) {
    const std::lock_guard lock(mutex_);
    sources_.push_back(&source);
}

Families Registry::Collect() const {
    Families all = registry_.Collect();
    const std::lock_guard lock(mutex_);
    for (const auto* source : sources_) append(all, source->Collect());
    return all;
}

std::string Registry::text(Families more) const {
    std::map<std::string, prometheus::MetricFamily> families;
    const auto take = [&](Families others) {
        for (auto& family : others) {
            const auto [at, is_new] = families.try_emplace(family.name, std::move(family));
            if (!is_new) append(at->second.metric, std::move(family.metric));
        }
    };
    take(Collect());
    take(std::move(more));
    Families all;
    for (auto& [name, family] : families) all.push_back(std::move(family));
    return prometheus::TextSerializer().Serialize(all);
}

Labels Registry::with_stream(Labels labels) const {
    labels.emplace("stream", stream_);
    return labels;
}

}  // namespace contrail::metrics
