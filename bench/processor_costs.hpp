#pragma once

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

#include "bench/benchmark.hpp"

namespace contrail::bench {

/// What the processors spend on some processes, and on the servers where they are ours, from its making on.
class ProcessorCosts {
public:
    using Processes = std::vector<std::pair<std::string, pid_t>>;

    /// Throws Error if one is gone, as record() does.
    ProcessorCosts(Servers& servers, const Processes& processes);

    /// Records the seconds spent on each, multiplied by `factor`.
    void record(Bench& bench, const std::string& setting, const std::string& unit, double factor) const;

private:
    struct Part {
        std::string name;
        pid_t process;
        double seconds_before;
    };
    void add(const std::string& name, pid_t process);

    std::vector<Part> parts_;
};

}  // namespace contrail::bench
