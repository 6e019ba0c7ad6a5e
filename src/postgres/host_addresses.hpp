#pragma once

#include <string>
#include <vector>

#include "base/name_lookup.hpp"
#include "postgres/database_url.hpp"

namespace contrail::postgres {

/// A place where a server may listen. Each part may be empty, and then is libpq's default.
struct HostAddress {
    std::string host;
    std::string address;  ///< As text: `10.0.0.1`, `fe80::1%eth0`.
    std::string port;

    bool operator==(const HostAddress&) const = default;
};

/// The places that `options` name, in the order in which libpq tries them; none if libpq has to find them itself, or
/// to say what is wrong with them. Looks up the hosts' names, because libpq would wait for a silent name service
/// without end. A name that has no address is left to libpq, which reports it.
///
/// Throws Error (Retry::call) if the name service has not answered by the deadline.
std::vector<HostAddress> host_addresses(const ConnectionOptions& options, base::Deadline deadline,
                                        base::AddressFunction* find = &::getaddrinfo);

/// Values of libpq's keywords `host`, `hostaddr` and `port`: lists with an element for each place. Empty values leave a
/// setting as the URL has it.
struct HostLists {
    std::string hosts;
    std::string addresses;
    std::string ports;
};
HostLists lists_of(const std::vector<HostAddress>& places);

}  // namespace contrail::postgres
