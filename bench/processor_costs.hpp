#pragma once

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

#include "bench/benchmark.hpp"

namespace contrail::bench {

/// Processor time of processes, and of private servers, since this object was made.
class ProcessorCosts {
public:
    using Processes = std::vector<std::pair<std::string, pid_t>>;

    /// This and record() throw Error if a process is gone.
    ProcessorCosts(Servers& servers, const Processes& processes);

    /// Records the seconds of each process, multiplied by `factor`. Returns their sum.
    double record(Bench& bench, const std::string& setting, const std::string& unit, double factor) const;

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
