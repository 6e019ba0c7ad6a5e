#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chaos/proxy/network.hpp"
#include "contrail/settings.hpp"
#include "demo/fleet/private_servers.hpp"
#include "demo/fleet/supervisor.hpp"

namespace rocket_rides::chaos {

class SmallDisk;

/// The names of the programs of one role.
const std::vector<std::string>& streamers();
const std::vector<std::string>& consumers();
const std::vector<std::string>& apis();

/// What disasters befall.
struct World {
    PrivateServers& servers;
    Supervisor& programs;
    Network& network;
    /// The servers' own addresses, which no proxy stands before.
    const contrail::Settings& direct;
    std::filesystem::path redis_socket;
    /// Where Redis keeps its data.
    std::filesystem::path redis_data;
    /// Where programs that a disaster starts write to.
    int programs_output;
    /// The disks of the servers; null where none could be mounted, which `no_disks` tells.
    SmallDisk* postgres_disk;
    SmallDisk* redis_disk;
    std::string no_disks;
};

}  // namespace rocket_rides::chaos
