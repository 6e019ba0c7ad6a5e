#pragma once

#include <string>

namespace contrail::load {

/// Where the API listens.
struct ApiAddress {
    std::string url;   ///< As given, for messages.
    std::string host;  ///< Name or address, without the brackets of IPv6.
    std::string port;
    std::string authority;  ///< Host and port, as the header `Host` has them.
    std::string rides;      ///< Path of the rides.

    /// Understands `http://host[:port][/prefix]`. Throws Error (Retry::never) for anything else.
    static ApiAddress parse(const std::string& url);
};

}  // namespace contrail::load
