#pragma once

#include <unistd.h>

#include <string>
#include <vector>

#include "contrail/settings.hpp"
#include "demo/supervisor/private_servers.hpp"
#include "demo/supervisor/supervisor.hpp"

namespace demo {

class Network;
class SmallDisk;

/// The running system that faults act on. It refers to its parts, which must outlive it.
struct System {
    PrivateServers& servers;
    Supervisor& programs;
    /// Addresses of the servers themselves, past any proxy.
    const contrail::Settings& direct;
    /// Names of the programs, by role.
    std::vector<std::string> streamers;
    std::vector<std::string> consumers;
    std::vector<std::string> apis;
    /// The consumer that has segments; empty if none has.
    std::string partitioned{};
    /// Output of the programs that a fault starts.
    int programs_output = STDERR_FILENO;
    /// The proxies between programs and servers; null if there are none.
    Network* network = nullptr;
    /// The disks of the servers; null if there are none, and `no_disks` says why.
    SmallDisk* postgres_disk = nullptr;
    SmallDisk* redis_disk = nullptr;
    std::string no_disks = "the servers have no small disks";
};

}  // namespace demo
