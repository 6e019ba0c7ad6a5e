#pragma once

#include <libpq-fe.h>

#include <cstdint>
#include <string>

#include "postgres/handles.hpp"

namespace contrail::bench {

/// A connection to PostgreSQL on libpq, for the bare loops, and to create, fill and query tables.
///
/// Errors  Every call throws Error (Retry::never): after one, a benchmark would measure something else.
class BarePostgres {
public:
    explicit BarePostgres(const std::string& url);

    [[nodiscard]] PGconn* native() const noexcept { return connection_.get(); }

    /// Runs statements and returns the result of the last one.
    postgres::ResultHandle run(const std::string& statements) const;

    void prepare(const char* name, const std::string& statement) const;

    /// Runs a prepared statement with one parameter.
    postgres::ResultHandle run_prepared(const char* name, const std::string& value) const;

    /// The first column of the first row of a query.
    [[nodiscard]] std::uint64_t number(const std::string& query) const;

    /// Throws unless the statement of `result` succeeded.
    postgres::ResultHandle checked(PGresult* result) const;

private:
    postgres::ConnectionHandle connection_;
};

}  // namespace contrail::bench
