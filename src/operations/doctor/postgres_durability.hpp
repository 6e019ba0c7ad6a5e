#pragma once

#include "operations/database.hpp"
#include "operations/doctor/finding.hpp"

namespace contrail::doctor {

/// What of its data a PostgreSQL server has on disk, as a new session finds it set.
struct PostgresDurability {
    std::string database;
    std::string synchronous_commit = "on";
    bool fsync = true;
    bool full_page_writes = true;
};

PostgresDurability gather_postgres_durability(Database& database);
Findings judge(const PostgresDurability& durability);

}  // namespace contrail::doctor
