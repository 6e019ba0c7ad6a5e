#pragma once

#include "metrics/registry.hpp"
#include "operations/status/status.hpp"

namespace contrail::cli {

/// The status of a log as metrics: the numbers that `contrail status` shows. What is not known is left out.
metrics::Families status_families(const operations::Status& status);

}  // namespace contrail::cli
