#pragma once

#include "metrics/families.hpp"

namespace contrail::metrics {

/// Whether a source answered its part of a scrape.
inline prometheus::MetricFamily collect_success(std::string_view stream, std::string_view source,
                                                bool success) {
    auto family =
        gauge_family("contrail_collect_success",
                     "1 if this source answered its part of the scrape, 0 if that part is missing.");
    add_sample(family, success ? 1 : 0, {{"source", source}, {"stream", stream}});
    return family;
}

}  // namespace contrail::metrics
