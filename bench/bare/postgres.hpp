#pragma once

#include <libpq-fe.h>

#include <cstdint>
#include <string>

#include "postgres/handles.hpp"

namespace contrail::bench {

/// A connection to PostgreSQL on libpq, by which bare loops work and tables are made, filled and looked at.
///
/// Errors  Every call throws Error (Retry::never): a benchmark that goes on after one would measure something
///         else.
class BarePostgres {
public:
    explicit BarePostgres(const std::string& url);

    [[nodiscard]] PGconn* native() const noexcept { return connection_.get(); }

    /// Runs statements; returns what the last one gave.
    postgres::ResultHandle run(const std::string& statements) const;

    void prepare(const char* name, const std::string& statement) const;

    /// Runs a prepared statement of one parameter.
    postgres::ResultHandle run_prepared(const char* name, const std::string& value) const;

    /// The first column of the first row.
    [[nodiscard]] std::uint64_t number(const std::string& query) const;

    /// Throws unless `result` is of a statement that went well.
    postgres::ResultHandle checked(PGresult* result) const;

private:
    postgres::ConnectionHandle connection_;
};

}  // namespace contrail::bench
