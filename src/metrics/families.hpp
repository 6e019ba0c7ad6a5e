#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "metrics/registry.hpp"

namespace contrail::metrics {

/// A family of gauges whose values were just found out. Without a sample it is not shown.
prometheus::MetricFamily gauge_family(std::string name, std::string help);

/// The same of something that only rises.
prometheus::MetricFamily counter_family(std::string name, std::string help);

/// Adds a sample to such a family.
void add_sample(prometheus::MetricFamily& family, double value,
                std::initializer_list<std::pair<std::string_view, std::string_view>> labels);

}  // namespace contrail::metrics
