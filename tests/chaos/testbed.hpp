#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/line_sink.hpp"
#include "chaos/convergence.hpp"
#include "chaos/engines/log_engine.hpp"
#include "chaos/load/api_load.hpp"
#include "chaos/load/history.hpp"
#include "chaos/load/writer.hpp"
#include "chaos/verdict/evidence.hpp"
#include "chaos/watch/log_watcher.hpp"
#include "contrail/settings.hpp"
#include "demo/faults/fault.hpp"
#include "demo/faults/network/network.hpp"
#include "demo/faults/small_disk.hpp"
#include "demo/faults/system.hpp"
#include "demo/supervisor/private_servers.hpp"
#include "demo/supervisor/stop_signals.hpp"
#include "demo/supervisor/supervisor.hpp"
#include "servers/temporary_directory.hpp"

namespace chaos {

/// The kinds of fault for a run on `engine`, or, if that is null, on a Redis server.
std::vector<demo::Fault> faults_for(LogEngine* engine);

/// All programs of Rocket Rides on private servers, under load and watched. Each program runs twice where two
/// may run at once, and a proxy stands between each program and each server.
///
/// Threads  Create, use and destroy it on the main thread, before that starts another.
class Testbed {
public:
    using Duration = std::chrono::milliseconds;

    struct Options {
        std::filesystem::path data_dir;  ///< Data and logs. Must be empty, or not exist.
        std::uint64_t seed = 0;          ///< Of the load.
        double rides_per_second = 200;
        std::size_t clients = 8;
        std::size_t writers = 2;
        /// What holds the log (log_engine_names()); else a Redis server.
        std::string log = "redis";
    };

    /// Starts everything. `log` receives lines about the servers. Throws Error.
    Testbed(Options options, contrail::base::LineSink log);
    Testbed(const Testbed&) = delete;
    Testbed& operator=(const Testbed&) = delete;
    /// Ends all programs and servers.
    ~Testbed();

    [[nodiscard]] demo::System& system() { return *system_; }
    [[nodiscard]] const demo::System& system() const { return *system_; }
    /// The kinds of fault that this log allows to ask for.
    [[nodiscard]] std::vector<demo::Fault> faults() const { return faults_for(engine_.get()); }

    /// Runs everything until `time`: restarts what died, and passes on the programs' output. Returns early at
    /// an interruption.
    void run_until(SteadyTime time);

    /// Why the run must not go on, such as a signal or a program that needs an operator; empty if it may.
    [[nodiscard]] std::string interruption() const;

    /// Starts the check that all have caught up.
    [[nodiscard]] Convergence converge() const;
    /// Makes the watcher read the log again from its beginning.
    void sweep() { watcher_->sweep(); }

    /// Ends the load.
    void stop_load();
    /// Collects all evidence, after the load ended. Throws Error.
    Evidence collect();

private:
    [[nodiscard]] std::string start_servers();
    void open_links();
    [[nodiscard]] contrail::Settings settings_of(const std::string& program) const;
    [[nodiscard]] std::vector<demo::SupervisedProgram> programs() const;
    [[nodiscard]] std::function<std::unique_ptr<LogSource>()> log_source();
    void start_load();

    Options options_;
    contrail::base::LineSink log_;
    contrail::servers::TemporaryDirectory links_;
    contrail::base::FileDescriptor programs_log_;
    std::optional<demo::SmallDisk> postgres_disk_;
    std::optional<demo::SmallDisk> redis_disk_;
    contrail::Settings direct_;
    std::uint16_t api_port_ = 0;
    std::unique_ptr<LogEngine> engine_;  ///< Null: a Redis server of servers_ holds the log.
    std::optional<demo::PrivateServers> servers_;
    std::optional<demo::StopSignals> signals_;
    std::optional<demo::Network> network_;
    std::optional<demo::Output> output_;
    std::optional<demo::Supervisor> supervisor_;
    std::optional<demo::System> system_;
    History history_;
    std::optional<LogWatcher> watcher_;
    std::vector<std::unique_ptr<Writer>> writers_;
    std::optional<ApiLoad> api_load_;
    bool under_load_ = false;
};

}  // namespace chaos
