#include "postgres/socket_wait.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>

namespace contrail::postgres {

bool wait_until_ready(const PGconn* connection, short events, Deadline deadline) {
    pollfd socket{PQsocket(connection), events, 0};
    for (;;) {
        const auto left = std::chrono::ceil<Milliseconds>(deadline - std::chrono::steady_clock::now());
        const int ready = poll(&socket, 1, static_cast<int>(std::max(left, Milliseconds(0)).count()));
        if (ready == 0) return false;
        // A signal does not end this wait: the program stops between two calls.
        if (ready > 0 || errno != EINTR) return true;
    }
}

}  // namespace contrail::postgres
