#pragma once

#include <cstdint>
#include <string>

#include "bench/site/servers.hpp"

namespace contrail::bench {

/// The machine of a measurement. Figures mean nothing without it.
struct Machine {
    std::string measured_at;  ///< UTC, to the minute.
    std::string processor;
    unsigned processors = 0;
    double memory_gib = 0;
    std::string kernel;
    double fsync_ms = 0;  ///< Median time to write a page to the disk.
    std::string postgres;
    std::string redis;
};

/// This machine, and the versions of `servers`. Throws Error.
Machine this_machine(Servers& servers);

}  // namespace contrail::bench
