#pragma once

#include <netdb.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/file_descriptor.hpp"

namespace contrail::base {

struct FreeAddresses {
    void operator()(addrinfo* first) const noexcept { ::freeaddrinfo(first); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

struct NameLookup {
    int error = 0;  ///< Of getaddrinfo(); 0: `addresses` holds what it found.
    Addresses addresses;
    /// The process may open no more files. getaddrinfo() then says that there is no such name.
    bool lacks_descriptors = false;
};

using AddressFunction = decltype(::getaddrinfo);

/// The addresses of `host` for a TCP connection, best first. Nothing if the name service has not answered by the
/// deadline. getaddrinfo() itself waits for a silent name server as long as resolv.conf says, which may be minutes,
/// and nothing interrupts it: it runs on a thread of its own, which then outlives the call.
std::optional<NameLookup> look_up(const std::string& host, std::uint16_t port, Deadline deadline,
                                  AddressFunction* find = &::getaddrinfo);

}  // namespace contrail::base
