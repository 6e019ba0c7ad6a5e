#pragma once

#include <cstdint>

namespace contrail::test {

/// A TCP port of this machine on which nothing listens, and which no other test process gets while this one runs.
///
/// Threads   Not thread-safe.
std::uint16_t free_port();

/// Two such ports: the second is 10,000 above the one that is returned. A Redis before 7 has its cluster's bus
/// there, and nowhere else.
std::uint16_t free_port_with_bus();

}  // namespace contrail::test
