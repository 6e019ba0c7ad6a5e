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

PostgresCluster gather_postgres_cluster(Database& database) {
    const auto identity =
        read(database.connection, "compare the identity of the cluster",
             database.filled("SELECT here.system_identifier, staged.system_identifier FROM "
                             "pg_control_system() AS here, @schema@.cluster_identity AS staged"));
    return {.quoted_schema = database.quoted_schema,
            .here = std::string(identity.text(0, 0)),
            .staged_in = std::string(identity.text(0, 1))};
}

Findings judge(const PostgresCluster& cluster) {
    const std::string check = "postgres.cluster";
    if (cluster.here == cluster.staged_in) return {ok(check, cluster.here)};
    return {error(
        check, fmt::format("{}, but the records were staged in {}", cluster.here, cluster.staged_in),
        "The database was probably restored from a dump. Its transaction ids belong to another cluster, and "
        "no longer tell which records were sent. The streamer refuses to start. `contrail adopt` shows what "
        "it would do about that. After pg_upgrade, which keeps transaction ids, the UPDATE is enough.",
        {"contrail adopt", fmt::format("UPDATE {}.cluster_identity SET system_identifier = {};",
                                       cluster.quoted_schema, cluster.here)})};
}

}  // namespace contrail::operations::doctor
