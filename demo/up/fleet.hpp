#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chaos/engines/log_engine.hpp"
#include "contrail/settings.hpp"
#include "demo/page/fault_injector.hpp"
#include "demo/page/rides_page.hpp"
#include "demo/supervisor/output.hpp"
#include "demo/supervisor/private_servers.hpp"
#include "demo/supervisor/supervisor.hpp"
#include "demo/up/admin_sockets.hpp"
#include "demo/up/completion.hpp"
#include "demo/up/data_folder.hpp"

namespace demo {

/// The options of `rocket_rides up`.
struct FleetOptions {
    /// Data of the warehouse and of the private servers.
    std::filesystem::path data_dir = default_data_dir;
    std::uint16_t api_port = 5005;
    /// The first port for metrics and health; see AdminSockets.
    std::uint16_t admin_port = 9464;
    /// False: only users of the API post rides.
    bool simulator = true;
    /// CSV file for the simulator. Empty: random rides without end.
    std::string input;
    /// Ends once every consumer has consumed the rides of `input`.
    bool exit_when_done = false;
    /// How consumers crash on purpose: none, exception, kill.
    std::string crash = "exception";
    /// False: nothing fails on purpose.
    bool failures = true;
    /// Port of the page. Nothing: 5006, or any free port if that is taken.
    std::optional<std::uint16_t> dashboard_port;
    /// The private servers listen on TCP ports of 127.0.0.1 too, for clients that cannot use unix sockets.
    bool tcp = false;
    /// Whether the page has buttons that inject faults. Nothing: only if all servers are private.
    std::optional<bool> allow_faults;
    /// The private servers that hold the log: "redis", or one of chaos::log_engine_names(). Empty: Redis, unless the
    /// settings name a log.
    std::string log;
};

/// All programs of Rocket Rides at once, and the servers they need. Call run() once per process, on its main
/// thread, before it starts another.
class Fleet {
public:
    Fleet(contrail::Settings settings, FleetOptions options);

    /// Runs until a signal asks for the end, a program needs an operator, or the rides of `input` are done.
    /// Leaves no process behind. Returns the exit status. Throws contrail::Error, also if it could not write
    /// all of its output.
    int run();

private:
    [[nodiscard]] Label label(std::string_view name) const;
    [[nodiscard]] std::vector<ProgramSpec> specs() const;
    [[nodiscard]] std::vector<SupervisedProgram> programs();
    void announce_page();
    std::string start_log(chaos::LogEngine* engine, const std::filesystem::path& folder);
    void print_now(std::string_view who, const std::string& line);
    void print(std::string_view who, const std::string& line);
    void show(std::string_view who, const std::string& line);
    [[nodiscard]] bool faults_allowed(const PrivateServers& servers) const;
    void supervise(Supervisor& supervisor, PrivateServers& servers, FaultInjector& injector,
                   Completion& completion);
    int conclude(const Supervisor& supervisor, const std::optional<rocket_rides::Verdict>& verdict);

    contrail::Settings settings_;
    FleetOptions options_;
    bool coloured_;
    Output output_;
    AdminSockets admin_sockets_;
    RidesPage page_;
};

}  // namespace demo
