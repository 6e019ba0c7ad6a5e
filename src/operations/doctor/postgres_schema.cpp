#include "operations/doctor/postgres_schema.hpp"

#include <fmt/format.h>

#include "postgres/migrations.hpp"
#include "postgres/schema.hpp"

namespace contrail::doctor {

namespace {

Finding version_finding(const PostgresSchema& schema) {
    const std::string check = "postgres.schema";
    const std::string found = fmt::format("version {}", schema.version);
    if (schema.version == 0)
        return error(
            check, "no schema " + schema.quoted_name,
            "Contrail's tables are not in this database, or its name or the schema's is not the right "
            "one.",
            {"contrail migrate"});
    if (schema.version < schema.newest)
        return error(check, fmt::format("{}, and this program needs {}", found, schema.newest),
                     "Programs of this version end at start, with status 78.", {"contrail migrate"});
    if (schema.version > schema.newest)
        return warning(check, fmt::format("{}, and this program knows {}", found, schema.newest),
                       "A newer contrail made it: this one may not know all that it has to check.",
                       {"contrail --version   # and install the one that runs elsewhere"});
    return ok(check, found);
}

}  // namespace

PostgresSchema gather_postgres_schema(Database& database) {
    return {.quoted_name = database.quoted_schema,
            .version = postgres::schema_version(database.connection, database.quoted_schema),
            .newest = postgres::migrations().back().version};
}

Findings judge(const PostgresSchema& schema) {
    return {version_finding(schema)};
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
    return {
        error(check, fmt::format("{}, and records were staged in {}", cluster.here, cluster.staged_in),
              "The database was restored from a dump, perhaps: transaction ids in it belong to another "
              "cluster, and no longer tell which records were sent. The streamer refuses to start. `contrail "
              "adopt` shows what it would do about that; after pg_upgrade, which keeps transaction ids, the "
              "UPDATE is enough.",
              {"contrail adopt", fmt::format("UPDATE {}.cluster_identity SET system_identifier = {};",
                                             cluster.quoted_schema, cluster.here)})};
}

}  // namespace contrail::doctor
