#include "operations/doctor/checks.hpp"

namespace contrail::operations::doctor {

namespace {

int server_pid(postgres::Connection& connection) {
    return static_cast<int>(
        connection.run({.what = "detect a pooler"}, "SELECT pg_backend_pid()").integer(0, 0));
}

/// True if two connections that are open at once share a session. A pooler may hand out any session, but
/// those that are known reuse the last one. So a few attempts are enough.
bool shares_sessions(Database& database) {
    postgres::Connection other(database.url, "doctor", {}, [](postgres::Connection&) {});
    for (int attempts_left = 5; attempts_left > 0; --attempts_left)
        if (server_pid(database.connection) == server_pid(other)) return true;
    return false;
}

}  // namespace

PostgresPooler gather_postgres_pooler(Database& database, Part part) {
    // A server announces its own process id to a new client. A pooler announces another number.
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
            return {ok(check, "session mode")};
        case Pooler::shares_sessions:
            break;
    }
    const std::string found = "transaction mode";
    if (pooler.part != Part::streamer) return {ok(check, found)};
    return {error(
        check, found,
        "The streamer keeps settings, prepared statements and a lock in its session. A pooler in transaction "
        "mode gives that session to other programs. Give the streamer the server's own address, or a pool in "
        "session mode. Producers and consumers may use the pooler.",
        {"DATABASE_URL=postgres://…:5432/…   # the server itself, not the pooler"})};
}

}  // namespace contrail::operations::doctor
