#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "demo/fleet/member.hpp"
#include "servers/descriptors.hpp"

namespace rocket_rides {

/// The sockets on which the fleet's programs serve metrics and health, on this machine alone. They belong to
/// the fleet, and every life of a program inherits its own: so a port stays the same, nobody else can take it
/// meanwhile, and two fleets never want the same one.
class AdminSockets {
public:
    /// `first_port`: the first that is tried; those that are taken are passed over. 0: any free ones.
    explicit AdminSockets(std::uint16_t first_port) : next_port_(first_port) {}

    /// Opens one for this member, and lets it know. Throws Error if there is none.
    void give(Member::Plan& plan);

    /// `consumer0 9464, consumer1 9465`.
    [[nodiscard]] const std::string& list() const noexcept { return list_; }

private:
    std::uint16_t open();

    std::uint16_t next_port_;
    std::vector<contrail::servers::FileDescriptor> sockets_;
    std::string list_;
};

}  // namespace rocket_rides
