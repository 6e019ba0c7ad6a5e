#include "bench/fleet.hpp"

#include <string>

#include "bench/progress.hpp"

namespace contrail::bench {

namespace {

std::vector<servers::ChildProcess> start_consumers(const Site& site, std::uint64_t count,
                                                   Fleet::StartConsumer start_consumer) {
    std::vector<servers::ChildProcess> consumers;
    for (std::uint64_t i = 0; i < count; ++i)
        consumers.push_back(start_consumer(site.settings(), "consumer" + std::to_string(i)));
    wait_until([&] { return consumers_at(site, 0) == count; },
               [&] {
                   for (auto& consumer : consumers) require_running(consumer, "consumer");
               });
    return consumers;
}

}  // namespace

Fleet::Fleet(const Site& site, std::uint64_t consumers, StartConsumer start_consumer)
    : site_(site),
      consumers_(start_consumers(site, consumers, start_consumer)),
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

}  // namespace contrail::bench
