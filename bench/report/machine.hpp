#pragma once

#include <cstdint>
#include <string>

#include "bench/site/servers.hpp"

namespace contrail::bench {

/// Where figures were taken. Without it they mean nothing.
struct Machine {
    std::string measured_at;  ///< UTC, to the minute.
    std::string processor;
    unsigned processors = 0;
    double memory_gib = 0;
    std::string kernel;
    double fsync_ms = 0;  ///< How long a page takes to the disk, in the middle.
    std::string postgres;
    std::string redis;
};

/// This one, and the servers that are measured. Throws Error.
Machine this_machine(Servers& servers);

}  // namespace contrail::bench
