#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "contrail/settings.hpp"
#include "demo/fleet/private_servers.hpp"
#include "demo/fleet/supervisor.hpp"
#include "demo/page/harm_case.hpp"

namespace rocket_rides {

/// Does the harm that the page asks for, to the fleet's own programs and servers, and says when it is over.
///
/// Threads  The fleet's.
class HarmDoer {
public:
    using Clock = HarmCase::Clock;
    using Duration = std::chrono::milliseconds;

    /// All must outlive it. `settings`: where the servers are.
    HarmDoer(const contrail::Settings& settings, Supervisor& supervisor, PrivateServers& servers,
             HarmCase& harm);

    /// Strikes if something was asked for, and ends what has lasted long enough. Returns what was done, in
    /// words, if something was.
    std::optional<std::string> turn();

    /// How long until turn() has something to do of itself.
    [[nodiscard]] std::optional<Duration> pause() const;

private:
    std::string strike(Harm harm);
    std::string kill(std::string_view member);
    std::string send_twice();
    std::string wipe_redis();
    std::string stop_postgres();
    void look_whether_over();

    const contrail::Settings& settings_;
    Supervisor& supervisor_;
    PrivateServers& servers_;
    HarmCase& harm_;
    std::size_t consumers_killed_ = 0;
    std::string then_;                             ///< What the recovery from the harm in hand consists of.
    std::function<bool()> is_over_;                ///< While a harm lasts.
    std::optional<Clock::time_point> let_go_due_;  ///< While Postgres is held down.
};

}  // namespace rocket_rides
