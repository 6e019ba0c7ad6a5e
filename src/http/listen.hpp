#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <string>

namespace contrail::http {

/// A socket that listens on `host` (a name or an address) and `port` (0: any free one).
/// Throws Error (Retry::never) if that cannot be had; `port_option` tells the reader of its message what
/// sets the port.
boost::asio::ip::tcp::acceptor listen(boost::asio::io_context& context, const std::string& host,
                                      std::uint16_t port, const std::string& port_option);

}  // namespace contrail::http
