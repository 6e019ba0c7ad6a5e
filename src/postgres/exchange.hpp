#pragma once

#include <libpq-fe.h>

#include <span>
#include <string>
#include <string_view>

#include "contrail/postgres.hpp"
#include "postgres/errors.hpp"
#include "postgres/handles.hpp"
#include "postgres/result.hpp"
#include "postgres/socket_wait.hpp"

namespace contrail::postgres {

/// Sends a statement and receives its answer, on a connection in non-blocking mode.
///
/// Errors  Every call throws Error if the server refuses, if the connection breaks, or if no byte comes for
///         `wait_max`. The connection can be used again only after a refusal.
class Exchange {
public:
    Exchange(PGconn* connection, const Attempt& attempt, Milliseconds wait_max)
        : connection_(connection),
          attempt_(attempt),
          wait_max_(wait_max) {}

    /// Runs any number of statements, and returns the result of the last. If that is a COPY, it has begun.
    Result run(const std::string& statements);

    /// Runs one statement, with values for $1, $2 …
    Result run(const std::string& statement, std::span<const SqlValue> values);

    /// Prepares a statement under a name, for the life of the connection.
    void prepare(const char* name, const std::string& statement);

    /// Runs a statement that was prepared.
    Result run_prepared(const char* name, std::span<const SqlValue> values);

    /// The next message of a COPY to the client; empty at the end. It is valid until the next call.
    std::string_view next_copy_message();

private:
    void require_sent(int sent);
    void flush();
    Result answer();
    ResultHandle next_result();
    void wait(short events);

    PGconn* connection_;
    Attempt attempt_;
    Milliseconds wait_max_;
    TextHandle copy_message_;
};

}  // namespace contrail::postgres
