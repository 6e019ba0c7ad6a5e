#pragma once

#include <libpq-fe.h>

#include <chrono>

namespace contrail::postgres {

using Milliseconds = std::chrono::milliseconds;
using Deadline = std::chrono::steady_clock::time_point;

/// Waits until the connection's socket is ready for `events` (POLLIN, POLLOUT) or has failed; the next call
/// to libpq reports a failure. False: the deadline passed first, or five seconds since a signal of stop_on_signals().
bool wait_until_ready(const PGconn* connection, short events, Deadline deadline);

}  // namespace contrail::postgres
