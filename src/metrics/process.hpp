#pragma once

#include "metrics/registry.hpp"

namespace contrail::metrics {

/// What every process tells of itself: version, start, memory, processor time, open files. Most names are
/// those that Prometheus' own libraries use, which dashboards know.
Families process_families();

}  // namespace contrail::metrics
