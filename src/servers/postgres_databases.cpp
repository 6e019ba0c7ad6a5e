#include "servers/postgres_databases.hpp"

#include <libpq-fe.h>

#include <memory>

#include "contrail/error.hpp"

namespace contrail::servers {
namespace {

using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;
using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

Connection connect(const std::string& url) {
    Connection connection(PQconnectdb(url.c_str()), &PQfinish);
    if (PQstatus(connection.get()) != CONNECTION_OK)
        throw Error(Retry::never, "Cannot connect to the private PostgreSQL: " +
                                      std::string(PQerrorMessage(connection.get())));
    return connection;
}

std::string quoted(PGconn* connection, std::string_view name) {
    const std::unique_ptr<char, decltype(&PQfreemem)> text(
        PQescapeIdentifier(connection, name.data(), name.size()), &PQfreemem);
    if (!text) throw Error(Retry::never, "Cannot quote a name: " + std::string(PQerrorMessage(connection)));
    return text.get();
}

void execute(PGconn* connection, const std::string& statement) {
    const Result result(PQexec(connection, statement.c_str()), &PQclear);
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK)
        throw Error(Retry::never, "Cannot " + statement + ": " + PQresultErrorMessage(result.get()));
}

}  // namespace

bool has_database(const std::string& url, std::string_view name) {
    const Connection connection = connect(url);
    const std::string text(name);
    const char* const parameter = text.c_str();
    const Result result(PQexecParams(connection.get(), "SELECT FROM pg_database WHERE datname = $1", 1,
                                     nullptr, &parameter, nullptr, nullptr, 0),
                        &PQclear);
    if (PQresultStatus(result.get()) != PGRES_TUPLES_OK)
        throw Error(Retry::never, "Cannot find out whether there is a database " + text + ": " +
                                      PQresultErrorMessage(result.get()));
    return PQntuples(result.get()) == 1;
}

void create_database(const std::string& url, std::string_view name, std::string_view source) {
    const Connection connection = connect(url);
    execute(connection.get(), "CREATE DATABASE " + quoted(connection.get(), name) + " TEMPLATE " +
                                  quoted(connection.get(), source));
}

void drop_database(const std::string& url, std::string_view name) {
    const Connection connection = connect(url);
    execute(connection.get(), "DROP DATABASE IF EXISTS " + quoted(connection.get(), name) + " WITH (FORCE)");
}

void set_password(const std::string& url, const std::string& password) {
    const Connection connection = connect(url);
    const Result result(PQexec(connection.get(), ("ALTER ROLE postgres PASSWORD '" + password + "'").c_str()),
                        &PQclear);
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK)
        throw Error(Retry::never, "Cannot set the password of the private PostgreSQL: " +
                                      std::string(PQresultErrorMessage(result.get())));
}

}  // namespace contrail::servers
