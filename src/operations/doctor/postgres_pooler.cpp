#include "operations/doctor/postgres_pooler.hpp"

namespace contrail::doctor {

namespace {

int server_pid(postgres::Connection& connection) {
    return static_cast<int>(
        connection.run({.what = "find out whether a pooler is in front"}, "SELECT pg_backend_pid()").integer(0, 0));
}

/// True if two connections that are open at once were given the same database. A pooler need not hand out the
/// one that was used last; those that are known do, so a few attempts are plenty.
bool shares_sessions(Database& database) {
    postgres::Connection other(database.url, "doctor", {}, [](postgres::Connection&) {});
    for (int attempts_left = 5; attempts_left > 0; --attempts_left)
        if (server_pid(database.connection) == server_pid(other)) return true;
    return false;
}

}  // namespace

PostgresPooler gather_postgres_pooler(Database& database, postgres::Part part) {
    // A server tells its own process id when it is connected to. A pooler answers that itself.
    const int pid = server_pid(database.connection);
    if (PQbackendPID(database.connection.native()) == pid) return {part, Pooler::none};
    return {part, shares_sessions(database) ? Pooler::shares_sessions : Pooler::keeps_sessions};
}

Findings judge(const PostgresPooler& pooler) {
    const std::string check = "postgres.pooler";
    switch (pooler.pooler) {
        case Pooler::none:
            return {ok(check, "none: a direct connection")};
        case Pooler::keeps_sessions:
            return {ok(check, "one that keeps sessions")};
        case Pooler::shares_sessions:
            break;
    }
    const std::string found = "one that shares sessions (transaction mode)";
    if (pooler.part != postgres::Part::streamer) return {ok(check, found)};
    return {error(
        check, found,
        "The streamer's settings, prepared statements and lock belong to its session: behind this, they "
        "end up with other programs. Producers and consumers may go through it; the streamer needs "
        "the server's own address, or a pool in session mode.",
        {"DATABASE_URL=postgres://…:5432/…   # the server itself, not the pooler"})};
}

}  // namespace contrail::doctor
