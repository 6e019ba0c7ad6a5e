#pragma once

#include "operations/database.hpp"
#include "operations/doctor/finding.hpp"

namespace contrail::doctor {

/// Which server answers, over what way, and whether it takes writes.
struct PostgresServer {
    std::string version;  ///< `15.8 (Debian 15.8-0+deb12u1)`
    std::string database;
    bool standby = false;
    bool read_only = false;  ///< default_transaction_read_only
    bool local = true;       ///< A unix socket, or this machine's own address.
    bool tls = false;
};

PostgresServer gather_postgres_server(Database& database);
Findings judge(const PostgresServer& server);

}  // namespace contrail::doctor
