#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "bench/programs.hpp"
#include "bench/site/site.hpp"
#include "servers/child_process.hpp"

namespace contrail::bench {

/// A streamer and consumers of a site, each in its own process. This object ends them.
class Fleet {
public:
    /// Starts the consumer of that name.
    using StartConsumer = servers::ChildProcess (*)(const Settings& settings, const std::string& name);

    /// Returns when all consumers are registered. `site` must outlive the fleet. Throws Error.
    Fleet(const Site& site, std::uint64_t consumers, StartConsumer start_consumer = start_adder);

    /// Returns when every consumer has committed up to this offset, and calls `watch` at every poll. Throws
    /// Error, also if a process has ended.
    void wait_until_consumed(std::uint64_t offset, const std::function<void()>& watch);

    [[nodiscard]] servers::ChildProcess& streamer() noexcept { return streamer_; }
    [[nodiscard]] servers::ChildProcess& consumer() noexcept { return consumers_.front(); }
    [[nodiscard]] std::span<const servers::ChildProcess> consumers() const noexcept { return consumers_; }

private:
    void require_all_running();

    const Site& site_;
    std::vector<servers::ChildProcess> consumers_;
    servers::ChildProcess streamer_;  // Starts after the consumers, or it would warn that none is registered.
};

}  // namespace contrail::bench
