#pragma once

#include "operations/database.hpp"
#include "operations/doctor/finding.hpp"

namespace contrail::doctor {

/// Contrail's schema as the database has it.
struct PostgresSchema {
    std::string quoted_name;
    int version = 0;  ///< 0: it is not there.
    int newest = 0;   ///< That this program knows.
};

PostgresSchema gather_postgres_schema(Database& database);
Findings judge(const PostgresSchema& schema);

/// Which database cluster it is in, and in which its records were staged: numbers of PostgreSQL's.
struct PostgresCluster {
    std::string quoted_schema;
    std::string here;
    std::string staged_in;
};

PostgresCluster gather_postgres_cluster(Database& database);
Findings judge(const PostgresCluster& cluster);

}  // namespace contrail::doctor
