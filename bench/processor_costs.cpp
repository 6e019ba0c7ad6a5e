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

double ProcessorCosts::record(Bench& bench, const std::string& setting, const std::string& unit,
                              double factor) const {
    double sum = 0;
    for (const Part& part : parts_) {
        const double cost = (processor_seconds(part.process) - part.seconds_before) * factor;
        bench.record({setting, part.name, unit}, cost);
        sum += cost;
    }
    return sum;
}

}  // namespace contrail::bench
