#include "postgres/pooler.hpp"

namespace contrail::postgres {

namespace {

int server_pid(Connection& connection) {
    const Attempt attempt{.what = "detect a pooler", .for_service = true};
    return static_cast<int>(connection.run(attempt, "SELECT pg_catalog.pg_backend_pid()").integer(0, 0));
}

/// True if two connections that are open at once share a session. A pooler may hand out any session, but
/// those that are known reuse the last one. So a few attempts are enough.
bool share_a_session(Connection& connection, const std::string& url) {
    constexpr Milliseconds answer_max{5'000};
    Connection other(url, "pooler check", {.answer_max = answer_max}, [](Connection&) {});
    other.open();
    for (int attempts_left = 5; attempts_left > 0; --attempts_left)
        if (server_pid(connection) == server_pid(other)) return true;
    return false;
}

}  // namespace

Pooler pooler_before(Connection& connection, const std::string& url) {
    // A server announces its own process id to a new client. A pooler announces another number.
    const int pid = server_pid(connection);
    if (PQbackendPID(connection.native()) == pid) return Pooler::none;
    return share_a_session(connection, url) ? Pooler::shares_sessions : Pooler::keeps_sessions;
}

Error shared_session_error(const PGconn* connection) {
    return {Retry::never,
            "Cannot work with " + describe(connection) +
                ": a pooler in transaction mode stands before the server, and gives this session to other "
                "programs after every transaction. The streamer and the commands that change the outbox keep "
                "settings, prepared statements and a lock in their session. Nothing was changed. Set "
                "DATABASE_URL to the address of the server itself, or to a pool in session mode. Producers "
                "and consumers may use the pooler."};
}

}  // namespace contrail::postgres
