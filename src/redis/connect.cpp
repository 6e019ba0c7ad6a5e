#include "redis/connect.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>

#include "base/name_lookup.hpp"
#include "contrail/error.hpp"

namespace contrail::redis {

namespace {

/// Even "permission denied" may pass: Redis opens its unix socket first and sets its mode afterwards.
Error unreachable(int error) {
    const bool forbidden = error == EACCES || error == EPERM;
    const bool lacks_descriptors = error == EMFILE || error == ENFILE;
    return {Retry::call, "cannot be reached: " + std::system_category().message(error) +
                             (forbidden ? ". Allow this program's system user to connect to it."
                              : lacks_descriptors
                                  ? ". Raise the limit of open files: ulimit -n, or LimitNOFILE= of a unit."
                                  : ". Start it, or correct the Redis URL.")};
}

/// A socket that is connected, unless `error` is an errno.
struct Attempt {
    base::FileDescriptor socket;
    int error;
};

int connect(const base::FileDescriptor& socket, const sockaddr* address, socklen_t length,
            base::Deadline deadline) {
    if (::connect(socket.get(), address, length) == 0) return 0;
    if (errno != EINPROGRESS && errno != EINTR) return errno;
    if (!socket.wait(POLLOUT, deadline)) return ETIMEDOUT;
    int outcome = 0;
    socklen_t size = sizeof outcome;
    return ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &outcome, &size) == 0 ? outcome : errno;
}

Attempt attempt(const sockaddr* address, socklen_t length, base::Deadline deadline) {
    const int number = ::socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (number < 0) return {base::FileDescriptor(number), errno};
    base::FileDescriptor socket(number);
    const int error = connect(socket, address, length, deadline);
    return {std::move(socket), error};
}

base::FileDescriptor connect_unix(const std::string& path, base::Deadline deadline) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        throw Error(Retry::never, "cannot be reached: the path of a unix socket has at most " +
                                      std::to_string(sizeof address.sun_path - 1) + " characters.");
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);

    auto [socket, error] = attempt(reinterpret_cast<const sockaddr*>(&address), sizeof address, deadline);
    if (error != 0) throw unreachable(error);
    return std::move(socket);
}

base::Addresses addresses_of(const std::string& host, std::uint16_t port, base::Deadline deadline) {
    auto found = base::look_up(host, port, deadline);
    if (!found)
        throw Error(Retry::call,
                    "cannot be reached: the name service did not answer for its host. Repair the name "
                    "service, or put an address into the Redis URL.");
    if (found->lacks_descriptors) throw unreachable(EMFILE);
    if (found->error != 0)
        throw Error(Retry::call, "cannot be reached: " + std::string(::gai_strerror(found->error)) +
                                     ". Correct the host in the Redis URL, or repair the name service.");
    return std::move(found->addresses);
}

std::ptrdiff_t count(const addrinfo* address) {
    std::ptrdiff_t number = 0;
    for (; address != nullptr; address = address->ai_next) ++number;
    return number;
}

void set_option(const base::FileDescriptor& socket, int level, int option, int value) {
    if (::setsockopt(socket.get(), level, option, &value, sizeof value) != 0) throw unreachable(errno);
}

base::FileDescriptor connect_tcp(const std::string& host, std::uint16_t port, base::Deadline deadline) {
    const base::Addresses addresses = addresses_of(host, port, deadline);
    int last_error = 0;
    for (const addrinfo* address = addresses.get(); address != nullptr; address = address->ai_next) {
        const auto now = std::chrono::steady_clock::now();
        // A share each: one dead address (IPv6 without a route) must not use up the time of the others.
        const base::Deadline share = now + (deadline - now) / count(address);
        auto [socket, error] = attempt(address->ai_addr, address->ai_addrlen, share);
        last_error = error;
        if (error != 0) continue;
        set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
        // Firewalls drop idle connections after a few minutes. A probe a minute keeps ours open.
        set_option(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
        set_option(socket, IPPROTO_TCP, TCP_KEEPIDLE, 60);
        return std::move(socket);
    }
    throw unreachable(last_error);
}

}  // namespace

base::FileDescriptor connect_to(const Endpoint& endpoint, base::Deadline deadline) {
    if (!endpoint.socket_path.empty()) return connect_unix(endpoint.socket_path, deadline);
    return connect_tcp(endpoint.host, endpoint.port, deadline);
}

}  // namespace contrail::redis
