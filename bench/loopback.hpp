#pragma once

#include <cstdint>

#include "servers/descriptors.hpp"

namespace contrail::bench {

/// A connection to a port of 127.0.0.1 that sends without delay. Throws Error.
servers::FileDescriptor connect_to_loopback(std::uint16_t port);

}  // namespace contrail::bench
