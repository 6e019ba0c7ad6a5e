#include "redis/plain_socket.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "contrail/error.hpp"

namespace contrail::redis {

namespace {

bool would_block() {
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

}  // namespace

std::size_t PlainSocket::send(std::string_view bytes) {
    // Without MSG_NOSIGNAL a lost connection would end the whole process.
    const ssize_t sent = ::send(descriptor_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) return static_cast<std::size_t>(sent);
    if (would_block()) return 0;
    // Before Redis closed the connection, it may have said why ("max number of clients reached"). receive()
    // returns that first, and then reports the end.
    if (errno == EPIPE || errno == ECONNRESET) return 0;
    throw Error(Retry::call, "lost the connection: " + std::system_category().message(errno) + '.');
}

std::size_t PlainSocket::receive(std::span<char> buffer) {
    const ssize_t received = ::recv(descriptor_.get(), buffer.data(), buffer.size(), 0);
    if (received > 0) return static_cast<std::size_t>(received);
    if (received == 0)
        throw Error(
            Retry::call,
            "closed the connection. Its log may say why. It does so to a client whose replies outgrow "
            "client-output-buffer-limit, to one that is idle for longer than its setting timeout, after CLIENT KILL, "
            "and at a port that expects TLS (rediss://).");
    if (would_block()) return 0;
    throw Error(Retry::call, "lost the connection: " + std::system_category().message(errno) + '.');
}

bool PlainSocket::wait(bool or_send, base::Deadline deadline) {
    return descriptor_.wait(static_cast<short>(or_send ? POLLIN | POLLOUT : POLLIN), deadline);
}

}  // namespace contrail::redis
