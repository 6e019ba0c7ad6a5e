#include "operations/doctor/checks.hpp"

namespace contrail::operations::doctor {

PostgresPooler gather_postgres_pooler(Database& database, Part part) {
    return {part, postgres::pooler_before(database.connection, database.url)};
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
