#pragma once

#include <stop_token>

namespace contrail {

/// A token that SIGINT or SIGTERM stops. Call it in main(), before any other thread starts: from then on
/// these signals no longer end the process, and a thread of this function's own receives them. The second signal
/// ends the process at once: an operator does not have to wait for a server that is silent. After the first signal, the
/// adapter for PostgreSQL waits at most five seconds for an answer. Every call returns the same token.
std::stop_token stop_on_signals();

}  // namespace contrail
