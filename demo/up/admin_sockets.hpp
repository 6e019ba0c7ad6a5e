#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/file_descriptor.hpp"
#include "demo/supervisor/supervised_program.hpp"

namespace demo {

/// The sockets on which the programs serve metrics and health, on this machine alone. The fleet owns them,
/// and a program inherits its socket at each restart. So its port stays the same, no other process can take
/// it meanwhile, and two fleets never compete for one.
class AdminSockets {
public:
    /// Tries ports from `first_port` on, and skips those that are taken. 0: takes any free ones.
    explicit AdminSockets(std::uint16_t first_port) : next_port_(first_port) {}

    /// Opens a socket for this program, and tells the program its number. Throws Error if no port is free.
    void open_for(ProgramSpec& program);

    /// `consumer0 9464, consumer1 9465`.
    [[nodiscard]] const std::string& list() const noexcept { return list_; }

private:
    std::uint16_t open();

    std::uint16_t next_port_;
    std::vector<contrail::base::FileDescriptor> sockets_;
    std::string list_;
};

}  // namespace demo
