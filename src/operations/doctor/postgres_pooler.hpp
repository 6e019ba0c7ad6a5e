#pragma once

#include "operations/database.hpp"
#include "operations/doctor/finding.hpp"
#include "postgres/rights.hpp"

namespace contrail::doctor {

/// What stands between a program and its PostgreSQL session.
enum class Pooler {
    none,
    keeps_sessions,   ///< A session is one program's as long as it is connected.
    shares_sessions,  ///< It may be another program's after every transaction.
};

struct PostgresPooler {
    postgres::Part part;
    Pooler pooler = Pooler::none;
};

PostgresPooler gather_postgres_pooler(Database& database, postgres::Part part);
Findings judge(const PostgresPooler& pooler);

}  // namespace contrail::doctor
