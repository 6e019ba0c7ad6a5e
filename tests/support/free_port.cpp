#include "support/free_port.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "base/file_descriptor.hpp"

namespace contrail::test {

namespace {

// The kernel gives ports from 32768 on to whatever connects or listens next, so a port from there may be taken before
// the test uses it. These come from below.
constexpr int first_port = 10'000;
constexpr int last_port = 29'999;
constexpr int bus_distance = 10'000;

bool is_free(std::uint16_t port) {
    const base::FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

/// Takes a free port among the tests of this machine, until this process ends. Between the search for a port and the
/// server that listens on it, only this keeps two processes apart. A name in the abstract namespace is a lock that
/// needs no file (unix(7)).
bool reserve(std::uint16_t port) {
    static std::vector<base::FileDescriptor> reserved;
    if (!is_free(port)) return false;
    base::FileDescriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string name = "contrail-test-port-" + std::to_string(port);
    name.copy(address.sun_path + 1, sizeof address.sun_path - 1);
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) return false;
    reserved.push_back(std::move(socket));
    return true;
}

/// Each test process begins elsewhere, so that few candidates are taken.
std::uint16_t next_port(int last) {
    static int next = static_cast<int>(::getpid()) * 61;
    return static_cast<std::uint16_t>(first_port + next++ % (last - first_port + 1));
}

}  // namespace

std::uint16_t free_port() {
    for (;;) {
        const std::uint16_t port = next_port(last_port);
        if (reserve(port)) return port;
    }
}

std::uint16_t free_port_with_bus() {
    for (;;) {
        const std::uint16_t port = next_port(last_port - bus_distance);
        if (reserve(port) && reserve(static_cast<std::uint16_t>(port + bus_distance))) return port;
    }
}

}  // namespace contrail::test
