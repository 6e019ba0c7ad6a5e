#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace contrail::test {

/// A client that listens to server-sent events of a page on this machine.
/// Throws std::runtime_error where it waits for what does not come within 20 seconds, or the stream ends.
class EventClient {
public:
    /// Asks for `path`.
    explicit EventClient(std::uint16_t port, std::string_view path = "/events");

    /// Reads on until `text` has come. Returns all that came so far, headers included.
    const std::string& until(std::string_view text);
    /// Reads on until the server ends the stream, and returns all that came.
    const std::string& until_end();

private:
    bool read_some();

    boost::asio::io_context context_;
    boost::asio::ip::tcp::socket socket_{context_};
    std::string received_;
};

}  // namespace contrail::test
