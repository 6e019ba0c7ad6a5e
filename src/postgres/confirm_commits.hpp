#pragma once

#include "postgres/connection.hpp"

namespace contrail::postgres {

/// Waits until everything that the session can see is as durable as the server's commits are: on the standbys that
/// synchronous_standby_names asks for, too.
///
/// A commit that waits for a standby becomes visible when its wait is cancelled, when its session is terminated, or
/// when the server restarts. To send what it sealed, or to go on after its checkpoint, could put the log ahead of a
/// standby that takes over. Throws Error.
void confirm_commits(Connection& connection);

}  // namespace contrail::postgres
