#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contrail/settings.hpp"
#include "demo/fleet/member.hpp"

namespace rocket_rides {

/// What `rocket_rides up` was asked for.
struct FleetOptions {
    /// Where the warehouse, and servers of the fleet's own, keep their data.
    std::filesystem::path data_dir = ".rocket-rides";
    std::uint16_t api_port = 5005;
    /// The first port for the programs' metrics and health; see AdminSockets.
    std::uint16_t admin_port = 9464;
    /// False: nobody posts rides but whoever uses the API.
    bool simulator = true;
    /// CSV file for the simulator; empty: random rides without end.
    std::string input;
    /// Ends when `input` was posted and every consumer has consumed it.
    bool exit_when_done = false;
    /// How consumers crash on purpose: none, exception, kill.
    std::string crash = "exception";
    /// False: nothing fails on purpose.
    bool failures = true;
    /// Port of the page; nothing: 5006, or any other that is free if that is taken.
    std::optional<std::uint16_t> dashboard_port;
    /// Whether the page can do harm; nothing: only if the servers are the fleet's own.
    std::optional<bool> allow_harm;
};

constexpr std::string_view consumer_names[] = {"consumer0", "consumer1"};
constexpr std::string_view warehouse_name = "warehouse";
constexpr std::string_view simulator_name = "simulator";

/// The warehouse's file, for a fleet whose data lie there.
std::filesystem::path warehouse_file(const std::filesystem::path& data_dir);

/// A program of Rocket Rides' own: `rocket_rides` with these arguments, which finds the servers and the
/// API's port in its environment.
Member::Plan program(std::string name, const std::vector<std::string>& arguments,
                     const contrail::Settings& settings, std::uint16_t api_port);

/// The programs of the fleet, in the order in which they are started: whoever takes before whoever gives.
std::vector<Member::Plan> fleet_members(const contrail::Settings& settings, const FleetOptions& options);

}  // namespace rocket_rides
