#include "postgres/socket_wait.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "core/stop_signal.hpp"

namespace contrail::postgres {

namespace {

/// A program that was asked to stop waits no longer than this for a silent server.
constexpr std::chrono::seconds wait_after_stop_max{5};

}  // namespace

bool wait_until_ready(const PGconn* connection, short events, Deadline deadline) {
    std::array<pollfd, 2> polled{{{PQsocket(connection), events, 0}, {stop_signal_descriptor(), POLLIN, 0}}};
    auto& [socket, stop] = polled;
    for (;;) {
        const auto left = std::chrono::ceil<Milliseconds>(deadline - std::chrono::steady_clock::now());
        const int ready =
            poll(polled.data(), polled.size(), static_cast<int>(std::max(left, Milliseconds(0)).count()));
        if (ready == 0) return false;
        if (ready < 0 && errno == EINTR) continue;
        if (ready < 0 || socket.revents != 0) return true;
        // The work in hand may still be completed.
        deadline = std::min(deadline, std::chrono::steady_clock::now() + wait_after_stop_max);
        stop.fd = -1;
    }
}

}  // namespace contrail::postgres
