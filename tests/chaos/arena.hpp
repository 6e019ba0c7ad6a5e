#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chaos/convergence.hpp"
#include "chaos/load/api_load.hpp"
#include "chaos/load/history.hpp"
#include "chaos/load/writer.hpp"
#include "chaos/proxy/network.hpp"
#include "chaos/small_disk.hpp"
#include "chaos/verdict/evidence.hpp"
#include "chaos/watch/log_watcher.hpp"
#include "chaos/world.hpp"
#include "contrail/settings.hpp"
#include "demo/fleet/private_servers.hpp"
#include "demo/fleet/stop_signals.hpp"
#include "demo/fleet/supervisor.hpp"
#include "servers/temporary_directory.hpp"

namespace rocket_rides::chaos {

/// The fleet on servers of its own, under load and watched: all programs twice where two can run at once, and
/// a proxy on every way from a program to a server.
///
/// Threads  Made, used and destroyed on the main thread, before there is another.
class Arena {
public:
    using Duration = std::chrono::milliseconds;
    using Say = std::function<void(const std::string& line)>;

    struct Options {
        std::filesystem::path data_dir;  ///< Data and logs; must be empty, or not be there.
        std::uint64_t seed = 0;          ///< Of the load.
        double rides_per_second = 200;
        std::size_t clients = 8;
        std::size_t writers = 2;
    };

    /// Starts everything. Throws Error.
    Arena(Options options, Say say);
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;
    /// Ends all programs and servers.
    ~Arena();

    [[nodiscard]] World& world() { return *world_; }

    /// Lets things happen until `time`: starts again what died, and passes on what programs say. Returns
    /// early if there is an interruption.
    void turn_until(SteadyTime time);

    /// Why no more should happen, such as a signal, or a program that needs a person; empty if nothing is.
    [[nodiscard]] std::string interruption() const;

    /// Begins to wait until all is well.
    [[nodiscard]] Convergence converge() const;
    /// Lets the watcher begin to read the log from its beginning again.
    void sweep() { watcher_->sweep(); }

    /// Ends the load.
    void stop_load();
    /// When the load has ended: everything that there is to be judged. Throws Error.
    Evidence collect();

private:
    [[nodiscard]] std::string start_servers();
    void open_ways();
    [[nodiscard]] contrail::Settings settings_of(const std::string& program) const;
    [[nodiscard]] std::vector<Member> members() const;
    void start_load();

    Options options_;
    Say say_;
    contrail::servers::TemporaryDirectory ways_;
    contrail::servers::FileDescriptor programs_log_;
    std::optional<SmallDisk> postgres_disk_;
    std::optional<SmallDisk> redis_disk_;
    contrail::Settings direct_;
    std::uint16_t api_port_ = 0;
    std::optional<PrivateServers> servers_;
    std::optional<StopSignals> signals_;
    std::optional<Network> network_;
    std::optional<Output> output_;
    std::optional<Supervisor> programs_;
    std::optional<World> world_;
    History history_;
    std::optional<LogWatcher> watcher_;
    std::vector<std::unique_ptr<Writer>> writers_;
    std::optional<ApiLoad> api_load_;
    bool under_load_ = false;
};

}  // namespace rocket_rides::chaos
