#pragma once

#include <cstdint>
#include <string>

namespace contrail::servers {

/// Where a private server listens beside its unix socket, for clients that cannot use one: on 127.0.0.1 only.
/// Every user of the machine can connect there, so it asks for a password.
struct TcpAccess {
    std::uint16_t port = 0;
    std::string password;  ///< Letters and digits.
};

}  // namespace contrail::servers
