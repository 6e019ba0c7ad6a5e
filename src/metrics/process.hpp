#pragma once

#include "metrics/registry.hpp"

namespace contrail::metrics {

/// Metrics of every process: version, start, memory, processor time, open files. Most names are those of
/// Prometheus' own libraries, which dashboards know.
Families process_families();

}  // namespace contrail::metrics
