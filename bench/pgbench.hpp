#pragma once

#include <cstdint>
#include <string>

namespace contrail::bench {

/// Transactions a second as PostgreSQL's own pgbench makes them: `clients` connections, each of which runs
/// `statement`, prepared, again and again, `transactions` times in all. Throws Error.
double pgbench(const std::string& database_url, const std::string& statement, int clients,
               std::uint64_t transactions);

}  // namespace contrail::bench
