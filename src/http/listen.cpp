#include "contrail/http.hpp"

#include "contrail/error.hpp"

namespace contrail::http {

using boost::asio::ip::tcp;

namespace {

tcp::endpoint resolve(boost::asio::io_context& context, const std::string& host, std::uint16_t port) {
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
        throw contrail::Error(
            contrail::Retry::never,
            "Cannot listen on " + host + ", port " + std::to_string(port) + ": " + error.message() +
                ". Stop the program that uses the port, or choose another with " + port_option + ".");
    }
    return acceptor;
}

}  // namespace contrail::http
