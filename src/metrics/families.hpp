#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "metrics/registry.hpp"

namespace contrail::metrics {

/// A family of gauges that are read at every scrape. A family without a sample is not shown.
prometheus::MetricFamily gauge_family(std::string name, std::string help);

/// The same for values that only rise.
prometheus::MetricFamily counter_family(std::string name, std::string help);

/// Adds a sample to such a family.
void add_sample(prometheus::MetricFamily& family, double value,
                std::initializer_list<std::pair<std::string_view, std::string_view>> labels);

}  // namespace contrail::metrics
