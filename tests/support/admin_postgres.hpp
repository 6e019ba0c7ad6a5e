#pragma once

#include <libpq-fe.h>

#include <memory>
#include <string>

#include "contrail/postgres.hpp"

namespace contrail::test {

/// A plain connection to PostgreSQL, by which a test stages records, looks at tables and makes trouble,
/// without going through the code under test.
class AdminPostgres {
public:
    /// Throws std::runtime_error if the server does not answer.
    explicit AdminPostgres(const std::string& url);

    /// Runs statements; throws std::runtime_error with the server's message if one fails.
    void run(const std::string& statements);

    /// The first column of the first row of a query, in text form; empty if there is no row.
    std::string value(const std::string& query);

private:
    std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
};

}  // namespace contrail::test
