#include "bench/bare/postgres.hpp"

#include "contrail/error.hpp"
#include "postgres/errors.hpp"

namespace contrail::bench {

namespace {

[[noreturn]] void fail(const PGconn* connection) {
    throw Error(Retry::never, "The benchmark stopped: PostgreSQL reports: " +
                                  postgres::in_one_line(PQerrorMessage(connection)));
}

}  // namespace

BarePostgres::BarePostgres(const std::string& url) : connection_(PQconnectdb(url.c_str())) {
    if (PQstatus(native()) != CONNECTION_OK) fail(native());
    // Drops notices: migrations and CREATE … IF NOT EXISTS print them.
    PQsetNoticeProcessor(
        native(), [](void*, const char*) {}, nullptr);
}

postgres::ResultHandle BarePostgres::run(const std::string& statements) const {
    return checked(PQexec(native(), statements.c_str()));
}

void BarePostgres::prepare(const char* name, const std::string& statement) const {
    checked(PQprepare(native(), name, statement.c_str(), 0, nullptr));
}

postgres::ResultHandle BarePostgres::run_prepared(const char* name, const std::string& value) const {
    const char* const values[] = {value.c_str()};
    return checked(PQexecPrepared(native(), name, 1, values, nullptr, nullptr, 0));
}

std::uint64_t BarePostgres::number(const std::string& query) const {
    const auto result = run(query);
    return std::stoull(PQgetvalue(result.get(), 0, 0));
}

postgres::ResultHandle BarePostgres::checked(PGresult* result) const {
    postgres::ResultHandle handle(result);
    switch (PQresultStatus(result)) {
        case PGRES_COMMAND_OK:
        case PGRES_TUPLES_OK:
        case PGRES_COPY_OUT:
            return handle;
        default:
            fail(native());
    }
}

}  // namespace contrail::bench
