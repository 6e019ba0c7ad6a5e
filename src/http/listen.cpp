#include "contrail/http.hpp"

#include <boost/system/errc.hpp>

#include "contrail/error.hpp"

namespace contrail::http {

using boost::asio::ip::tcp;

namespace {

tcp::endpoint resolve(boost::asio::io_context& context, const std::string& host, std::uint16_t port) {
    // The system takes none for all of them, and would open the port to the network.
    if (host.empty())
        throw contrail::Error(
            contrail::Retry::never,
            "Cannot listen on no host. Name an address of this machine, such as 127.0.0.1, or "
            "0.0.0.0 for all of them.");
    boost::system::error_code error;
    const auto found =
        tcp::resolver(context).resolve(host, std::to_string(port), tcp::resolver::passive, error);
    if (error) {
        throw contrail::Error(contrail::Retry::never,
                              "Cannot listen on host '" + host + "': " + error.message() +
                                  ". Name an address of this machine, such as 127.0.0.1.");
    }
    return *found.begin();
}

/// `place`: the address and the port.
std::string failure(const std::string& place, const boost::system::error_code& error,
                    const std::string& port_option) {
    if (error == boost::system::errc::address_not_available)
        return "Cannot listen on " + place +
               ": this machine has no such address. Name one of its own, such as 127.0.0.1.";
    if (error == boost::system::errc::permission_denied)
        return "Cannot listen on " + place +
               ": it is denied. Ports below 1024 need the right CAP_NET_BIND_SERVICE: choose another with " +
               port_option + '.';
    return "Cannot listen on " + place + ": " + error.message() +
           ". Stop the program that uses the port, or choose another with " + port_option + '.';
}

}  // namespace

tcp::acceptor listen(boost::asio::io_context& context, const std::string& host, std::uint16_t port,
                     const std::string& port_option) {
    const tcp::endpoint endpoint = resolve(context, host, port);
    tcp::acceptor acceptor(context);
    boost::system::error_code error;
    acceptor.open(endpoint.protocol(), error);
    // A port whose last user has just ended is free for us: a service must be able to start again at once.
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(tcp::acceptor::max_listen_connections, error);
    if (error) {
        throw contrail::Error(contrail::Retry::never,
                              failure(host + ", port " + std::to_string(port), error, port_option));
    }
    return acceptor;
}

}  // namespace contrail::http
