#include "support/admin_postgres.hpp"

#include <stdexcept>

namespace contrail::test {

namespace {

using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

Result execute(PGconn* connection, const std::string& statements) {
    Result result(PQexec(connection, statements.c_str()), &PQclear);
    const auto status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        throw std::runtime_error(statements + ": " + PQerrorMessage(connection));
    }
    return result;
}

}  // namespace

AdminPostgres::AdminPostgres(const std::string& url) : connection_(PQconnectdb(url.c_str()), &PQfinish) {
    if (PQstatus(connection_.get()) != CONNECTION_OK)
        throw std::runtime_error(PQerrorMessage(connection_.get()));
    execute(connection_.get(), "SET client_min_messages = warning");
}

void AdminPostgres::run(const std::string& statements) {
    execute(connection_.get(), statements);
}

std::string AdminPostgres::value(const std::string& query) {
    const Result result = execute(connection_.get(), query);
    return PQntuples(result.get()) == 0 ? "" : PQgetvalue(result.get(), 0, 0);
}

}  // namespace contrail::test
