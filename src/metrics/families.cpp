#include "metrics/families.hpp"

namespace contrail::metrics {

prometheus::MetricFamily gauge_family(std::string name, std::string help) {
    return {std::move(name), std::move(help), prometheus::MetricType::Gauge, {}};
}

prometheus::MetricFamily counter_family(std::string name, std::string help) {
    return {std::move(name), std::move(help), prometheus::MetricType::Counter, {}};
}

void add_sample(prometheus::MetricFamily& family, double value,
                std::initializer_list<std::pair<std::string_view, std::string_view>> labels) {
    auto& sample = family.metric.emplace_back();
    for (const auto& [name, text] : labels) sample.label.push_back({std::string(name), std::string(text)});
    (family.type == prometheus::MetricType::Counter ? sample.counter.value : sample.gauge.value) = value;
}

}  // namespace contrail::metrics
