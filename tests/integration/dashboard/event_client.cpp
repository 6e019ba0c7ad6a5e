#include "event_client.hpp"

#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <boost/asio/write.hpp>
#include <stdexcept>

namespace contrail::test {

namespace asio = boost::asio;

EventClient::EventClient(std::uint16_t port, std::string_view path) {
    socket_.connect({asio::ip::address_v4::loopback(), port});
    const timeval wait_max{.tv_sec = 300, .tv_usec = 0};
    setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &wait_max, sizeof wait_max);
    const std::string request =
        "GET " + std::string(path) + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) + "\r\n\r\n";
    asio::write(socket_, asio::buffer(request));
}

const std::string& EventClient::until(std::string_view text) {
    while (received_.find(text) == std::string::npos)
        if (!read_some())
            throw std::runtime_error("'" + std::string(text) + "' did not come, but:\n" + received_);
    return received_;
}

const std::string& EventClient::until_end() {
    while (read_some()) continue;
    return received_;
}

bool EventClient::read_some() {
    std::array<char, 4096> buffer{};
    boost::system::error_code error;
    const std::size_t length = socket_.read_some(asio::buffer(buffer), error);
    if (error && error != asio::error::eof)
        throw std::runtime_error(error.message() + " after:\n" + received_);
    received_.append(buffer.data(), length);
    return !error;
}

}  // namespace contrail::test
