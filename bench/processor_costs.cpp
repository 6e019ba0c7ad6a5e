#include "bench/processor_costs.hpp"

#include "bench/processes.hpp"

namespace contrail::bench {

ProcessorCosts::ProcessorCosts(Servers& servers, const Processes& processes) {
    for (const auto& [name, process] : processes) add(name, process);
    if (const auto process = servers.postgres_pid()) add("PostgreSQL", *process);
    if (const auto process = servers.redis_pid(Keeping::on_disk)) add("Redis", *process);
}

void ProcessorCosts::add(const std::string& name, pid_t process) {
    parts_.push_back({name, process, processor_seconds(process)});
}

void ProcessorCosts::record(Bench& bench, const std::string& setting, const std::string& unit,
                            double factor) const {
    for (const Part& part : parts_) {
        const double seconds = processor_seconds(part.process) - part.seconds_before;
        bench.record({setting, part.name, unit}, seconds * factor);
    }
}

}  // namespace contrail::bench
