#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>

#include "base/file_descriptor.hpp"

namespace contrail::test {

/// True if nothing listens on the port.
inline bool is_free(std::uint16_t port) {
    const base::FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

/// A TCP port of this machine on which nothing listens.
///
/// The kernel gives ports from 32768 on to whatever connects or listens next, so a port from there may be
/// taken before the test uses it. This one comes from below, and each test process begins elsewhere.
inline std::uint16_t free_port() {
    constexpr int first = 10'000;
    constexpr int count = 20'000;
    static int next = static_cast<int>(::getpid()) * 61 % count;
    for (;;) {
        next = (next + 1) % count;
        const auto port = static_cast<std::uint16_t>(first + next);
        if (is_free(port)) return port;
    }
}

}  // namespace contrail::test
