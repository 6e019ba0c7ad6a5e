#pragma once

#include <libpq-fe.h>

namespace contrail::postgres {

/// Asks the server to end the statement that the session runs, if it runs one. Waits at most two seconds for the
/// server to answer.
///
/// A server does not notice that a client has gone while a statement waits for a standby, and before PostgreSQL 14
/// while it waits for a lock. Closing the socket alone would leave the session there, once more at every attempt.
void cancel_statement(PGconn* connection) noexcept;

}  // namespace contrail::postgres
