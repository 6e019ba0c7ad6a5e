#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace contrail::test {

/// An answer as a test compares it.
struct HttpAnswer {
    unsigned status = 0;
    std::string headers;  ///< Lines `Name: value`, in order, each ended by "\r\n".
    std::string body;
};

/// A client's connection to this machine, which blocks, and sends whatever a test wants sent.
/// Throws boost::system::system_error where the connection breaks, or says nothing for 20 seconds.
class HttpClient {
public:
    explicit HttpClient(std::uint16_t port);

    void send(std::string_view bytes);
    /// The next answer. `to_head`: it answers HEAD, and has no body whatever its headers say.
    HttpAnswer receive(bool to_head = false);
    /// Waits for the server to close the connection. True if nothing more came before.
    bool closed_by_server();

    HttpAnswer get(std::string_view path);
    /// Posts a form.
    HttpAnswer post(std::string_view path, std::string_view form);
    HttpAnswer post_ride(double distance);

private:
    boost::asio::io_context context_;
    boost::asio::ip::tcp::socket socket_{context_};
    boost::beast::flat_buffer received_;
};

/// A request in full. `content_type` empty: without that header.
std::string http_request(std::string_view method, std::string_view path, std::string_view content_type = {},
                         std::string_view body = {});
std::string http_post(std::string_view path, std::string_view content_type, std::string_view body);

}  // namespace contrail::test
