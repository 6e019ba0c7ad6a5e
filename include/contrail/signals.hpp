#pragma once

#include <stop_token>

namespace contrail {

/// A token that is stopped by SIGINT or SIGTERM. Call it in main(), before any other thread is started:
/// from then on these signals no longer end the process, and a thread of this function's own takes them.
/// Every call returns the same token.
std::stop_token stop_on_signals();

}  // namespace contrail
