#include "bench/fleet.hpp"

#include "bench/processes.hpp"
#include "bench/programs.hpp"
#include "bench/progress.hpp"

namespace contrail::bench {

namespace {

std::vector<servers::ChildProcess> start_consumers(const Site& site, std::uint64_t count) {
    std::vector<servers::ChildProcess> consumers;
    for (std::uint64_t i = 0; i < count; ++i)
        consumers.push_back(start_adder(site.settings(), "adder" + std::to_string(i)));
    wait_until([&] { return consumers_at(site, 0) == count; },
               [&] {
                   for (auto& consumer : consumers) require_running(consumer, "consumer");
               });
    return consumers;
}

}  // namespace

Fleet::Fleet(const Site& site, std::uint64_t consumers)
    : site_(site),
      consumers_(start_consumers(site, consumers)),
      streamer_(start_streamer(site.settings())) {}

void Fleet::wait_until_consumed(std::uint64_t offset, const std::function<void()>& watch) {
    wait_until([&] { return consumers_at(site_, offset) == consumers_.size(); },
               [&] {
                   require_all_running();
                   watch();
               });
}

void Fleet::require_all_running() {
    for (auto& consumer : consumers_) require_running(consumer, "consumer");
    require_running(streamer_, "streamer");
}

ProcessorCosts::ProcessorCosts(Servers& servers, Fleet& fleet) {
    add("streamer", fleet.streamer().pid());
    add("each consumer", fleet.consumer().pid());
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
