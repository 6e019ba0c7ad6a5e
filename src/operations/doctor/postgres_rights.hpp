#pragma once

#include "operations/database.hpp"
#include "operations/doctor/finding.hpp"
#include "postgres/rights.hpp"

namespace contrail::doctor {

/// What a user may do in a database, set against what it is there for.
struct PostgresRights {
    postgres::Part part;
    std::string user;
    bool superuser = false;
    std::vector<std::string> missing{};  ///< `SELECT on batches`
};

PostgresRights gather_postgres_rights(Database& database, postgres::Part part);
Findings judge(const PostgresRights& rights);

}  // namespace contrail::doctor
