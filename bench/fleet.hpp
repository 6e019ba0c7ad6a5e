#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "bench/site/site.hpp"
#include "servers/child_process.hpp"

namespace contrail::bench {

/// A streamer and some consumers, each in a process of its own, on a site. They end with this object.
class Fleet {
public:
    /// Returns when the consumers are registered. `site` must outlive the fleet. Throws Error.
    Fleet(const Site& site, std::uint64_t consumers);

    /// Waits until every consumer has committed up to this offset, and asks `watch` meanwhile. Throws Error,
    /// also if a process has ended.
    void wait_until_consumed(std::uint64_t offset, const std::function<void()>& watch);

    [[nodiscard]] servers::ChildProcess& streamer() noexcept { return streamer_; }
    [[nodiscard]] servers::ChildProcess& consumer() noexcept { return consumers_.front(); }

private:
    void require_all_running();

    const Site& site_;
    std::vector<servers::ChildProcess> consumers_;
    servers::ChildProcess streamer_;  // after the consumers: else it would say that none is registered
};

}  // namespace contrail::bench
