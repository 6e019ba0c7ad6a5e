#include <fmt/format.h>

#include "operations/doctor/checks.hpp"
#include "postgres/migrations.hpp"
#include "postgres/schema.hpp"

namespace contrail::operations::doctor {

namespace {

Finding schema_finding(const PostgresSchema& schema) {
    const std::string check = "postgres.schema";
    if (schema.version == 0)
        return error(
            check, "no schema " + schema.quoted_name,
            "This database holds no Contrail tables. Either they were never made, or DATABASE_URL or "
            "CONTRAIL_SCHEMA is wrong.",
            {"contrail migrate"});
    if (schema.version < schema.newest)
        return error(check, fmt::format("version {}; this program needs {}", schema.version, schema.newest),
                     "The schema is older than this program. Programs of this version exit with status 78.",
                     {"contrail migrate"});
    if (schema.version > schema.newest)
        return warning(
            check, fmt::format("version {}; this program knows {}", schema.version, schema.newest),
            "A newer contrail made the schema. This one may not check all of it. Install the version that "
            "runs elsewhere.",
            {"contrail --version"});
    return ok(check, fmt::format("version {}", schema.version));
}

}  // namespace

PostgresSchema gather_postgres_schema(Database& database) {
    return {.quoted_name = database.quoted_schema,
            .version = postgres::schema_version(database.connection, database.quoted_schema),
            .newest = postgres::migrations().back().version};
}

Findings judge(const PostgresSchema& schema) {
    return {schema_finding(schema)};
}

namespace {

Finding stream_finding(const PostgresCluster& cluster) {
    const std::string check = "postgres.stream";
    const std::string& fed = cluster.identity.stream;
    if (fed.empty()) return ok(check, "no streamer has led yet");
    if (fed == cluster.stream) return ok(check, fed);
    return error(
        check, fmt::format("the outbox feeds {}, and STREAM_NAME is {}", fed, cluster.stream),
        "An outbox feeds one log. A streamer with another STREAM_NAME exits with status 78. To let the "
        "outbox feed another log from now on, stop its streamers and run `contrail adopt`.",
        {fmt::format("STREAM_NAME={}", fed)});
}

}  // namespace

PostgresCluster gather_postgres_cluster(Database& database) {
    return {.quoted_schema = database.quoted_schema,
            .stream = database.stream,
            .identity = postgres::identity(database.connection, database.quoted_schema)};
}

Findings judge(const PostgresCluster& cluster) {
    const std::string check = "postgres.cluster";
    const std::string contradiction = cluster.identity.contradiction();
    if (contradiction.empty()) return {ok(check, cluster.identity.cluster), stream_finding(cluster)};
    return {error(
        check, fmt::format("schema {}: {}", cluster.quoted_schema, contradiction),
        "Its transaction ids do not prove which records were sent, so the streamer refuses to start. If this "
        "database replaces the one in which they were staged, `contrail adopt` shows how the outbox can continue. "
        "If it is a copy, first set STREAM_NAME or LOG_URL to a log of its own.",
        {"contrail adopt"})};
}

}  // namespace contrail::operations::doctor
