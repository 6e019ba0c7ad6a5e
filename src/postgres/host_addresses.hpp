#pragma once

#include <cstdint>
#include <string>

#include "base/name_lookup.hpp"
#include "postgres/database_url.hpp"

namespace contrail::postgres {

/// Values of libpq's keywords `host`, `hostaddr` and `port`: lists with an element for each address, in the order
/// in which libpq tries them. Empty values leave a setting as the URL has it.
struct HostAddresses {
    std::string hosts;
    std::string addresses;
    std::string ports;
    std::int64_t count = 1;
};

/// Looks up the hosts that `options` name, because libpq would wait for a silent name service without end. A name
/// that has no address is left to libpq, which reports it.
///
/// Throws Error (Retry::call) if the name service has not answered by the deadline.
HostAddresses host_addresses(const ConnectionOptions& options, base::Deadline deadline,
                             base::AddressFunction* find = &::getaddrinfo);

}  // namespace contrail::postgres
